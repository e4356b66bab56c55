"""Log: lists past sessions, and who is remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coach.devices.memory.file_errors import NO_VALUE, DamagedError
from coach.devices.memory.person_rows import person_id
from coach.devices.memory.recall import WHOLE_WAY, lowered_to
from coach.messages.facts import Outcome
from coach.training.exercise import turning_angle_degrees
from coach.training.history import Day


@dataclass(frozen=True, slots=True)
class Entry:
    """An exercise of a session, or the whole session if it had none: then ``exercise`` is None.

    ``session`` is the session's uuid, ``day`` counts from 1 January of year 1, and ``minute`` from
    midnight. ``floor`` is the count to which the last set was lowered, and ``hold_seconds`` how
    long the plank of the session was held. ``angle_degrees`` is that of the legs at the floor,
    from 90 at the top to 0; ``pain_level`` and ``effort`` are numbers from 0 to 10 of the session.
    """

    session: str
    day: Day
    minute: float
    exercise: str | None
    perfect: int
    reps: int
    floor: float | None
    angle_degrees: float | None
    hold_seconds: float | None
    pain_level: int | None
    effort: int | None
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
    SELECT id, uuid, day, minute, coalesce(outcome, 'abandoned'), reps, perfect, pain_level, effort,
        (SELECT seconds FROM holds WHERE session = id ORDER BY place DESC LIMIT 1)
    FROM sessions WHERE person = ? AND got_anywhere = 1 ORDER BY nth DESC LIMIT ?
"""

_EXERCISES = """
    SELECT session, min(exercise), max(exercise) FROM reps
    WHERE session >= ? GROUP BY session
"""
"""The exercise of a session, if both columns agree. Hardly any session has more than one; those
that have are queried again. Grouping all reps by exercise as well would take twice as long."""


def read_log(
    connection: sqlite3.Connection,
    person: str,
    limit: int | None = None,
    counts: Mapping[str, float] | None = None,
) -> tuple[Entry, ...]:
    """The last ``limit`` sessions in which something was trained, or all; the newest comes last.

    ``counts`` are those of a full descent, by exercise. Raises DamagedError where there is text in
    place of a number.
    """
    try:
        return tuple(_entries(connection, person, limit, counts or {}))
    except NO_VALUE:
        raise DamagedError from None


def _entries(
    connection: sqlite3.Connection, person: str, limit: int | None, counts: Mapping[str, float]
) -> Iterator[Entry]:
    known = person_id(connection, person)
    chosen = connection.execute(_CHOSEN, (known, -1 if limit is None else limit)).fetchall()
    first = min((row[0] for row in chosen), default=0)
    rows = connection.execute(_EXERCISES, (first,))
    exercises = {session: (least, most) for session, least, most in rows}
    for session, uuid, day, minute, outcome, reps, perfect, pain, effort, hold in reversed(chosen):
        least, most = exercises.get(session, (None, None))
        done = [(least, reps, perfect)] if least == most else _by_exercise(connection, session)
        for exercise, reps_done, perfect_done in done:
            floor = lowered_to(connection, session, exercise)
            yield Entry(
                session=uuid,
                day=int(day),
                minute=float(minute),
                exercise=exercise,
                perfect=int(perfect_done),
                reps=int(reps_done),
                floor=floor,
                angle_degrees=_angle(floor, counts.get(exercise or "", WHOLE_WAY)),
                hold_seconds=None if hold is None else float(hold),
                pain_level=None if pain is None else int(pain),
                effort=None if effort is None else int(effort),
                outcome=outcome,
            )


def _angle(floor: float | None, counts: float) -> float | None:
    return None if floor is None else round(turning_angle_degrees(floor, counts), 1)


def read_people(connection: sqlite3.Connection) -> tuple[Person, ...]:
    """Everybody who is remembered, by name."""
    return tuple(Person(*row) for row in connection.execute(_PEOPLE))


def _by_exercise(connection: sqlite3.Connection, session: int) -> list[tuple[str, int, int]]:
    """Each exercise with its reps and perfect reps, in the order of the first reps."""
    return connection.execute(
        "SELECT exercise, count(*), sum(perfect) FROM reps WHERE session = ? "
        "GROUP BY exercise ORDER BY min(place)",
        (session,),
    ).fetchall()
