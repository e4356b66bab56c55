"""Levels: how loud a frame of sound is, by every measure that is asked of it, each computed once.

The front end measures the microphone's frame, and the canceller measures what it made of it.
Clipping, gain and residual echo read these records. The loudness of the endpointer has a meter of
its own, because it looks at the sound after gain and noise suppression.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coach.units import Block, Samples, samples

HOP: Samples = samples(0.01)
"""The length over which an energy is averaged; every frame is a whole number of hops."""

_PRE_EMPHASIS = 0.97
"""Coefficient of the first-order high-pass filter that is usual before speech features."""


@dataclass(frozen=True, eq=False)
class MeasuredFrame:
    """A frame of one stream and its levels, in int16 units. Nobody may write into ``sound``."""

    sound: Block
    """Mono int16, a multiple of HOP long."""

    previous: float
    """The last sample of the stream before this frame, which the pre-emphasis filter needs."""

    @cached_property
    def peak(self) -> int:
        """The largest magnitude of a sample, 0 to 32768."""
        return max(int(self.sound.max()), -int(self.sound.min()))

    @cached_property
    def deviation(self) -> float:
        """The standard deviation: the RMS without a microphone's DC offset."""
        wide = self.sound.astype(np.float64)  # its sums are exact, and faster than ndarray.std
        mean = float(wide.sum()) / len(wide)
        return math.sqrt(max(0.0, float(wide @ wide) / len(wide) - mean * mean))

    @cached_property
    def energies(self) -> NDArray[np.float64]:
        """The mean square of every hop, shape ``(n,)``."""
        hops = self.sound.reshape(-1, HOP).astype(np.float64)
        return mean_product(hops, hops)

    @cached_property
    def emphasised(self) -> NDArray[np.float64]:
        """The hops after pre-emphasis, so that rumble does not pass for speech; ``(n, HOP)``."""
        wide = np.empty(len(self.sound) + 1)
        wide[0], wide[1:] = self.previous, self.sound
        return (wide[1:] - _PRE_EMPHASIS * wide[:-1]).reshape(-1, HOP)

    @cached_property
    def emphasised_energies(self) -> NDArray[np.float64]:
        """The mean square of every hop after pre-emphasis, shape ``(n,)``."""
        return mean_product(self.emphasised, self.emphasised)


def mean_product(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean product of every hop of two signals, shape ``(n,)``; both are ``(n, HOP)``."""
    # Bit for bit np.mean, which takes twice as long for so few numbers.
    return np.asarray(np.add.reduce(one * other, axis=1) / HOP)


class LevelMeter:
    """Measures the frames of one stream, in order."""

    def __init__(self) -> None:
        self._previous = 0.0

    def measure(self, frame: Block) -> MeasuredFrame:
        """The levels of the next frame, whose length is a multiple of HOP."""
        measured = MeasuredFrame(frame, self._previous)
        self._previous = float(frame[-1])
        return measured


def measured_frames(sound: Block, length: Samples) -> Iterator[MeasuredFrame]:
    """The frames of a whole recording, each ``length`` samples; a shorter rest is left out."""
    meter = LevelMeter()
    for start in range(0, len(sound) - length + 1, length):
        yield meter.measure(sound[start : start + length])
