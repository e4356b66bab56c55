"""Integrated loudness: of a whole sound in LUFS, as ITU-R BS.1770-4 and EBU R 128 define it.

Mono alone. pyloudnorm measures the same, but brings SciPy, which is larger than all the rest that
a small box has to install.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

from coach.units import RATE_HZ, Samples, samples

Sound = NDArray[np.float64]
"""Mono audio, shape ``(n,)``, 16 kHz, full scale 1.0."""

_TABLES_RATE_HZ = 48_000
_HEAD = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_LOW_CUT = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
"""Numerators, and denominators without their 1.0: BS.1770-4, tables 1 and 2."""

_OFFSET_DB = -0.691
_BLOCK: Samples = samples(0.4)
_STEP: Samples = samples(0.1)
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_RINGING: Samples = samples(0.1)
"""Longer than the low cut rings, so that the end does not wrap around into the beginning."""


def integrated_loudness(sound: Sound) -> float:
    """LUFS of ``sound``, gated; minus infinity where there is nothing above the absolute gate.

    What is shorter than a gating block of 0.4 s is a block of its own length.
    """
    energy = np.concatenate(([0.0], np.cumsum(np.square(_k_weighted(sound)))))
    block = min(_BLOCK, len(sound))
    starts = np.arange(0, len(sound) - block + 1, _STEP)
    blocks = (energy[starts + block] - energy[starts]) / max(1, block)
    audible = blocks[blocks > _energy(_ABSOLUTE_GATE_LUFS)]
    if len(audible) == 0:
        return float("-inf")
    gate = float(np.mean(audible)) * 10.0 ** (_RELATIVE_GATE_LU / 10.0)
    return float(_OFFSET_DB + 10.0 * np.log10(np.mean(audible[audible > gate])))


def _energy(loudness_lufs: float) -> float:
    return float(10.0 ** ((loudness_lufs - _OFFSET_DB) / 10.0))


def _k_weighted(sound: Sound) -> Sound:
    """Filtered by the response that the standard gives at 48 kHz, up to half of our own rate."""
    size = len(sound) + _RINGING
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1.0 / RATE_HZ) / _TABLES_RATE_HZ)
    spectrum = np.fft.rfft(sound, size)
    for numerator, denominator in (_HEAD, _LOW_CUT):
        spectrum *= polyval(delay, numerator) / polyval(delay, (1.0, *denominator))
    return np.fft.irfft(spectrum, size)[: len(sound)]
