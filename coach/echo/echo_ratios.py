"""Echo ratios: the energy of the residual echo per energy of the far-end signal, by its level.

A speaker or a microphone that is overdriven distorts, so a larger part of loud sound comes back.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Energies = NDArray[np.float64]
"""Mean squares of hops in int16 units, in the last axis."""

_STEP_DB, _STEPS = 3.0, 24
"""A ratio is kept for every 3 dB of the far end, over 72 dB."""

_AROUND_DB = 4.5
"""Windows whose level is this close to a step's contribute to its ratio."""


class EchoRatios:
    """Learns the ratios. Until then every ratio is infinite: any sound may be echo.

    ``softest`` is the energy of the first step. ``least_windows`` is how many windows a ratio is
    learnt from at least, however far their levels are, and ``quantile`` which of their ratios.
    """

    def __init__(self, softest: float, least_windows: int, quantile: float) -> None:
        self._softest = softest
        self._least_windows = least_windows
        self._quantile = quantile
        self._ratios: Energies = np.full(_STEPS, math.inf)

    def forget(self) -> None:
        """Forget all ratios: any sound may be echo again."""
        self._ratios = np.full(_STEPS, math.inf)

    def learn(self, far_end: Energies, residual: Energies) -> None:
        """Replace the ratios by those of these windows, both of shape ``(n,)``."""
        levels_db, ratios = 10 * np.log10(far_end / self._softest), residual / far_end
        distances = np.abs(levels_db - _STEP_DB * np.arange(_STEPS)[:, np.newaxis])
        nearest = np.sort(distances, axis=1)[:, self._least_windows - 1, np.newaxis]
        near = distances <= np.maximum(_AROUND_DB, nearest)
        counts = near.sum(axis=1)
        self._ratios = quantiles(np.where(near, ratios, math.inf), counts, self._quantile)

    def expected(self, far_end: float) -> float:
        """The energy of the residual echo to expect; 0.0 of a far end that is too soft."""
        if far_end <= self._softest:
            return 0.0
        step = round(10 * math.log10(far_end / self._softest) / _STEP_DB)
        return float(self._ratios[min(step, _STEPS - 1)]) * far_end


def quantiles(rows: Energies, counts: NDArray[np.int_], quantile: float) -> Energies:
    """The quantile of the ``counts`` smallest of each row, interpolated as by ``numpy.quantile``.

    All rows at once: one ``numpy.quantile`` per row would be half of the work on the echo.
    """
    ordered = np.sort(rows, axis=1)
    place = quantile * (counts - 1)
    below = place.astype(int)
    above = np.minimum(below + 1, counts - 1)
    each = np.arange(len(rows))
    low, high = ordered[each, below], ordered[each, above]
    found: Energies = low + (high - low) * (place - below)
    return found
