"""Sqlite log: past sessions as a person would list them, and how they are forgotten."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from coach.devices import sqlite_file
from coach.devices.sqlite_record import person_id
from coach.errors import MemoryFileError
from coach.facts import Outcome
from coach.history import Day


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


_LOG = """
    WITH chosen AS (
        SELECT * FROM sessions WHERE person = :person AND got_anywhere = 1
        ORDER BY began_utc DESC, id DESC LIMIT :limit
    ), done AS (
        SELECT session, r.exercise, min(place) AS first, sum(r.perfect) AS perfect, count(*) AS reps
        FROM chosen CROSS JOIN reps AS r ON session = id GROUP BY session, r.exercise
    )
    SELECT
        uuid, day, minute, done.exercise, coalesce(done.perfect, 0), coalesce(done.reps, 0),
        (
            SELECT floor FROM (
                SELECT place, floor FROM sets
                WHERE session = chosen.id AND exercise = done.exercise
                UNION ALL
                SELECT place, count FROM floors
                WHERE session = chosen.id AND exercise = done.exercise
            ) ORDER BY place DESC LIMIT 1
        ),
        (SELECT seconds FROM holds WHERE session = chosen.id ORDER BY place DESC LIMIT 1),
        coalesce(outcome, 'abandoned')
    FROM chosen LEFT JOIN done ON done.session = chosen.id
    ORDER BY began_utc, id, first
"""


def read_log(
    connection: sqlite3.Connection, person: str, limit: int | None = None
) -> tuple[Entry, ...]:
    """The last ``limit`` sessions that got anywhere, or all, the newest last."""
    known = person_id(connection, person)
    rows = connection.execute(_LOG, {"person": known, "limit": -1 if limit is None else limit})
    return tuple(Entry(*row) for row in rows)


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
