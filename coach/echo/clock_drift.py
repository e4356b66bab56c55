"""Clock drift: how fast the speaker's clock runs away from the microphone's.

Crystals differ by tens of millionths: an echo comes a sample later every second or so, and a filter
that must follow it never learns it well.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import Samples

_PPM = 1e-6
_LEAST_PPM = 5.0
"""Of less, the filter of a canceller does not suffer."""
_MOST_PPM = 300.0
_UNCERTAIN_PPM = 2.0
_UNCERTAIN_PART = 0.1
_LEAST_DELAYS = 6
_DELAYS = 20  # ten seconds of speech: a sound server changes its mind
_OFF_LINE = 1.0  # samples; a delay is found to a quarter of one
_STRAYS = 3
_LEAST_SCATTER = 0.03  # samples; six delays may lie on a line by chance


class ClockDrift:
    """``pace`` is by how much the delay grows in a sample; 0.0 until it is certain that it does."""

    def __init__(self) -> None:
        self.pace = 0.0
        self._delays: deque[tuple[Samples, float]] = deque(maxlen=_DELAYS)
        self._strays = 0

    def add(self, at: Samples, delay: float) -> None:
        """A delay in samples, that was found ``at``; later than the one before.

        One that no drift explains is left out; the third in a row begins anew.
        """
        self._strays = 0 if self._is_on_line(at, delay) else self._strays + 1
        if self._strays == _STRAYS:
            self.restart()
        if self._strays == 0:
            self._delays.append((at, delay))
            self._learn()

    def restart(self) -> None:
        """The delay is another one. The clocks are the same, as far as is known: so is the pace."""
        self._delays.clear()
        self._strays = 0

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
    """The median of the slopes between any two points (Theil and Sen), and its standard error."""
    one, other = np.triu_indices(len(x), 1)
    slope = float(np.median((y[other] - y[one]) / (x[other] - x[one])))
    offsets = y - slope * x
    scatter = 1.48 * float(np.median(np.abs(offsets - np.median(offsets))))
    error = max(_LEAST_SCATTER, scatter) / (float(np.std(x)) * math.sqrt(len(x)))
    return slope, error
