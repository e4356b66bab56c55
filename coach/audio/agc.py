"""Agc: automatic gain that makes a quiet microphone, or a distant person, loud enough to recognise.

The gain follows what was said, not what is being said: it changes in the quiet after a sound, so
that no word is distorted. Only sound that would be too loud is turned down at once, until it is
quiet again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from coach.audio.levels import MeasuredFrame
from coach.audio.sliding_minimum import SlidingMinimum
from coach.settings import GainSettings
from coach.units import Block, Samples, gain, samples

_FLOOR_WITHIN: Samples = samples(3.0)
"""The noise floor is the least level within this time, as in ``loudness``."""

_LEAST = 0.25
"""RMS in int16 units, less than one bit: it stands for digital silence."""


class AutomaticGain:
    """Amplifies frames of ``frame`` samples, never lowers them; levels are RMS in int16 units."""

    def __init__(self, settings: GainSettings, frame: Samples) -> None:
        self._settings = settings
        self._frame = frame
        self._levels = SlidingMinimum(_FLOOR_WITHIN // frame)
        self._spoken: deque[float] = deque(maxlen=settings.sounds)
        self._sound = _Sound()
        self._quiet: Samples = 0
        self._gain = 1.0
        self._limit = gain(settings.most_db)

    @property
    def factor(self) -> float:
        """The factor by which the last frame was multiplied, at least 1."""
        return min(self._gain, self._limit)

    def amplify(self, frame: MeasuredFrame, *, coach_speaks: bool) -> Block:
        """The frame as the recogniser should hear it.

        While ``coach_speaks`` a sound may be its echo, which says nothing about the person's level.
        """
        self._follow(max(_LEAST, frame.deviation), coach_speaks=coach_speaks)
        if self._gain == 1.0:
            return frame.sound
        ceiling = gain(self._settings.ceiling_dbfs) * 32768
        self._limit = max(1.0, min(self._limit, ceiling / max(1, frame.peak)))
        return np.asarray(np.rint(frame.sound.astype(np.float64) * self.factor).astype(np.int16))

    def _follow(self, level: float, *, coach_speaks: bool) -> None:
        settings, sound = self._settings, self._sound
        self._levels.push(level)
        floor = self._levels.least(default=level)
        if level >= gain(settings.sound_above_floor_db) * floor:
            sound.length += self._frame
            sound.loudest = max(sound.loudest, level)
            sound.coach_spoke |= coach_speaks
            self._quiet = 0
            return
        self._quiet += self._frame
        if self._quiet < settings.over_after:
            return
        counts = settings.shortest_sound <= sound.length <= settings.longest_sound
        if counts and not sound.coach_spoke and not coach_speaks:
            self._spoken.append(sound.loudest)
            self._gain = min(self._to_speech(), self._gain * gain(settings.rise_db))
        self._gain = max(1.0, min(self._gain, gain(settings.noise_dbfs) * 32768 / floor))
        self._sound = _Sound()
        self._limit = gain(settings.most_db)

    def _to_speech(self) -> float:
        """The factor that brings the loudest of the last sounds to the level of speech."""
        settings = self._settings
        wanted = gain(settings.speech_dbfs) * 32768 / max(self._spoken)
        return min(wanted, gain(settings.most_db))


@dataclass(slots=True)
class _Sound:
    """The sound that is going on, or that ended less than ``over_after`` ago."""

    length: Samples = 0
    loudest: float = 0.0
    coach_spoke: bool = False
