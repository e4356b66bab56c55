"""Clipping: a microphone that is set too loud, told from what it clips of. A knock does not count.

Words are longer than a knock, and there are several of them: one loud cough is not a setting.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from coach.settings import ClippingSettings
from coach.units import RATE_HZ, Block, Samples, gain


class Clipping:
    """Watches the microphone, frame by frame, before anything is taken out of it."""

    def __init__(self, settings: ClippingSettings) -> None:
        self._settings = settings
        self._full_scale = round(gain(settings.full_scale_dbfs) * 32767)
        self._now: Samples = 0
        self._frames: deque[Samples] = deque()
        self._sounds: deque[Samples] = deque()
        self._told_at: Samples | None = None

    def detect(self, frame: Block) -> bool:
        """Take in a frame; whether it is now to be told that the microphone clips."""
        self._now += len(frame)
        if int(frame.max()) < self._full_scale and int(frame.min()) > -self._full_scale:
            return False
        settings = self._settings
        if not _has_run(np.abs(frame.astype(np.int32)) >= self._full_scale, settings.run):
            return False
        _forget(self._frames, self._now - RATE_HZ)
        self._frames.append(self._now)
        if len(self._frames) * len(frame) < settings.sound:
            return False
        self._frames.clear()
        _forget(self._sounds, self._now - settings.within)
        if not self._sounds or self._now - self._sounds[-1] >= RATE_HZ:
            self._sounds.append(self._now)
        told = self._told_at
        if told is not None and self._now - told < settings.quiet_after:
            return False
        if len(self._sounds) < settings.sounds:
            return False
        self._told_at = self._now
        return True


def _has_run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], length: Samples) -> bool:
    return bool(np.convolve(flags, np.ones(length, np.int32)).max() == length)


def _forget(times: deque[Samples], before: Samples) -> None:
    while times and times[0] <= before:
        times.popleft()
