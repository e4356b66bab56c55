"""Person rows: writes who is remembered, and what they told about themselves."""

from __future__ import annotations

import sqlite3
from typing import assert_never

from coach.messages.facts import HabitTold, PractiseTold, ScreeningPassed
from coach.training.history import Day


def person_id(connection: sqlite3.Connection, person: str) -> int | None:
    """The row of a person, or None for somebody new."""
    row = connection.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    return None if row is None else int(row[0])


def introduce(connection: sqlite3.Connection, person: str) -> int:
    """The row of a person, who is added if need be."""
    connection.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", (person,))
    (known,) = connection.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    return int(known)


def write_answer(
    connection: sqlite3.Connection,
    person: str,
    today: Day,
    told: HabitTold | PractiseTold | ScreeningPassed,
) -> None:
    """Write what a person told about themselves, who is added if need be."""
    known = introduce(connection, person)
    change = "UPDATE people SET {} WHERE id = ?"
    match told:
        case HabitTold():
            connection.execute(change.format("sits = ?"), (told.sits, known))
        case PractiseTold():
            connection.execute(change.format("practised = ?"), (told.practised, known))
        case ScreeningPassed():
            screened = (today, told.advised, known)
            connection.execute(change.format("screened_day = ?, advised = ?"), screened)
        case _:
            assert_never(told)
