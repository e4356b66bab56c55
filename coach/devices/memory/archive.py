"""Archive: everything in the memory as one JSON file, for another machine.

::

    {"format": "flatback training", "version": 1, "people": [
        {"name": "default", "sits": true, "sessions": [
            {"uuid": "…", "began_utc": 1.7e9, "last_utc": 1.7e9, "day": 738641, "minute": 600.0,
             "outcome": "finished", "state": "finished", "exercise": "dead_bug", "floor": 2.0,
             "facts": 12, "got_anywhere": true,
             "sets": […], "reps": […], "holds": […], "mistakes": […], "floors": […],
             "pain": {"day": 738641, "exercise": "dead_bug"}}]}]}

A session is identified by its ``uuid``. Of two copies the one with more facts is kept, and of two
answers about a habit the one that is already there, so that importing an archive twice changes
nothing the second time. ``began_utc`` and ``last_utc`` are seconds since 1970. ``day`` is counted
from 1 January of year 1, ``minute`` from midnight, and ``at_s`` is in seconds from the beginning of
the session, whose facts are ordered by ``place``.
"""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from coach.datafile import Strict
from coach.messages.facts import Mistake, Outcome
from coach.training.history import PROFILE


def _is_uuid(text: str) -> str:
    return str(UUID(text))


Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Uuid = Annotated[str, AfterValidator(_is_uuid)]
Day = Annotated[int, Field(ge=1, le=3_652_059)]  # until the end of year 9999
ProfileName = Annotated[str, Field(pattern=PROFILE)]


class SetRecord(Strict):
    """A row of ``sets``."""

    place: Count
    at_s: Number
    exercise: Text
    number: Count
    floor: Number
    down_seconds: Number


class RepRecord(Strict):
    """A row of ``reps``; ``number`` counts within the set."""

    place: Count
    at_s: Number
    exercise: Text
    in_set: Count
    number: Count
    perfect: bool
    reason: Text | None
    count: Number


class HoldRecord(Strict):
    """A row of ``holds``."""

    place: Count
    at_s: Number
    exercise: Text
    seconds: Number
    whole: bool


class MistakeRecord(Strict):
    """A row of ``mistakes``."""

    place: Count
    at_s: Number
    mistake: Mistake


class FloorRecord(Strict):
    """A row of ``floors``."""

    place: Count
    at_s: Number
    exercise: Text
    count: Number


class PainRecord(Strict):
    """The row of ``pain``, if there is one."""

    day: Day
    exercise: Text | None


class SessionRecord(Strict):
    """A row of ``sessions``, with the rows that belong to it."""

    uuid: Uuid
    began_utc: Number
    last_utc: Number
    day: Day
    minute: Annotated[float, Field(ge=0, lt=1440)]
    outcome: Outcome | None
    state: Text
    exercise: Text | None
    floor: Number | None
    facts: Count
    got_anywhere: bool
    sets: list[SetRecord]
    reps: list[RepRecord]
    holds: list[HoldRecord]
    mistakes: list[MistakeRecord]
    floors: list[FloorRecord]
    pain: PainRecord | None


class PersonRecord(Strict):
    """A row of ``people``, with their sessions, the oldest first."""

    name: ProfileName
    sits: bool | None
    sessions: list[SessionRecord]


class Archive(Strict):
    """The whole file."""

    format: Literal["flatback training"] = "flatback training"
    version: Literal[1] = 1
    people: list[PersonRecord]


_PARTS: dict[str, type[Strict]] = {
    "sets": SetRecord,
    "reps": RepRecord,
    "holds": HoldRecord,
    "mistakes": MistakeRecord,
    "floors": FloorRecord,
}
_OWN = tuple(name for name in SessionRecord.model_fields if name not in (*_PARTS, "pain"))


def read_archive(connection: sqlite3.Connection) -> Archive:
    """Everything in the memory, read in one transaction."""
    connection.execute("BEGIN")
    try:
        people = connection.execute("SELECT id, name, sits FROM people ORDER BY id").fetchall()
        return Archive(
            people=[
                PersonRecord(
                    name=name,
                    sits=None if sits is None else bool(sits),
                    sessions=_sessions(connection, person),
                )
                for person, name, sits in people
            ]
        )
    finally:
        connection.execute("COMMIT")


def write_archive(connection: sqlite3.Connection, archive: Archive) -> int:
    """Add what is missing, in one transaction. Returns how many sessions were new or longer."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        changed = sum(_add_person(connection, person) for person in archive.people)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return changed


def _sessions(connection: sqlite3.Connection, person: int) -> list[SessionRecord]:
    rows = connection.execute(
        f"SELECT id, {', '.join(_OWN)} FROM sessions WHERE person = ? ORDER BY began_utc, id",
        (person,),
    ).fetchall()
    return [_session(connection, row[0], dict(zip(_OWN, row[1:], strict=True))) for row in rows]


def _session(connection: sqlite3.Connection, session: int, own: dict[str, Any]) -> SessionRecord:
    pain = connection.execute(
        "SELECT day, exercise FROM pain WHERE session = ?", (session,)
    ).fetchone()
    parts: dict[str, Any] = {
        table: _rows(connection, session, table, record) for table, record in _PARTS.items()
    }
    own["got_anywhere"] = bool(own["got_anywhere"])
    parts["pain"] = None if pain is None else PainRecord(day=pain[0], exercise=pain[1])
    return SessionRecord(**own, **parts)


def _rows(
    connection: sqlite3.Connection, session: int, table: str, record: type[Strict]
) -> list[Strict]:
    names = tuple(record.model_fields)
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE session = ? ORDER BY place", (session,)
    )
    # SQLite has no booleans, only 0 and 1.
    booleans = {name for name in names if name in ("perfect", "whole")}
    return [
        record(
            **{
                name: bool(value) if name in booleans else value
                for name, value in zip(names, row, strict=True)
            }
        )
        for row in rows
    ]


def _add_person(connection: sqlite3.Connection, person: PersonRecord) -> int:
    connection.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", (person.name,))
    connection.execute(
        "UPDATE people SET sits = coalesce(sits, ?) WHERE name = ?", (person.sits, person.name)
    )
    (known,) = connection.execute("SELECT id FROM people WHERE name = ?", (person.name,)).fetchone()
    return sum(_add_session(connection, known, session) for session in person.sessions)


def _add_session(connection: sqlite3.Connection, person: int, session: SessionRecord) -> bool:
    there = connection.execute(
        "SELECT id, facts FROM sessions WHERE uuid = ?", (session.uuid,)
    ).fetchone()
    if there is not None:
        if there[1] >= session.facts:
            return False
        connection.execute("DELETE FROM sessions WHERE id = ?", (there[0],))
    derived = {
        "person": person,
        "reps": len(session.reps),
        "perfect": sum(rep.perfect for rep in session.reps),
        "holds": len(session.holds),
    }
    own = {**{name: getattr(session, name) for name in _OWN}, **derived}
    row = _insert(connection, "sessions", own)
    extra = {"session": row, "person": person, "began_utc": session.began_utc}
    for table in _PARTS:
        more = extra if table == "floors" else {"session": row}
        for each in getattr(session, table):
            _insert(connection, table, {**each.model_dump(), **more})
    if session.pain is not None:
        _insert(connection, "pain", {**session.pain.model_dump(), **extra})
    return True


def _insert(connection: sqlite3.Connection, table: str, fields: dict[str, Any]) -> int:
    names, places = ", ".join(fields), ", ".join("?" * len(fields))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"
    row = connection.execute(statement, tuple(fields.values())).lastrowid
    return row or 0
