"""Rep rows: one row for each rep, and the numbers of the session that follow from them."""

from __future__ import annotations

import sqlite3

from coach.messages.facts import FloorFound, RepCorrected, RepEnded


def write_rep(connection: sqlite3.Connection, key: tuple[int, int, float], rep: RepEnded) -> None:
    """Write a rep; ``key`` holds the columns session, place and at_s."""
    row = (*key, rep.exercise, rep.set, rep.rep, rep.perfect, rep.reason, rep.count)
    connection.execute("INSERT INTO reps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.execute(
        "UPDATE sessions SET reps = reps + 1, perfect = perfect + ?, got_anywhere = 1 WHERE id = ?",
        (rep.perfect, key[0]),
    )


def correct_rep(connection: sqlite3.Connection, session: int, corrected: RepCorrected) -> None:
    """Give the rep another verdict, or delete it; the numbers of the session follow."""
    which = (session, corrected.set, corrected.rep, corrected.exercise)
    where = "WHERE session = ? AND in_set = ? AND number = ? AND exercise = ?"
    if corrected.perfect is None:
        connection.execute(f"DELETE FROM reps {where}", which)
    else:
        connection.execute(
            f"UPDATE reps SET perfect = ?, reason = NULL {where}",
            (corrected.perfect, *which),
        )
    connection.execute(
        "UPDATE sessions SET (reps, perfect) = "
        "(SELECT count(*), coalesce(sum(perfect), 0) FROM reps WHERE session = id) WHERE id = ?",
        (session,),
    )


def write_floor(
    connection: sqlite3.Connection, key: tuple[int, int, float], found: FloorFound
) -> None:
    """Write a floor that was found; ``key`` holds the columns session, place and at_s."""
    session = key[0]
    connection.execute(
        "INSERT INTO floors SELECT ?, ?, ?, ?, ?, person, began_utc, nth "
        "FROM sessions WHERE id = ?",
        (*key, found.exercise, found.count, session),
    )
    connection.execute(
        "UPDATE sessions SET floor = ? WHERE id = ? AND exercise = ?",
        (found.count, session, found.exercise),
    )
