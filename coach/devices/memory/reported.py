"""Reported: reads what a person has told the coach about pain, health and mistakes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from coach.devices.memory.file_errors import NO_VALUE, DamagedError
from coach.devices.memory.person_rows import person_id
from coach.messages.facts import MISTAKES, Mistake
from coach.training.care import Level
from coach.training.history import Day


@dataclass(frozen=True, slots=True)
class Hurt:
    """A session that ended in pain, or because the person felt unwell.

    ``exercise`` is None where that was before any.
    """

    day: Day
    exercise: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A mistake, how often it was noted, and the day of the last session in which it was."""

    mistake: Mistake
    times: int
    last: Day


@dataclass(frozen=True, slots=True)
class Reported:
    """What a person has reported; empty for somebody new. The oldest comes first."""

    hurt: tuple[Hurt, ...] = ()
    pain_levels: tuple[tuple[Day, Level], ...] = ()
    """The numbers that pain was given, each with the day of the session that asked for it."""
    mistakes: tuple[Noted, ...] = ()
    screened: Day | None = None
    """The day of the last screening after which the person might train; None without one."""
    advised: bool = False
    """Whether they needed advice then."""


_HURT = """
    SELECT pain.day, pain.exercise FROM pain WHERE person = ? ORDER BY nth
"""
_LEVELS = """
    SELECT day, pain_level FROM sessions WHERE person = ? AND pain_level IS NOT NULL ORDER BY nth
"""
_NOTED = """
    SELECT mistake, count(*), max(day) FROM mistakes JOIN sessions ON session = id
    WHERE person = ? GROUP BY mistake ORDER BY count(*) DESC, mistake
"""


def read_reported(connection: sqlite3.Connection, person: str) -> Reported:
    """What ``person`` has reported. Raises DamagedError where there is text for a number."""
    known = person_id(connection, person)
    if known is None:
        return Reported()
    try:
        screened, advised = connection.execute(
            "SELECT screened_day, advised FROM people WHERE id = ?", (known,)
        ).fetchone()
        of = (known,)
        noted = {name: rest for name, *rest in connection.execute(_NOTED, of)}
        return Reported(
            hurt=tuple(Hurt(int(day), name) for day, name in connection.execute(_HURT, of)),
            pain_levels=tuple(
                (int(day), int(level)) for day, level in connection.execute(_LEVELS, of)
            ),
            mistakes=tuple(
                Noted(name, int(noted[name][0]), int(noted[name][1]))
                for name in MISTAKES
                if name in noted
            ),
            screened=None if screened is None else int(screened),
            advised=bool(advised),
        )
    except NO_VALUE:
        raise DamagedError from None
