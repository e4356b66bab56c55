"""Units: the sample rate, and the only place where seconds become samples and back."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
"""Rate of every block in the core. A device that runs at another rate resamples at its door."""

Samples = int
"""A point in time or a length, in samples of the microphone since the session opened."""

Block = NDArray[np.int16]
"""Mono audio, shape ``(n,)``, int16, 16 kHz."""


def samples(seconds: float) -> Samples:
    """``seconds`` in samples, rounded."""
    return round(seconds * RATE_HZ)


def seconds(count: Samples) -> float:
    """``count`` samples in seconds, rounded to a microsecond."""
    return round(count / RATE_HZ, 6)


def silence(count: Samples) -> Block:
    """``count`` samples of digital silence."""
    return np.zeros(count, dtype=np.int16)


def gain(decibels: float) -> float:
    """The amplitude factor of a change of level in dB."""
    return float(10.0 ** (decibels / 20.0))


def rms(block: NDArray[np.int16] | NDArray[np.float64]) -> float:
    """The root mean square of a block, in the block's units; 0.0 for an empty block."""
    if len(block) == 0:
        return 0.0
    wide = block.astype(np.float64)
    return float(np.sqrt(np.mean(wide * wide)))
