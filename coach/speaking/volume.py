"""Volume: a gain on its way to another in a straight line, the same however sound is sliced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coach.units import Samples


class Volume:
    """An amplitude factor that begins at one."""

    def __init__(self) -> None:
        self._begin = self._goal = 1.0
        self._length: Samples = 1
        self._done: Samples = 1

    def change(self, goal: float, length: Samples) -> None:
        """Be at ``goal`` after ``length`` samples."""
        if goal != self._goal:
            self._begin = float(self.ahead(1)[0])
            self._goal, self._length, self._done = goal, length, 0

    @property
    def untouched(self) -> bool:
        """Whether every factor to come is one."""
        return self._goal == 1.0 and self._done >= self._length

    def ahead(self, count: Samples) -> NDArray[np.float64]:
        """The factors of the next ``count`` samples."""
        way = np.minimum(1.0, np.arange(self._done, self._done + count) / self._length)
        return self._begin + (self._goal - self._begin) * way

    def advance(self, count: Samples) -> None:
        """Move on by ``count`` samples."""
        self._done += count
