"""Reminders: which mistake to cue against next. They rotate, so that they do not numb."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coach.messages.facts import MISTAKES, Mistake

_MOST_EXTRA = 4
"""However often a mistake was made, the others come up, too."""


class Reminders:
    """Smooth weighted round-robin: each mistake in turn, the more frequent ones more often, none
    twice in a row. ``noted`` is how often each was noted in earlier sessions.
    """

    def __init__(self, noted: Mapping[Mistake, int]) -> None:
        self._noted = {mistake: noted.get(mistake, 0) for mistake in MISTAKES}
        self._credit = dict.fromkeys(MISTAKES, 0)
        self._last: Mistake | None = None

    def note(self, mistake: Mistake) -> None:
        """It was made once more."""
        self._noted[mistake] += 1

    def next(self, possible: Collection[Mistake] = MISTAKES) -> Mistake:
        """The one to cue against now, of two or more that are ``possible``."""
        weights = {each: 1 + min(_MOST_EXTRA, self._noted[each]) for each in possible}
        for mistake, weight in weights.items():
            self._credit[mistake] += weight
        others = [mistake for mistake in possible if mistake != self._last]
        chosen = max(others, key=lambda mistake: self._credit[mistake])
        self._credit[chosen] -= sum(weights.values())
        self._last = chosen
        return chosen
