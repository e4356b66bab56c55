"""Growing delay: how long to wait before the next try, longer each time, and never quite the same.

So that not all programs of a home come back in the same moment when its broker does.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_GROWS_BY = 2.0


class GrowingDelay:
    """Delays from ``first_seconds`` on, up to ``most_seconds``; ``chance`` is between 0 and 1."""

    def __init__(
        self,
        first_seconds: float,
        most_seconds: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first_seconds
        self._most = most_seconds
        self._chance = chance
        self._present = first_seconds

    def next(self) -> float:
        """The seconds to wait now: between half and all of the present delay."""
        present, self._present = self._present, min(self._most, _GROWS_BY * self._present)
        return present * (0.5 + 0.5 * self._chance())

    def succeed(self) -> None:
        """Begin anew."""
        self._present = self._first
