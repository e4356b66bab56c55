"""Clock drift: how fast the delay of the echo grows because two crystals run at different rates.

Crystals differ by tens of parts per million, and the rate of a sound server wanders. The echo then
comes a sample later every second or so, and a filter that has to follow it never converges.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import RATE_HZ, Samples

_PER_PPM = 1e-6 * RATE_HZ
"""Samples per second."""

_LEAST_PPM = 5.0
"""A slower drift does not harm the adaptive filter."""

_MOST_PPM = 300.0
"""A faster drift is taken for an error."""

_LIKELY_PPM = 60.0
"""The standard deviation of the pace of two clocks of which nothing is known."""

_WANDERS_PPM = 25.0
"""How far a pace wanders in a second: the standard deviation of its random walk."""

_SCATTER = 0.1
"""Samples. The standard deviation of the delays that are found."""

_RIGHT = 0.6
"""Samples. A forecast that is further off is wrong. Over a long pause a pace wanders, so forecasts
may be off by 1.5 standard deviations instead where that is more."""

_FORECASTS = 4
"""So many forecasts are looked at, and the loop steers while their median is right."""

_OFF_LINE = 1.0
"""Samples. A delay further off than this and than three standard deviations is an outlier."""

_JUMP = 2.0
"""Samples. A delay further off than this and than the fastest drift has jumped."""

_OUTLIERS = 3
"""So many outliers in a row are not outliers but another delay."""


class ClockDrift:
    """A Kalman filter of the delay and its pace; settled, it is an alpha-beta loop.

    ``pace`` is how much the delay grows per sample, to steer by: 0.0 until it is certain that it
    grows, and whenever the forecasts are bad, as where a reflection passes for the direct sound.
    """

    def __init__(self) -> None:
        self.pace = 0.0
        self._state: NDArray[np.float64] | None = None
        """The delay in samples, and by how many it grows per second."""
        self._covariance = np.zeros((2, 2))
        self._at: Samples = 0
        self._errors: deque[float] = deque(maxlen=_FORECASTS)
        self._outliers = 0

    @property
    def likely_pace(self) -> float:
        """The pace that explains the delays best, per sample, however uncertain it is."""
        return self.pace if self._state is None else float(self._state[1]) / RATE_HZ

    def forecast(self, at: Samples) -> float | None:
        """The delay to expect at the sample ``at``; None before the first."""
        if self._state is None:
            return None
        return float(self._state[0] + self._state[1] * (at - self._at) / RATE_HZ)

    def explains(self, at: Samples, delay: float) -> bool:
        """Whether clocks that drift lead to that delay; if not, it has jumped."""
        expected = self.forecast(at)
        drifted = _MOST_PPM * _PER_PPM * (at - self._at) / RATE_HZ
        return expected is None or abs(delay - expected) < _JUMP + drifted

    def add(self, at: Samples, delay: float) -> None:
        """Take in a delay, in samples, found at the sample ``at``.

        A delay that no drift explains is left out; the third such delay in a row starts over.
        """
        if self._state is None:
            self._begin(at, delay)
        elif at > self._at:
            self._correct(self._predicted(self._state, at), delay)
            self._decide()

    def jump(self, at: Samples, delay: float) -> None:
        """The delay has jumped to ``delay``. The clocks, and the pace, stay."""
        if self._state is not None:
            pace = float(self._predicted(self._state, max(at, self._at))[1])
            self._state = np.array([delay, pace])

    def restart(self) -> None:
        """Forget the delays, since the echo is elsewhere now. The clocks, and the pace, stay."""
        self._state = None

    def _begin(self, at: Samples, delay: float) -> None:
        self._state = np.array([delay, self.pace * RATE_HZ])
        self._covariance = np.diag([_SCATTER**2, (_LIKELY_PPM * _PER_PPM) ** 2])
        self._at = at
        self._outliers = 0

    def _predicted(self, state: NDArray[np.float64], at: Samples) -> NDArray[np.float64]:
        passed = (at - self._at) / RATE_HZ
        self._at = at
        move = np.array([[1.0, passed], [0.0, 1.0]])
        wander = (_WANDERS_PPM * _PER_PPM) ** 2 * passed
        noise = wander * np.array([[passed**2 / 3, passed / 2], [passed / 2, 1.0]])
        self._covariance = move @ self._covariance @ move.T + noise
        predicted: NDArray[np.float64] = move @ state
        return predicted

    def _correct(self, predicted: NDArray[np.float64], delay: float) -> None:
        self._state = predicted
        error = delay - float(predicted[0])
        variance = float(self._covariance[0, 0]) + _SCATTER**2
        deviation = variance**0.5
        self._errors.append(abs(error) / max(_RIGHT, 1.5 * deviation))
        if abs(error) > max(_OFF_LINE, 3 * deviation):
            self._outliers += 1
            if self._outliers == _OUTLIERS:
                self._begin(self._at, delay)
            return
        self._outliers = 0
        gains = self._covariance[:, 0] / variance
        self._state = predicted + gains * error
        self._covariance = self._covariance - np.outer(gains, self._covariance[0])

    def _decide(self) -> None:
        most = _MOST_PPM * _PER_PPM / RATE_HZ
        pace = min(max(-most, self.likely_pace), most)
        uncertain = 2 * float(self._covariance[1, 1]) ** 0.5
        if len(self._errors) < _FORECASTS or float(np.median(self._errors)) > 1.0:
            self.pace = 0.0
        elif self.pace or abs(pace) * RATE_HZ > max(_LEAST_PPM * _PER_PPM, uncertain):
            self.pace = pace
