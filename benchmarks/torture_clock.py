"""Torture clock: what a memory says after the computer's clock went backwards."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from benchmarks.torture_trials import Trial
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.training.history import History
from tests.memories import HandClock

DAYS = (1.0, 7.0, 400.0, 20_000.0)
_ROUNDED_MINUTES = 1e-3
_PASSED_DAYS = 10.0
"""The last session may be so many days ago."""


def set_back(trial: Trial, chance: Random, clock: HandClock, memory: SqliteMemory) -> None:
    """Set the clock back: only days change, none is to come, and tomorrow each is a day ago."""
    before = memory.recall()
    days = chance.choice(DAYS)
    clock.jump(days=-days)
    trial.tried["clocks set back by days"] += 1
    today, found = clock.now().day, memory.recall()
    if before != History() and days > _PASSED_DAYS:
        trial.expect(found.clock_went_back, f"nobody sees that the clock went back by {days} days")
        trial.expect(found.cut_off is None, f"{days} days back it goes on with {found.cut_off}")
    trial.expect(
        _undated(found) == _undated(before), f"{days} days back it is {found}, was {before}"
    )
    _expect_none_ahead(trial, found, today)
    clock.turn(days=1)
    _expect_none_ahead(trial, memory.recall(), today)


def agree_but_for_days(trial: Trial, clock: HandClock, found: History, told: History) -> None:
    """Within the last session the clock may have gone back by days: only days differ from what was
    ``told``, and a session that was cut off goes on as any other."""
    trial.expect(_undated(found) == _undated(told), f"days back it is {found}, told was {told}")
    same = agree(
        replace(History(), cut_off=found.cut_off), replace(History(), cut_off=told.cut_off)
    )
    trial.expect(same, f"days back it goes on with {found.cut_off}, not {told.cut_off}")
    _expect_none_ahead(trial, found, clock.now().day)


def agree(one: History, other: History) -> bool:
    """Whether they are the same, apart from the rounding of seconds since 1970.

    ``other`` knows nothing of a clock that went back.
    """
    one = replace(one, clock_went_back=other.clock_went_back)
    if one.cut_off is None or other.cut_off is None:
        return one == other
    apart = abs(one.cut_off.minutes_ago - other.cut_off.minutes_ago)
    same = replace(one.cut_off, minutes_ago=other.cut_off.minutes_ago)
    return apart < _ROUNDED_MINUTES and replace(one, cut_off=same) == other


def _expect_none_ahead(trial: Trial, history: History, today: int) -> None:
    ahead = [day for day in _days(history) if day > today]
    trial.expect(not ahead, f"on day {today} it knows of the days {ahead}")


def _days(history: History) -> list[int]:
    pain = [] if history.pain is None else [history.pain.day]
    effort = [] if history.effort_day is None else [history.effort_day]
    return [*(training.day for training in history.trainings), *pain, *effort]


def _undated(history: History) -> History:
    """What no clock changes."""
    pain = None if history.pain is None else replace(history.pain, day=0)
    hold = None if history.last_hold is None else replace(history.last_hold, day=0)
    last = tuple(replace(training, day=0) for training in history.trainings[-2:])
    effort = None if history.effort_day is None else 0
    return replace(
        history,
        trainings=last,
        pain=pain,
        last_hold=hold,
        effort_day=effort,
        cut_off=None,
        clock_went_back=False,
    )
