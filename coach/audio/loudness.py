"""Loudness: how loud the sound was, hop by hop, and since when it has been quiet."""

from __future__ import annotations

import itertools
from collections import deque

import numpy as np

from coach.audio.levels import HOP, LevelMeter
from coach.audio.sliding_minimum import SlidingMinimum
from coach.units import Block, Samples, gain

_MEMORY_HOPS = 1000
"""Ten seconds: longer than the longest utterance."""

_FLOOR_WINDOW_HOPS = 300
"""Three seconds."""

_SMOOTHING_HOPS = 5
"""Levels are averaged over 50 ms before the least is taken."""

_LEAST = 1.0
"""RMS that stands for digital silence, so that a multiple of the floor is never 0."""

_ACTIVE_BELOW_PEAK_DB = -30.0
"""Softer hops are pauses."""


class Loudness:
    """RMS of pre-emphasised hops of 10 ms, in int16 units.

    The noise floor is the least smoothed level of the last three seconds (minimum statistics,
    Martin 2001, in its simplest form), so it follows a fan that starts but not a word.
    """

    def __init__(self) -> None:
        self._now: Samples = 0
        self._meter = LevelMeter()
        self._hops: deque[float] = deque(maxlen=_MEMORY_HOPS)
        self._recent: deque[float] = deque(maxlen=_SMOOTHING_HOPS)
        self._smoothed = SlidingMinimum(_FLOOR_WINDOW_HOPS)

    def measure(self, block: Block, amplified: float = 1.0) -> None:
        """Take in a block whose length is a multiple of HOP.

        ``amplified`` is the factor by which it was multiplied; levels are those before that.
        """
        levels = np.sqrt(self._meter.measure(block).emphasised_energies) / amplified
        for level in levels.tolist():
            self._hops.append(max(_LEAST, level))
            self._recent.append(self._hops[-1])
            self._smoothed.push(sum(self._recent) / len(self._recent))
        self._now += len(block)

    @property
    def floor(self) -> float:
        """The noise floor."""
        return self._smoothed.least(default=_LEAST)

    def recent(self, length: Samples) -> float:
        """The level of the loudest hop of the last ``length`` samples."""
        return self.peak(self._now - length)

    def peak(self, since: Samples) -> float:
        """The level of the loudest hop since the sample ``since``."""
        return max(self._since(since), default=_LEAST)

    def quiet(self, since: Samples, threshold: float) -> Samples:
        """For how long every hop has been below ``threshold``, counted back to ``since``."""
        quiet = 0
        for level in self._since(since):
            if level >= threshold:
                break
            quiet += HOP
        return quiet

    def _since(self, since: Samples) -> itertools.islice[float]:
        """The hops since then, the latest first."""
        return itertools.islice(reversed(self._hops), max(0, (self._now - since) // HOP))


def active_rms(sound: Block) -> float:
    """RMS over the hops within 30 dB of the loudest; 1000 where there is no sound at all."""
    hops = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    energy = np.einsum("ij,ij->i", hops, hops, dtype=np.float64) / HOP  # copies no hour of sound
    if not np.any(energy):
        return 1000.0
    active = energy[energy > np.max(energy) * gain(2 * _ACTIVE_BELOW_PEAK_DB)]
    return float(np.sqrt(np.mean(active)))
