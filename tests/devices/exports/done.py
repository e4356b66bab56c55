"""Done: sessions as a memory has them, and as a workout, to be exported."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import whole_archive, write_archive
from coach.devices.memory.archive_records import (
    Archive,
    HoldRecord,
    MistakeRecord,
    PersonRecord,
    RepRecord,
    SessionRecord,
    SetRecord,
)
from coach.devices.memory.schema import migrate
from coach.devices.memory.workouts import Workout, WorkoutReader, WorkoutSet

BEGAN = datetime(2024, 4, 24, 10, 0, tzinfo=timezone(timedelta(hours=2)))

WORKOUT = Workout(
    uuid="6f1c1f4e-8f0e-4c43-9d5e-0a7f6f1f7b11",
    began=BEGAN,
    seconds=900.0,
    outcome="stopped",
    pain_level=4,
    effort=7,
    mistakes=("head",),
    sets=(
        WorkoutSet("straight_leg_lift", 100.0, 136.5, 4, 3, 2.5, 3.0),
        WorkoutSet("straight_leg_lift", 200.0, 245.0, 5, 5, 2.5, 3.0),
        WorkoutSet("frog_lift", 300.0, 318.0, 2, 2),
        WorkoutSet("plank", 400.0, 420.4, held_seconds=20.4, whole=False),
    ),
)


def record(number: int, sets: Iterable[tuple[str, str]], **changes: Any) -> SessionRecord:
    """A session: each set is of an exercise, with a letter for each rep, or ``-`` for a plank."""
    place = iter(range(1, 10_000))
    begun: list[SetRecord] = []
    reps: list[RepRecord] = []
    holds: list[HoldRecord] = []
    for in_set, (exercise, letters) in enumerate(sets, start=1):
        at_s = 100.0 * in_set
        own: dict[str, Any] = {"exercise": exercise}
        if letters == "-":
            held: dict[str, Any] = {"at_s": at_s + 20.4, "seconds": 20.4, "whole": True}
            holds.append(HoldRecord(place=next(place), **own, **held))
            continue
        aim: dict[str, Any] = {"at_s": at_s, "number": in_set, "floor": 2.5, "down_seconds": 3.0}
        begun.append(SetRecord(place=next(place), **own, **aim))
        for rep, letter in enumerate(letters, start=1):
            lost = None if letter == "p" else "arched"
            done: dict[str, Any] = {
                "in_set": in_set,
                "number": rep,
                "perfect": letter == "p",
                "reason": lost,
            }
            at = at_s + 9.0 * rep
            reps.append(RepRecord(place=next(place), at_s=at, count=2.5, **own, **done))
    own_fields: dict[str, Any] = {
        **{"uuid": str(UUID(int=number)), "began_utc": BEGAN.timestamp() + 86_400.0 * number},
        **{"last_utc": BEGAN.timestamp() + 86_400.0 * number + 900.0},
        **{"day": BEGAN.toordinal() + number, "minute": 600.0, "outcome": "stopped"},
        **{"state": "stopped", "exercise": None, "floor": None, "facts": 9, "got_anywhere": True},
        **{"pain_level": 4, "effort": 7, "pain": None, "floors": []},
        "mistakes": [MistakeRecord(place=9_999, at_s=1.0, mistake="head")],
    }
    parts = {"sets": begun, "reps": reps, "holds": holds}
    return SessionRecord(**{**own_fields, **parts, **changes})


@contextmanager
def remembered(*sessions: SessionRecord) -> Iterator[sqlite3.Connection]:
    """A memory of these sessions, which is gone with the test."""
    with closing(sqlite_file.connect("file::memory:")) as connection:
        migrate(connection)
        person = PersonRecord(name="default", sits=None, sessions=list(sessions))
        write_archive(connection, *whole_archive(Archive(people=[person])))
        yield connection


def workouts(*sessions: SessionRecord, limit: int | None = None) -> list[Workout]:
    with remembered(*sessions) as connection:
        return list(WorkoutReader(connection, "default", limit).read())
