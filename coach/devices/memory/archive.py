"""Archive: takes over what was remembered elsewhere, on another machine or before a damage.

What moves between machines is one JSON file.

::

    {"format": "flatback training", "version": 1, "people": [
        {"name": "default", "sits": true, "practised": true,
         "screened_day": 738641, "advised": false, "sessions": [
            {"uuid": "…", "began_utc": 1.7e9, "last_utc": 1.7e9, "day": 738641, "minute": 600.0,
             "outcome": "finished", "state": "finished", "exercise": "dead_bug", "floor": 2.0,
             "facts": 12, "got_anywhere": true, "pain_level": null, "effort": 6,
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
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from coach.devices.memory.archive_records import OWN, PARTS, Archive, PersonRecord, SessionRecord


def write_archive(
    connection: sqlite3.Connection,
    people: Sequence[PersonRecord],
    sessions: Iterable[tuple[int, SessionRecord]],
    *,
    spares: bool = False,
) -> int:
    """Add what is missing, in one transaction. Returns how many sessions were new or longer.

    ``sessions`` are with the number of their person, and those of ``people`` themselves are left
    out. A session that contradicts itself raises sqlite3.IntegrityError; if ``spares``, it is left
    out, and the rest is written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        rows = [_add_person(connection, person) for person in people]
        added = _add_sparing if spares else _add_session
        changed = Counter(rows[who] for who, each in sessions if added(connection, rows[who], each))
        for row in changed:
            _put_in_order(connection, row)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return changed.total()


def whole_archive(archive: Archive) -> tuple[list[PersonRecord], list[tuple[int, SessionRecord]]]:
    """The arguments of ``write_archive`` for an archive that is in memory as a whole."""
    people = archive.people
    return people, [(who, each) for who, person in enumerate(people) for each in person.sessions]


def _add_person(connection: sqlite3.Connection, person: PersonRecord) -> int:
    """The row of the person, to which answers about their habits are added that were missing."""
    connection.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", (person.name,))
    connection.execute(
        "UPDATE people SET sits = coalesce(sits, ?), practised = coalesce(practised, ?) "
        "WHERE name = ?",
        (person.sits, person.practised, person.name),
    )
    connection.execute(
        "UPDATE people SET screened_day = ?, advised = ? WHERE name = ? AND screened_day IS NULL",
        (person.screened_day, person.advised, person.name),
    )
    (known,) = connection.execute("SELECT id FROM people WHERE name = ?", (person.name,)).fetchone()
    return int(known)


def _add_sparing(connection: sqlite3.Connection, person: int, session: SessionRecord) -> bool:
    connection.execute("SAVEPOINT one")
    try:
        return _add_session(connection, person, session)
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO one")
        return False
    finally:
        connection.execute("RELEASE one")


def _put_in_order(connection: sqlite3.Connection, person: int) -> None:
    """Give new sessions, whose ``nth`` is 0, their places by time among those that were here.

    These stay in the order in which they were written. The time of a session that is later than
    that of its successor is wrong, and is not used.
    """
    rows = connection.execute(
        "SELECT id, began_utc, nth FROM sessions WHERE person = ? ORDER BY nth, id", (person,)
    ).fetchall()
    old = [row for row in rows if row[2] > 0]
    times = [began for _, began, _ in old]
    for at in range(len(times) - 2, -1, -1):
        times[at] = min(times[at], times[at + 1])
    placed = [(at, True, row) for at, (row, _, _) in enumerate(old)]
    placed += [(bisect_right(times, began), False, row) for row, began, nth in rows if nth == 0]
    placed.sort(key=lambda one: one[:2])
    order = [(nth, row) for nth, (_, _, row) in enumerate(placed, start=1)]
    connection.executemany("UPDATE sessions SET nth = ? WHERE id = ?", order)
    for table in ("floors", "pain"):
        connection.execute(
            f"UPDATE {table} SET nth = (SELECT nth FROM sessions WHERE id = session) "
            "WHERE person = ?",
            (person,),
        )


def _add_session(connection: sqlite3.Connection, person: int, session: SessionRecord) -> bool:
    there = connection.execute(
        "SELECT id, facts, person, nth FROM sessions WHERE uuid = ?", (session.uuid,)
    ).fetchone()
    if there is not None:
        if there[1] >= session.facts or there[2] != person:
            return False
        connection.execute("DELETE FROM sessions WHERE id = ?", (there[0],))
    derived = {
        "person": person,
        "nth": 0 if there is None else there[3],
        "reps": len(session.reps),
        "perfect": sum(rep.perfect for rep in session.reps),
        "holds": len(session.holds),
    }
    own = {**{name: getattr(session, name) for name in OWN}, **derived}
    row = _insert(connection, "sessions", own)
    extra = {"session": row, "person": person, "began_utc": session.began_utc}
    for table in PARTS:
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
