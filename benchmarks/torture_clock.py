"""Torture clock: what a memory says after the computer's clock went backwards by days."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from benchmarks.torture_trials import Trial
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.training.history import History
from tests.memories import HandClock

_DAYS = (1.0, 7.0, 400.0, 20_000.0)
_PASSED_DAYS = 10.0
"""The last session may be so many days ago."""


def set_back(trial: Trial, chance: Random, clock: HandClock, memory: SqliteMemory) -> None:
    """Set the clock back: only days change, none is to come, and tomorrow each is a day ago."""
    before = memory.recall()
    days = chance.choice(_DAYS)
    clock.jump(days=-days)
    trial.tried["clocks set back by days"] += 1
    today, found = clock.now().day, memory.recall()
    if before != History() and days > _PASSED_DAYS:
        trial.expect(found.clock_went_back, f"nobody sees that the clock went back by {days} days")
        trial.expect(found.cut_off is None, f"{days} days back it goes on with {found.cut_off}")
    trial.expect(
        _undated(found) == _undated(before), f"{days} days back it is {found}, was {before}"
    )
    ahead = [day for day in _days(found) if day > today]
    trial.expect(not ahead, f"{days} days back, on day {today}, it knows of the days {ahead}")
    clock.turn(days=1)
    later = [day for day in _days(memory.recall()) if day > today]
    trial.expect(not later, f"a day later, on day {today + 1}, it knows of the days {later}")


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
