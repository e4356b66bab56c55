"""Far end: the speaker's signal, delayed by a number of samples that may be fractional and grow.

As long as the delay is a whole number and does not grow, the samples are those that were played.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from coach.units import Block, Samples, silence

LEAST_LATE: Samples = 8
"""The shortest delay that may be fractional: interpolation needs as many samples behind it."""

_TAPS = np.arange(1 - LEAST_LATE, LEAST_LATE + 1)
_PHASES = 1024
"""The steps of a fractional place. The rounding is 60 dB below a tone of 4 kHz."""


def _weights() -> NDArray[np.float64]:
    away = np.linspace(0.0, 1.0, _PHASES + 1)[:, np.newaxis] - _TAPS
    return np.asarray(np.sinc(away) * np.cos(away * (math.pi / 2 / LEAST_LATE)) ** 2)


_WEIGHTS = _weights()


class FarEnd:
    """``late`` is how many samples the next read lags behind the speaker.

    Between two samples it interpolates with a windowed sinc of 16 taps, whose error is 40 dB below
    a tone of 6 kHz. ``longest`` is the longest delay, in samples.
    """

    def __init__(self, longest: Samples) -> None:
        self._longest = longest
        self._played = silence(longest + LEAST_LATE)
        self.late = 0.0

    def move(self, late: float) -> None:
        """Set the delay, limited to 0 and ``longest``."""
        self.late = float(min(max(0, late), self._longest))

    def read(self, speaker: Block, pace: float) -> Block:
        """The delayed signal, as long as ``speaker``, which is the block that is played now.

        ``late`` grows by ``pace`` per sample, unless it is less than LEAST_LATE.
        """
        count = len(speaker)
        now = len(self._played)
        played = np.concatenate([self._played, speaker])
        self._played = played[count:]
        if self.late < LEAST_LATE:
            pace = 0.0
        if pace == 0.0 and self.late.is_integer():
            start = now - int(self.late)
            return played[start : start + count].copy()
        lags = np.clip(self.late + pace * np.arange(count + 1), LEAST_LATE, self._longest)
        self.late = float(lags[-1])
        return between(played, now + np.arange(count) - lags[:-1])


def between(sound: Block, moments: NDArray[np.float64]) -> Block:
    """The sound at fractional places, with LEAST_LATE samples around every one of them."""
    whole = np.floor(moments).astype(np.int64)
    phases = np.rint((moments - whole) * _PHASES).astype(np.int64)
    values = np.einsum("ij,ij->i", sound[whole[:, np.newaxis] + _TAPS], _WEIGHTS[phases])
    return np.asarray(np.clip(np.rint(values), -32768, 32767).astype(np.int16))
