"""Dating: on which day a session counts, although the computer's clock may be wrong."""

from __future__ import annotations

import sqlite3

from coach.training.history import Day, clock_went_back

CAME = """
    min({today}, CASE WHEN found_day IS NULL OR {day} <= found_day THEN {day}
    WHEN {day} > {today} OR EXISTS (
        SELECT 1 FROM sessions AS older WHERE older.person = sessions.person
        AND older.nth < sessions.nth AND older.day <= sessions.found_day
    ) OR NOT EXISTS (
        SELECT 1 FROM sessions AS other WHERE other.person = sessions.person
        AND other.found_day = sessions.found_day AND other.day <> sessions.day
    ) THEN found_day ELSE {day} END)
"""
"""The day of a session, or the day on which it was found to be dated ahead; never one to come.

Where all sessions of the person were found ahead on the same day, the clock was behind on that day:
as soon as it is right, each session counts on its own day again.
"""


def note_days_ahead(connection: sqlite3.Connection, person: str, today: Day) -> None:
    """Note for every session that is dated later than ``today`` that it was found ahead today.

    From then on it counts as a session of today: tomorrow it is a day ago. Where it was found on a
    day that itself is yet to come, the clock was wrong then as well.
    """
    ahead = (
        "FROM sessions WHERE person = (SELECT id FROM people WHERE name = :name) "
        "AND (found_day IS NULL OR found_day > :today) AND max(day, coalesce("
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
    """Whether ``utc_seconds``, the clock's present, is earlier than the last session of any person.

    The session of the row ``current``, which is under way, does not count.
    """
    row = connection.execute(
        "SELECT max(began_utc, last_utc) FROM sessions WHERE id IS NOT ? ORDER BY id DESC LIMIT 1",
        (under_way(connection, current),),
    ).fetchone()
    return row is not None and clock_went_back(utc_seconds - row[0])


def under_way(connection: sqlite3.Connection, current: int | None) -> int | None:
    """The current session, or None if it is over, since then it can be resumed like any other."""
    row = connection.execute(
        "SELECT id FROM sessions WHERE id = ? AND outcome IS NULL", (current,)
    ).fetchone()
    return None if row is None else current
