"""Session detail: one past session, set by set and rep by rep."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from coach.devices.memory.file_errors import NO_VALUE, DamagedError


@dataclass(frozen=True, slots=True)
class PastRep:
    """A rep; ``count`` is how far down it went, ``reason`` why it was lost, None if perfect."""

    perfect: bool
    reason: str | None
    count: float


@dataclass(frozen=True, slots=True)
class PastSet:
    """A set and its reps; ``floor`` is the count to lower to, None where that was not written."""

    exercise: str
    number: int
    floor: float | None
    down_seconds: float | None
    reps: tuple[PastRep, ...]


@dataclass(frozen=True, slots=True)
class PastHold:
    """A plank; ``whole`` is whether it was held to its end."""

    exercise: str
    seconds: float
    whole: bool


@dataclass(frozen=True, slots=True)
class PastSession:
    """What was done in a session, in order.

    ``mistakes`` are those that were noted. ``marks_s`` is when its sets began, and its reps and
    planks ended, in seconds since the session opened: no other session has the same.
    """

    sets: tuple[PastSet, ...]
    holds: tuple[PastHold, ...]
    mistakes: tuple[str, ...]
    marks_s: tuple[float, ...]


_SESSION = """
    SELECT sessions.id FROM sessions JOIN people ON person = people.id
    WHERE name = ? AND uuid = ? AND got_anywhere = 1
"""
_SETS = """
    SELECT at_s, exercise, number, floor, down_seconds FROM sets WHERE session = ? ORDER BY place
"""
_REPS = """
    SELECT exercise, in_set, perfect, reason, count, at_s FROM reps WHERE session = ?
    ORDER BY place
"""
_HOLDS = "SELECT at_s, exercise, seconds, whole FROM holds WHERE session = ? ORDER BY place"
_MISTAKES = "SELECT mistake FROM mistakes WHERE session = ? ORDER BY place"


def read_session(connection: sqlite3.Connection, person: str, uuid: str) -> PastSession | None:
    """A session of ``person``; None where there is no such session. Raises DamagedError."""
    try:
        found = connection.execute(_SESSION, (person, uuid)).fetchone()
        return None if found is None else _read(connection, found[0])
    except NO_VALUE:
        raise DamagedError from None


def _read(connection: sqlite3.Connection, session: int) -> PastSession:
    begun = connection.execute(_SETS, (session,)).fetchall()
    held = connection.execute(_HOLDS, (session,)).fetchall()
    reps: list[tuple[str, int, int, str | None, float, float]]
    reps = connection.execute(_REPS, (session,)).fetchall()
    # A set in which the session was cut off is begun twice, and is one set all the same.
    aims = {(exercise, number): (floor, down) for _, exercise, number, floor, down in begun}
    sets = []
    for (exercise, number), group in groupby(reps, key=lambda rep: rep[:2]):
        floor, down = aims.get((exercise, number), (None, None))
        done = tuple(PastRep(bool(rep[2]), rep[3], float(rep[4])) for rep in group)
        sets.append(PastSet(exercise, int(number), _number(floor), _number(down), done))
    return PastSession(
        sets=tuple(sets),
        holds=tuple(PastHold(name, float(took), bool(whole)) for _, name, took, whole in held),
        mistakes=tuple(name for (name,) in connection.execute(_MISTAKES, (session,))),
        marks_s=tuple(
            map(float, (*(row[0] for row in (*begun, *held)), *(rep[5] for rep in reps)))
        ),
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
