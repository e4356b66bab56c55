"""Clock drift: how fast the delay of the echo grows because two crystals run at different rates.

Crystals differ by tens of parts per million. The echo then comes a sample later every second or so,
and a filter that has to follow it never converges.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import Samples

_PPM = 1e-6
_LEAST_PPM = 5.0
"""A slower drift does not harm the adaptive filter."""

_MOST_PPM = 300.0
"""A faster drift is taken for an error."""

_UNCERTAIN_PPM = 2.0
_UNCERTAIN_PART = 0.1
"""A slope counts when its standard error is below the larger of the two: so many ppm, or this part
of the slope."""

_LEAST_DELAYS = 6
"""A slope through fewer delays is not trusted."""

_DELAYS = 20
"""Ten seconds of speech and no more, because a sound server may change the rate."""

_OFF_LINE = 1.0
"""Samples. A delay further off is an outlier: delays are found to a quarter of a sample."""

_OUTLIERS = 3
"""So many outliers in a row are not outliers but another delay."""

_LEAST_SCATTER = 0.03
"""Samples. Six delays may lie on a line by chance, so their scatter is taken for no less."""


class ClockDrift:
    """``pace`` is how much the delay grows per sample; 0.0 until it is certain that it grows."""

    def __init__(self) -> None:
        self.pace = 0.0
        self._delays: deque[tuple[Samples, float]] = deque(maxlen=_DELAYS)
        self._outliers = 0

    def add(self, at: Samples, delay: float) -> None:
        """Take in a delay, in samples, found at the sample ``at``, later than the one before.

        A delay that no drift explains is left out; the third such delay in a row starts over.
        """
        self._outliers = 0 if self._is_on_line(at, delay) else self._outliers + 1
        if self._outliers == _OUTLIERS:
            self.restart()
        if self._outliers == 0:
            self._delays.append((at, delay))
            self._learn()

    def restart(self) -> None:
        """Forget the delays, since the echo is elsewhere now. The clocks, and the pace, stay."""
        self._delays.clear()
        self._outliers = 0

    def _is_on_line(self, at: Samples, delay: float) -> bool:
        if not self._delays:
            return True
        before, last = self._delays[-1]
        passed = at - before
        return abs(delay - last - self.pace * passed) <= _OFF_LINE + _MOST_PPM * _PPM * passed

    def _learn(self) -> None:
        if len(self._delays) < _LEAST_DELAYS:
            return
        moments, delays = np.array(self._delays).T
        pace, error = _slope(moments, delays)
        if error > max(_UNCERTAIN_PPM * _PPM, _UNCERTAIN_PART * abs(pace)):
            return
        if self.pace or abs(pace) > _LEAST_PPM * _PPM:
            self.pace = float(np.clip(pace, -_MOST_PPM * _PPM, _MOST_PPM * _PPM))


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """The Theil-Sen slope, the median over all pairs of points, and its standard error."""
    one, other = np.triu_indices(len(x), 1)
    slope = float(np.median((y[other] - y[one]) / (x[other] - x[one])))
    offsets = y - slope * x
    scatter = 1.48 * float(np.median(np.abs(offsets - np.median(offsets))))
    error = max(_LEAST_SCATTER, scatter) / (float(np.std(x)) * math.sqrt(len(x)))
    return slope, error
