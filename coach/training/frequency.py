"""Frequency: how often to train, and how often somebody has trained.

A week is seven days, counted from the first day of training, so that none of them is cut short.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from coach.training.history import Day

WEEK_DAYS = 7
FEWEST_A_WEEK = 2
"""On so many days of a week at least the coach has a person train."""
MOST_A_WEEK = 3
"""On the day after so many days of training within a week it offers an easy session."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How often somebody has trained: ``days`` of training in ``weeks`` weeks that are over."""

    weeks: int
    days: int
    """Days of training in these weeks."""
    kept_weeks: int
    """The weeks with FEWEST_A_WEEK days of training or more."""
    longest_break_days: int
    """The most days from one day of training to the next, or to today."""

    @property
    def days_a_week(self) -> float | None:
        """The mean; None before the first week is over."""
        return self.days / self.weeks if self.weeks else None


def kept(days: Collection[Day], today: Day) -> Kept:
    """How often a person has trained who did so on ``days``, none of which is after ``today``."""
    in_order = sorted(set(days))
    if not in_order:
        return Kept(0, 0, 0, 0)
    weeks = (today - in_order[0] + 1) // WEEK_DAYS
    counts = [0] * weeks
    for day in in_order:
        week = (day - in_order[0]) // WEEK_DAYS
        if week < weeks:
            counts[week] += 1
    breaks = [after - before for before, after in pairwise([*in_order, today])]
    good = sum(count >= FEWEST_A_WEEK for count in counts)
    return Kept(weeks, sum(counts), good, max(breaks))


def due(days: int) -> tuple[int, int]:
    """On how many days training is due within ``days`` days: at least, and at most."""
    return round(FEWEST_A_WEEK * days / WEEK_DAYS), round(MOST_A_WEEK * days / WEEK_DAYS)
