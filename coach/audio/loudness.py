"""Loudness: how loud the microphone was, hop by hop, and since when it has been quiet."""

from __future__ import annotations

import itertools
from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import Block, Samples, gain, samples

HOP: Samples = samples(0.01)
_MEMORY_HOPS = 1000
_FLOOR_WINDOW_HOPS = 300
_SMOOTHING_HOPS = 5
_PRE_EMPHASIS = 0.97
_LEAST = 1.0
_ACTIVE_BELOW_PEAK_DB = -30.0


class Emphasis:
    """A stream of sound, pre-emphasised so that rumble does not pass for speech."""

    def __init__(self) -> None:
        self._previous = 0.0

    def hops(self, block: Block) -> NDArray[np.float64]:
        """The hops of a block whose length is a multiple of HOP, shape ``(n, HOP)``."""
        wide = block.astype(np.float64)
        emphasised = wide - _PRE_EMPHASIS * np.concatenate(([self._previous], wide[:-1]))
        self._previous = float(wide[-1])
        return emphasised.reshape(-1, HOP)


class Loudness:
    """RMS of 10 ms hops, pre-emphasised.

    The noise floor is the least smoothed level of the last three seconds (minimum statistics,
    Martin 2001, in its simplest form), so it follows a fan that starts but not a word.
    """

    def __init__(self) -> None:
        self._now: Samples = 0
        self._emphasis = Emphasis()
        self._hops: deque[float] = deque(maxlen=_MEMORY_HOPS)
        self._recent: deque[float] = deque(maxlen=_SMOOTHING_HOPS)
        self._smoothed: deque[float] = deque(maxlen=_FLOOR_WINDOW_HOPS)

    def measure(self, block: Block, amplified: float = 1.0) -> None:
        """Take in a block whose length is a multiple of HOP, and by what it was multiplied."""
        levels = np.sqrt(np.mean(np.square(self._emphasis.hops(block)), axis=1)) / amplified
        for level in levels.tolist():
            self._hops.append(max(_LEAST, level))
            self._recent.append(self._hops[-1])
            self._smoothed.append(sum(self._recent) / len(self._recent))
        self._now += len(block)

    @property
    def floor(self) -> float:
        """The noise floor, RMS in int16 units."""
        return min(self._smoothed, default=_LEAST)

    def recent(self, length: Samples) -> float:
        """The loudest hop of the last ``length`` samples."""
        return self.peak(self._now - length)

    def peak(self, since: Samples) -> float:
        """The loudest hop since ``since``."""
        return max(self._since(since), default=_LEAST)

    def quiet(self, since: Samples, threshold: float) -> Samples:
        """How long it has been below ``threshold`` without a break, at most since ``since``."""
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
    hops = sound[: len(sound) // HOP * HOP].reshape(-1, HOP).astype(np.float64)
    energy = np.mean(hops * hops, axis=1)
    if not np.any(energy):
        return 1000.0
    active = energy[energy > np.max(energy) * gain(2 * _ACTIVE_BELOW_PEAK_DB)]
    return float(np.sqrt(np.mean(active)))
