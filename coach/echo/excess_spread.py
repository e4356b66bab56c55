"""Excess spread: how far the coach's own voice has lately been above what was expected of it.

What is expected of a residual echo is its middle. How far its loud syllables are above that differs
from home to home: hardly at all where a steady noise is the most of it, and by more than a person's
voice in a room that rings, or where the delay jumps.
"""

from __future__ import annotations

from collections import deque

from coach.units import Samples, samples

LENGTH: Samples = samples(0.4)
"""Of a window: as long as a short word."""

_WINDOWS = 300
"""Half a minute of the coach's speech, as a window begins every tenth of a second."""

_LEAST_WINDOWS = 20
"""Nothing is known from less."""

_QUANTILE = 0.9
"""Not the loudest windows: somebody may speak in a few of them who is not understood."""

_SETTLED: Samples = samples(1.5)
"""For how long a sound may be somebody's who has not been understood yet."""

_LEADS: Samples = samples(0.1)
_LAGS: Samples = samples(0.4)
"""How much before the first and after the last recognised word the voice may be heard."""


class ExcessSpread:
    """Learns from windows in which the coach speaks. Those of a person are left out again as soon
    as a sentence was understood in them.
    """

    def __init__(self) -> None:
        # A few more than are looked at, since the latest may be of what is being said.
        self._windows: deque[tuple[Samples, float]] = deque(maxlen=_WINDOWS + 100)
        self.lately: float | None = None
        """What few windows exceeded until shortly before the latest; None as of ``upper``."""

    def add(self, end: Samples, excess: float) -> None:
        """Take in a window by its end, and by the ratio of its energy to what was expected."""
        self._windows.append((end, excess))
        self.lately = self.upper(end - _SETTLED)

    def leave_out(self, start: Samples, end: Samples) -> None:
        """Somebody spoke in that span."""
        first, last = start - _LEADS, end + _LAGS + LENGTH
        kept = [window for window in self._windows if not first <= window[0] < last]
        self._windows = deque(kept, self._windows.maxlen)

    def upper(self, before: Samples) -> float | None:
        """The excess that few windows exceeded until ``before``; None while too little is known."""
        known = sorted([excess for end, excess in self._windows if end <= before][-_WINDOWS:])
        return known[int(_QUANTILE * len(known))] if len(known) >= _LEAST_WINDOWS else None
