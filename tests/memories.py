"""Memories: a wall clock that tests turn by hand, sessions as facts, and what they should leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.messages.facts import (
    ExerciseChosen,
    Fact,
    FloorFound,
    Outcome,
    RepEnded,
    SessionBegan,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.training.history import Moment
from coach.units import samples

TODAY = 739_000
LIFT = "straight_leg_lift"
PATIENT_SECONDS = 60.0
"""Nothing is asked of the file before it is written, however slow the disk of the tests is."""


@dataclass
class HandClock:
    """A WallClock that stands still until it is turned."""

    minutes: float = 600.0
    jumped_minutes: float = 0.0

    def now(self) -> Moment:
        days, minute = divmod(self.minutes, 1440.0)
        return Moment(TODAY + int(days), minute)

    def utc_seconds(self) -> float:
        return 1.7e9 + 60.0 * self.minutes

    def steady_seconds(self) -> float:
        return 60.0 * (self.minutes - self.jumped_minutes)

    def jump(self, *, minutes: float = 0.0, days: float = 0.0) -> None:
        """It is set, and no time passes."""
        self.turn(minutes=minutes, days=days)
        self.jumped_minutes += minutes + 1440.0 * days

    def turn(self, *, minutes: float = 0.0, days: float = 0.0) -> None:
        self.minutes += minutes + 1440.0 * days


def remember(path: Path, clock: HandClock, person: str = "default") -> SqliteMemory:
    """A memory in which nothing goes wrong."""
    return SqliteMemory(path, person, clock, pytest.fail, patience_seconds=PATIENT_SECONDS)


def tell(memory: SqliteMemory, facts: Iterable[Fact]) -> None:
    for fact in facts:
        memory(fact)


def begin(exercise: str = LIFT) -> list[Fact]:
    """Until the first set."""
    return [
        SessionBegan(0),
        StateChanged(0, None, "waiting", None),
        ExerciseChosen(0, exercise, "plan_first_time"),
        StateChanged(samples(5), "waiting", "cat_cow", "ready"),
        StateChanged(samples(60), "cat_cow", "stop_point", "played"),
        FloorFound(samples(90), exercise, 2.0),
        StateChanged(samples(91), "stop_point", "working", "played"),
    ]


def a_set(
    number: int, reps: str, *, exercise: str = LIFT, floor: float = 3.0, down_seconds: float = 3.0
) -> list[Fact]:
    """``p`` is a perfect rep, ``a`` one that is lost to an arched back."""
    at = samples(100.0 * number)
    facts: list[Fact] = [SetBegan(at, exercise, number, 3, 10, floor, down_seconds)]
    for rep, letter in enumerate(reps, start=1):
        perfect = letter == "p"
        reason = None if perfect else "arched"
        facts.append(
            RepEnded(at + samples(9.0 * rep), exercise, number, rep, 10, perfect, reason, floor)
        )
    return facts


def end(outcome: Outcome = "finished", perfect: int = 0) -> list[Fact]:
    return [SessionEnded(samples(900), outcome, perfect, None)]


def session(reps: str = "ppp", outcome: Outcome = "finished", exercise: str = LIFT) -> list[Fact]:
    """A whole one, of one set."""
    return [*begin(exercise), *a_set(1, reps, exercise=exercise), *end(outcome)]


UNDER_WAY: list[Fact] = [*begin(), *a_set(1, "ppp"), *a_set(2, "pa")]
