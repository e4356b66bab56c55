"""Log: past sessions as a person would list them, and how they are forgotten."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from coach.devices.memory import sqlite_file
from coach.devices.memory.recall import lowered_to
from coach.devices.memory.record import person_id
from coach.errors import MemoryFileError
from coach.messages.facts import Outcome
from coach.training.history import Day


@dataclass(frozen=True, slots=True)
class Entry:
    """An exercise of a session, or the whole session when it had none: then ``exercise`` is None.

    ``session`` is the same for every exercise of one. ``floor`` is the count that its last set was
    lowered to, ``hold_seconds`` how long the plank of the session was held.
    """

    session: str
    day: Day
    minute: float
    exercise: str | None
    perfect: int
    reps: int
    floor: float | None
    hold_seconds: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is remembered; ``last`` is the day of the last session that got anywhere."""

    name: str
    sessions: int
    last: Day | None


_PEOPLE = """
    SELECT name, count(sessions.id), max(day) FROM people
    LEFT JOIN sessions ON person = people.id AND got_anywhere = 1
    GROUP BY people.id ORDER BY name COLLATE NOCASE, name
"""

_CHOSEN = """
    SELECT id, uuid, day, minute, coalesce(outcome, 'abandoned'), reps, perfect,
        (SELECT seconds FROM holds WHERE session = id ORDER BY place DESC LIMIT 1)
    FROM sessions WHERE person = ? AND got_anywhere = 1 ORDER BY began_utc DESC, id DESC LIMIT ?
"""

_EXERCISES = """
    SELECT session, min(exercise), max(exercise) FROM reps
    WHERE session >= ? GROUP BY session
"""
"""Hardly any session has more than one; those that do are looked at again. To group all reps by
exercise as well would take twice as long."""


def read_log(
    connection: sqlite3.Connection, person: str, limit: int | None = None
) -> tuple[Entry, ...]:
    """The last ``limit`` sessions that got anywhere, or all, the newest last."""
    known = person_id(connection, person)
    chosen = connection.execute(_CHOSEN, (known, -1 if limit is None else limit)).fetchall()
    first = min((row[0] for row in chosen), default=0)
    rows = connection.execute(_EXERCISES, (first,))
    exercises = {session: (least, most) for session, least, most in rows}
    entries: list[Entry] = []
    for session, uuid, day, minute, outcome, reps, perfect, hold in reversed(chosen):
        least, most = exercises.get(session, (None, None))
        done = [(least, reps, perfect)] if least == most else _by_exercise(connection, session)
        entries += [
            Entry(
                session=uuid,
                day=day,
                minute=minute,
                exercise=exercise,
                perfect=perfect,
                reps=reps,
                floor=lowered_to(connection, session, exercise),
                hold_seconds=hold,
                outcome=outcome,
            )
            for exercise, reps, perfect in done
        ]
    return tuple(entries)


def read_people(connection: sqlite3.Connection) -> tuple[Person, ...]:
    """Everybody who is remembered, by name."""
    return tuple(Person(*row) for row in connection.execute(_PEOPLE))


def _by_exercise(connection: sqlite3.Connection, session: int) -> list[tuple[str, int, int]]:
    """Exercise, reps and perfect ones, in the order in which they were first trained."""
    return connection.execute(
        "SELECT exercise, count(*), sum(perfect) FROM reps WHERE session = ? "
        "GROUP BY exercise ORDER BY min(place)",
        (session,),
    ).fetchall()


def is_known(path: Path, person: str) -> bool:
    """Whether there is anything to forget of a person. Raises MemoryFileError."""
    with sqlite_file.opened(path) as connection:
        return person_id(connection, person) is not None


def forget(path: Path, person: str) -> bool:
    """Erase a person, so that no byte of them stays in the file; false when they are not in it.

    With nobody left the file goes too, and whatever was set aside of it. Raises MemoryFileError,
    also while another coach uses it.
    """
    with sqlite_file.opened(path) as connection:
        if person_id(connection, person) is None:
            return False
        _hold_alone(connection, path)
        # Within the file, too, a row that is deleted else stays until it is written over.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM people WHERE name = ?", (person,))
        connection.execute("VACUUM")
        (left,) = connection.execute("SELECT count(*) FROM people").fetchone()
        if not left:
            sqlite_file.remove(path)
    return True


def _hold_alone(connection: sqlite3.Connection, path: Path) -> None:
    """Leave the journal that others may share; the next start takes it up again."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if not sqlite_file.is_busy(error):
            raise
        mode = "wal"
    if mode != "delete":
        raise MemoryFileError(f"{path}: is in use by another coach; end it first")
