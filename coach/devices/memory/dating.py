"""Dating: on which day a session counts, and whether the clock is right, which may err."""

from __future__ import annotations

import sqlite3

from coach.training.history import Day, clock_went_back

CAME = """
    CASE WHEN found_day IS NULL OR {day} <= found_day THEN {day}
    WHEN {day} > {today} OR EXISTS (
        SELECT 1 FROM sessions AS older WHERE older.person = sessions.person
        AND older.nth < sessions.nth AND older.day <= sessions.found_day
    ) OR NOT EXISTS (
        SELECT 1 FROM sessions AS other WHERE other.person = sessions.person
        AND other.found_day = sessions.found_day AND other.day <> sessions.day
    ) THEN found_day ELSE {day} END
"""
"""The day of a session, or the one on which it was found to be dated ahead.

Where all that the person had trained was found ahead on one day, it was the clock that was behind
on it: as soon as the clock is right, each session counts on its own day again.
"""


def note_days_ahead(connection: sqlite3.Connection, person: str, today: Day) -> None:
    """Note of every session that is dated later than ``today`` that it was found today.

    From then on it counts as a session of today: tomorrow it is a day ago.
    """
    ahead = (
        "FROM sessions WHERE person = (SELECT id FROM people WHERE name = :name) "
        "AND found_day IS NULL AND max(day, coalesce("
        "(SELECT pain.day FROM pain WHERE session = sessions.id), day)) > :today"
    )
    known = {"name": person, "today": today}
    if connection.execute(f"SELECT 1 {ahead} LIMIT 1", known).fetchone() is not None:
        connection.execute(
            f"UPDATE sessions SET found_day = :today WHERE id IN (SELECT id {ahead})", known
        )


def is_clock_behind(
    connection: sqlite3.Connection, current: int | None, utc_seconds: float
) -> bool:
    """Whether ``utc_seconds``, the clock's present, is earlier than what was written last, of
    anybody, but in the session of the row ``current``, which is under way."""
    row = connection.execute(
        "SELECT last_utc FROM sessions WHERE id IS NOT ? ORDER BY id DESC LIMIT 1",
        (under_way(connection, current),),
    ).fetchone()
    return row is not None and clock_went_back(utc_seconds - row[0])


def under_way(connection: sqlite3.Connection, current: int | None) -> int | None:
    """The current session, or None if it is over, since then it can be resumed like any other."""
    row = connection.execute(
        "SELECT id FROM sessions WHERE id = ? AND outcome IS NULL", (current,)
    ).fetchone()
    return None if row is None else current
