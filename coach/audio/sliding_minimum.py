"""Sliding minimum: the least of the last values, for a noise floor (minimum statistics)."""

from __future__ import annotations

from collections import deque


class SlidingMinimum:
    """The least of the last ``window`` values, without looking at all of them for every new one.

    It keeps only those that may become the least once the values before them are forgotten: a
    monotonic queue (Lemire 2006, "Streaming maximum-minimum filter").
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._count = 0
        self._candidates: deque[tuple[int, float]] = deque()

    def push(self, value: float) -> None:
        """Take in the next value."""
        candidates = self._candidates
        while candidates and candidates[-1][1] >= value:
            candidates.pop()
        candidates.append((self._count, value))
        self._count += 1
        if candidates[0][0] < self._count - self._window:
            candidates.popleft()

    def least(self, *, default: float) -> float:
        """The least of the last values, ``default`` before the first."""
        return self._candidates[0][1] if self._candidates else default
