"""Record: writes a fact into the memory, in one transaction that the caller begins and ends.

A fact outside of any session is not kept, except an answer about the person.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from coach.devices.memory.person_rows import introduce, person_id, write_answer
from coach.devices.memory.rep_rows import correct_rep, write_floor, write_rep
from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    Fact,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    PainRated,
    PractiseTold,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.messages.states import INTERRUPTIONS, STATES, State
from coach.training.history import OPENS_IN, Moment, can_go_on, gets_somewhere
from coach.units import seconds


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a fact happened: local time, and seconds since 1970 UTC."""

    moment: Moment
    utc_seconds: float


@dataclass(frozen=True, slots=True)
class CutOffRow:
    """A session that was cut off ``ago_seconds`` ago: its row, and how far it had come."""

    session: int
    ago_seconds: float
    state: State
    exercise: str
    floor: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where facts are written: the row of a session.

    ``older_seconds`` is added to their times, if the row is that of an earlier session which was
    resumed.
    """

    session: int | None = None
    older_seconds: float = 0.0


Led = Callable[[int], bool]
"""Whether a session, by its row, is being led by another coach."""


def write(
    connection: sqlite3.Connection,
    person: str,
    place: Place,
    stamp: Stamp,
    fact: Fact,
    is_led: Led = lambda _session: False,
) -> Place:
    """Write a fact of ``person``. Returns where the next fact is to be written."""
    match fact:
        case SessionBegan():
            return _begin(connection, person, stamp)
        case SessionResumed():
            return _resume(connection, person, place, stamp, is_led)
        case HabitTold() | PractiseTold() | ScreeningPassed():
            write_answer(connection, person, stamp.moment.day, fact)
        case _:
            pass  # a fact of a session, for _write_training
    if place.session is not None:
        row = connection.execute(
            "UPDATE sessions SET facts = facts + 1, last_utc = ? WHERE id = ? RETURNING facts",
            (stamp.utc_seconds, place.session),
        ).fetchone()
        if row is not None:
            at_seconds = seconds(fact.at) + place.older_seconds
            _write_training(connection, (place.session, row[0], at_seconds), fact)
            if isinstance(fact, PainRated | EffortRated):
                column = "pain_level" if isinstance(fact, PainRated) else "effort"
                change = f"UPDATE sessions SET {column} = ? WHERE id = ?"
                connection.execute(change, (fact.level, place.session))
            if isinstance(fact, SessionEnded):
                _end(connection, place.session, stamp.moment, fact)
    return place


def find_cut_off(
    connection: sqlite3.Connection,
    person: int,
    current: int | None,
    utc_seconds: float,
    is_led: Led,
) -> CutOffRow | None:
    """The session that can be resumed; ``current`` is the row of the session that may do so."""
    row = connection.execute(
        "SELECT id, last_utc, outcome, state, exercise, floor FROM sessions "
        "WHERE person = ? AND got_anywhere = 1 AND id IS NOT ? "
        "ORDER BY nth DESC LIMIT 1",
        (person, current),
    ).fetchone()
    if row is None:
        return None
    session, last_utc, outcome, written, exercise, floor = row
    ago_seconds = utc_seconds - last_utc
    state = next((known for known in STATES if known == written), None)
    if exercise is None or state is None or not can_go_on(outcome, state, ago_seconds):
        return None
    if is_led(session):
        return None
    return CutOffRow(session, max(0.0, ago_seconds), state, exercise, floor)


def _begin(connection: sqlite3.Connection, person: str, stamp: Stamp) -> Place:
    known = introduce(connection, person)
    (last,) = connection.execute(
        "SELECT coalesce(max(nth), 0) FROM sessions WHERE person = ?", (known,)
    ).fetchone()
    row = connection.execute(
        "INSERT INTO sessions (uuid, person, nth, began_utc, last_utc, day, minute, state, facts, "
        "got_anywhere, reps, perfect, holds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)",
        (
            str(uuid.uuid4()),
            known,
            last + 1,
            stamp.utc_seconds,
            stamp.utc_seconds,
            stamp.moment.day,
            stamp.moment.minute,
            OPENS_IN,
        ),
    )
    return Place(row.lastrowid)


def _resume(
    connection: sqlite3.Connection, person: str, place: Place, stamp: Stamp, is_led: Led
) -> Place:
    """Go on in the row of the session that was cut off, and delete the row of the new session.

    If the present session has ended, it is the one that goes on, as if it had not ended.
    """
    ended = connection.execute(
        "UPDATE sessions SET outcome = NULL, facts = facts + 1, last_utc = ? "
        "WHERE id = ? AND outcome IS NOT NULL RETURNING id",
        (stamp.utc_seconds, place.session),
    ).fetchone()
    if ended is not None:
        connection.execute("DELETE FROM pain WHERE session = ?", ended)
        return place
    known = person_id(connection, person)
    if known is None or place.session is None:
        return place
    found = find_cut_off(connection, known, place.session, stamp.utc_seconds, is_led)
    if found is None:
        return place
    session = found.session
    connection.execute("DELETE FROM sessions WHERE id = ?", (place.session,))
    (began,) = connection.execute(
        "UPDATE sessions SET outcome = NULL, facts = facts + 1, last_utc = ? "
        "WHERE id = ? RETURNING began_utc",
        (stamp.utc_seconds, session),
    ).fetchone()
    return Place(session, max(0.0, stamp.utc_seconds - began))


def _write_training(
    connection: sqlite3.Connection, key: tuple[int, int, float], fact: Fact
) -> None:
    """Write a fact of a session; ``key`` holds the columns session, place and at_s."""
    session, change = key[0], "UPDATE sessions SET {} WHERE id = ?"
    match fact:
        case StateChanged():
            _turn_to_state(connection, session, fact.dest)
        case ExerciseChosen():
            _turn_to(connection, session, fact.exercise)
        case SetBegan():
            _write_set(connection, key, fact)
        case RepEnded():
            write_rep(connection, key, fact)
            _turn_to(connection, session, fact.exercise)
        case RepCorrected():
            correct_rep(connection, session, fact)
        case FloorFound():
            write_floor(connection, key, fact)
        case HoldEnded():
            hold = (*key, fact.exercise, fact.seconds, fact.whole)
            connection.execute("INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?)", hold)
            connection.execute(change.format("holds = holds + 1, got_anywhere = 1"), (session,))
        case MistakeNoted():
            connection.execute("INSERT INTO mistakes VALUES (?, ?, ?, ?)", (*key, fact.mistake))
        case (
            SessionBegan()
            | SessionResumed()
            | SessionEnded()
            | HabitTold()
            | PractiseTold()
            | ScreeningPassed()
            | PainRated()
            | EffortRated()
        ):
            pass  # written by the caller
        case _:
            assert_never(fact)


def _write_set(
    connection: sqlite3.Connection, key: tuple[int, int, float], began: SetBegan
) -> None:
    row = (*key, began.exercise, began.set, began.floor, began.down_seconds)
    connection.execute("INSERT INTO sets VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    _turn_to(connection, key[0], began.exercise)
    change = "UPDATE sessions SET floor = ?, got_anywhere = 1 WHERE id = ?"
    connection.execute(change, (began.floor, key[0]))


def _turn_to_state(connection: sqlite3.Connection, session: int, state: State) -> None:
    # A resumed session goes on in the state that was interrupted.
    if state not in (*INTERRUPTIONS, "stopped"):
        connection.execute("UPDATE sessions SET state = ? WHERE id = ?", (state, session))
    if gets_somewhere(state):
        connection.execute("UPDATE sessions SET got_anywhere = 1 WHERE id = ?", (session,))


def _turn_to(connection: sqlite3.Connection, session: int, exercise: str) -> None:
    """Note which exercise is trained now; the floor of another one does not hold for it."""
    connection.execute(
        "UPDATE sessions SET exercise = ?, floor = NULL WHERE id = ? AND exercise IS NOT ?",
        (exercise, session, exercise),
    )


def _end(connection: sqlite3.Connection, session: int, moment: Moment, ended: SessionEnded) -> None:
    """Note the outcome; pain stays the outcome, whatever comes later."""
    connection.execute(
        "UPDATE sessions SET outcome = ? WHERE id = ? AND outcome IS NOT 'pain'",
        (ended.outcome, session),
    )
    if ended.outcome != "pain":
        return
    connection.execute("UPDATE sessions SET got_anywhere = 1 WHERE id = ?", (session,))
    connection.execute(
        "INSERT OR IGNORE INTO pain SELECT id, ?, (SELECT exercise FROM sets WHERE session = id "
        "ORDER BY place DESC LIMIT 1), person, began_utc, nth FROM sessions WHERE id = ?",
        (moment.day, session),
    )
