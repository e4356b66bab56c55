"""Report figures: past training summed up by exercise, by period, and as points of charts.

However long a history is, it has some dozens of rows and at most MOST_POINTS points in a line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from coach.devices.memory.log import Entry
from coach.training.frequency import due
from coach.training.history import Day

MOST_POINTS = 65
_SHOWN_EXERCISES = 8
_SHOWN_PERIODS = 12
_MONTHS_FOR_YEARS = 12
"""From so many months on, periods are years."""

Spacing = Literal["session", "week", "month", "quarter", "year"]
"""What a point of a chart stands for."""

Points = tuple[tuple[Day, float], ...]
Value = Callable[[Sequence[Entry]], float | None]
"""One number for the entries of a point."""


@dataclass(frozen=True, slots=True)
class ExerciseSum:
    """One exercise over the whole time; None stands for all that are not listed by themselves."""

    exercise: str | None
    sessions: int
    first: Day
    last: Day
    reps: int
    perfect: int
    angles_degrees: tuple[float, ...]
    """The turning points, the newest last."""


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """A month or a year: ``name`` is as in ``2026-05`` or ``2026``, or None for all before."""

    name: str | None
    until: str
    """The first period that is not summed up any more, for one without a name."""
    sessions: int
    days: int
    due: tuple[int, int]
    """On how many days training was due, at least and at most."""
    reps: int
    perfect: int
    hold_seconds: float | None
    """The longest plank."""


def by_exercise(entries: Sequence[Entry]) -> tuple[ExerciseSum, ...]:
    """Each exercise, in the order of the first sessions; the rarest ones in one sum at the end."""
    shown = shown_exercises(entries)
    groups = {name: [each for each in entries if each.exercise == name] for name in shown}
    rest = [each for each in entries if each.exercise is not None and each.exercise not in groups]
    sums = [_exercise_sum(name, group) for name, group in groups.items()]
    return (*sums, *([_exercise_sum(None, rest)] if rest else []))


def shown_exercises(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The exercises with the most reps, in the order of their first sessions."""
    reps: dict[str, int] = {}
    for each in entries:
        if each.exercise is not None:
            reps[each.exercise] = reps.get(each.exercise, 0) + each.reps
    kept = set(sorted(reps, key=lambda name: -reps[name])[:_SHOWN_EXERCISES])
    return tuple(name for name in reps if name in kept)


def _exercise_sum(name: str | None, entries: Sequence[Entry]) -> ExerciseSum:
    days = [each.day for each in entries]
    return ExerciseSum(
        name,
        len({each.session for each in entries}),
        min(days),
        max(days),
        sum(each.reps for each in entries),
        sum(each.perfect for each in entries),
        tuple(each.angle_degrees for each in entries if each.angle_degrees is not None),
    )


def by_period(entries: Sequence[Entry], today: Day) -> tuple[PeriodSum, ...]:
    """Each month, or each year of a longer history, from the first session until ``today``."""
    if not entries:
        return ()
    first = min(each.day for each in entries)
    monthly = _months(today) - _months(first) < _MONTHS_FOR_YEARS
    name_of = _month if monthly else _year
    days = range(first, today + 1)
    names = list(dict.fromkeys(map(name_of, days)))
    in_period: dict[str, list[Entry]] = {name: [] for name in names}
    for each in entries:
        in_period[name_of(each.day)].append(each)
    sizes = {name: sum(1 for _ in group) for name, group in groupby(days, name_of)}
    shown = names[-_SHOWN_PERIODS:]
    before = names[: -_SHOWN_PERIODS or None] if len(names) > len(shown) else []
    sums = [_period_sum(name, "", in_period[name], sizes[name]) for name in shown]
    if not before:
        return tuple(sums)
    earlier = [each for name in before for each in in_period[name]]
    size = sum(sizes[name] for name in before)
    return (_period_sum(None, shown[0], earlier, size), *sums)


def _period_sum(name: str | None, until: str, entries: Sequence[Entry], days: int) -> PeriodSum:
    held = [each.hold_seconds for each in entries if each.hold_seconds is not None]
    return PeriodSum(
        name,
        until,
        len({each.session for each in entries}),
        len({each.day for each in entries}),
        due(days),
        sum(each.reps for each in entries),
        sum(each.perfect for each in entries),
        max(held, default=None),
    )


def spacing(entries: Sequence[Entry]) -> Spacing:
    """How far the points of charts have to be apart, so that they can be told from each other."""
    if not entries or len({each.session for each in entries}) <= MOST_POINTS:
        return "session"
    first, last = entries[0].day, max(each.day for each in entries)
    if (last - first) // 7 < MOST_POINTS:
        return "week"
    months = _months(last) - _months(first)
    if months < MOST_POINTS:
        return "month"
    return "quarter" if months // 3 + 1 < MOST_POINTS else "year"


def points(entries: Sequence[Entry], value: Value, apart: Spacing) -> Points:
    """One point for each session, week, month, quarter or year in which there is a value."""
    keys: dict[Spacing, Callable[[Entry], object]] = {
        "session": lambda each: each.session,
        "week": lambda each: (each.day - 1) // 7,
        "month": lambda each: _months(each.day),
        "quarter": lambda each: _months(each.day) // 3,
        "year": lambda each: _year(each.day),
    }
    groups: dict[object, list[Entry]] = {}
    for each in entries:
        groups.setdefault(keys[apart](each), []).append(each)
    found = ((group[len(group) // 2].day, value(group)) for group in groups.values())
    return tuple(sorted((day, number) for day, number in found if number is not None))


def share_percent(entries: Sequence[Entry]) -> float | None:
    """The share of perfect reps."""
    reps = sum(each.reps for each in entries)
    return 100.0 * sum(each.perfect for each in entries) / reps if reps else None


def last_angle(entries: Sequence[Entry]) -> float | None:
    """The last turning point, as an angle in degrees."""
    known = [each.angle_degrees for each in entries if each.angle_degrees is not None]
    return known[-1] if known else None


def highest_pain(entries: Sequence[Entry]) -> float | None:
    """The highest number for pain: a mean would hide it."""
    return max((each.pain_level for each in entries if each.pain_level is not None), default=None)


def mean_effort(entries: Sequence[Entry]) -> float | None:
    """The mean number for effort."""
    known = [each.effort for each in entries if each.effort is not None]
    return sum(known) / len(known) if known else None


def _months(day: Day) -> int:
    known = date.fromordinal(day)
    return 12 * known.year + known.month - 1


def _month(day: Day) -> str:
    return date.fromordinal(day).isoformat()[:7]


def _year(day: Day) -> str:
    return date.fromordinal(day).isoformat()[:4]
