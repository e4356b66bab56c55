"""Agc: a quiet microphone, or a person far from it, made as loud as the recogniser likes.

It follows what was said, not what is being said: it changes in the quiet after a sound, so that no
word is bent. Only what would be too loud is lowered at once, and until it is quiet again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from coach.settings import GainSettings
from coach.units import Block, Samples, gain, samples

_FLOOR_WITHIN: Samples = samples(3.0)
_LEAST = 0.25
"""RMS of less than a bit: digital silence."""


class AutomaticGain:
    """Amplifies frames of ``frame`` samples, never lowers them; levels are RMS in int16 units."""

    def __init__(self, settings: GainSettings, frame: Samples) -> None:
        self._settings = settings
        self._frame = frame
        self._levels: deque[float] = deque(maxlen=_FLOOR_WITHIN // frame)
        self._said: deque[float] = deque(maxlen=settings.sounds)
        self._sound = _Sound()
        self._quiet: Samples = 0
        self._gain = 1.0
        self._limit = gain(settings.most_db)

    @property
    def factor(self) -> float:
        """By what the last frame was multiplied, at least 1."""
        return min(self._gain, self._limit)

    def amplify(self, frame: Block, *, foreign: bool) -> Block:
        """The frame as the recogniser is to hear it.

        What is ``foreign``, the coach's own voice, tells nothing of how loud the person is.
        """
        self._follow(max(_LEAST, float(frame.std())), foreign=foreign)
        if self._gain == 1.0:
            return frame
        wide = frame.astype(np.float64)
        ceiling = gain(self._settings.ceiling_dbfs) * 32768
        self._limit = max(1.0, min(self._limit, ceiling / max(1.0, float(np.abs(wide).max()))))
        return np.asarray(np.rint(wide * self.factor).astype(np.int16))

    def _follow(self, level: float, *, foreign: bool) -> None:
        settings, sound = self._settings, self._sound
        self._levels.append(level)
        floor = min(self._levels)
        if level >= gain(settings.sound_above_floor_db) * floor:
            sound.lasted += self._frame
            sound.loudest = max(sound.loudest, level)
            sound.foreign |= foreign
            self._quiet = 0
            return
        self._quiet += self._frame
        if self._quiet < settings.over_after:
            return
        told = settings.shortest_sound <= sound.lasted <= settings.longest_sound
        if told and not sound.foreign and not foreign:
            self._said.append(sound.loudest)
            self._gain = min(self._to_speech(), self._gain * gain(settings.rise_db))
        self._gain = max(1.0, min(self._gain, gain(settings.noise_dbfs) * 32768 / floor))
        self._sound = _Sound()
        self._limit = gain(settings.most_db)

    def _to_speech(self) -> float:
        settings = self._settings
        wanted = gain(settings.speech_dbfs) * 32768 / max(self._said)
        return min(wanted, gain(settings.most_db))


@dataclass(slots=True)
class _Sound:
    lasted: Samples = 0
    loudest: float = 0.0
    foreign: bool = False
