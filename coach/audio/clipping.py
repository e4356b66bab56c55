"""Clipping: finds out that a microphone is set too loud, from the samples at full scale.

A knock does not count, since words are longer; nor does one loud cough, since a wrong setting clips
several sounds.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from coach.audio.levels import MeasuredFrame
from coach.settings import ClippingSettings
from coach.units import RATE_HZ, Samples, gain


class Clipping:
    """Watches the microphone, frame by frame, before any processing."""

    def __init__(self, settings: ClippingSettings) -> None:
        self._settings = settings
        self._full_scale = round(gain(settings.full_scale_dbfs) * 32767)
        self._now: Samples = 0
        self._frames: deque[Samples] = deque()
        self._sounds: deque[Samples] = deque()
        self._reported_at: Samples | None = None

    def detect(self, frame: MeasuredFrame) -> bool:
        """Take in a frame. True when clipping should now be reported to the person."""
        length = len(frame.sound)
        self._now += length
        if frame.peak < self._full_scale:
            return False
        settings = self._settings
        if not _has_run(np.abs(frame.sound.astype(np.int32)) >= self._full_scale, settings.run):
            return False
        _forget(self._frames, self._now - RATE_HZ)
        self._frames.append(self._now)
        if len(self._frames) * length < settings.sound:
            return False
        self._frames.clear()
        _forget(self._sounds, self._now - settings.within)
        if not self._sounds or self._now - self._sounds[-1] >= RATE_HZ:
            self._sounds.append(self._now)
        reported = self._reported_at
        if reported is not None and self._now - reported < settings.quiet_after:
            return False
        if len(self._sounds) < settings.sounds:
            return False
        self._reported_at = self._now
        return True


def _has_run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], length: Samples) -> bool:
    return bool(np.convolve(flags, np.ones(length, np.int32)).max() == length)


def _forget(times: deque[Samples], before: Samples) -> None:
    while times and times[0] <= before:
        times.popleft()
