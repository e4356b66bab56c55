"""Recall: reads a History from the memory, by queries whose cost does not grow with its age."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping

from coach.devices.memory.dating import CAME, under_way
from coach.devices.memory.person_rows import person_id
from coach.devices.memory.record import Led, find_cut_off
from coach.messages.facts import MISTAKES, Mistake, Outcome
from coach.training.history import CutOff, Day, History, Pain, Training

_RECENT_DAYS = 7
"""How many days of trainings are read."""

_LAST_SESSIONS = 2
"""How many trainings are read in any case: two in a row earn a harder exercise."""

_RECENT_SESSIONS = 10
"""From how many sessions the mistakes are read."""

WHOLE_WAY = 3.0
"""Counts of a full descent, for an exercise that is not in the programme."""

_LATEST = " ORDER BY nth DESC LIMIT 1"

_TRAINING = (
    f"SELECT id, {CAME.format(day='sessions.day', today='?1')}, outcome, reps, perfect "
    "FROM sessions WHERE person = ? "
)
_PAST = "AND (id IS NOT ? OR outcome IS NOT NULL)"


def recall(
    connection: sqlite3.Connection,
    person: str,
    current: int | None,
    today: Day,
    utc_seconds: float,
    counts: Mapping[str, float],
    is_led: Led = lambda _session: False,
) -> History:
    """The history of ``person``. The session of the row ``current`` is not part of it yet.

    Raises a NO_VALUE where there is text in place of a number.

    ``utc_seconds`` is the present; ``counts`` are those of a full descent, by exercise.
    """
    known = person_id(connection, person)
    if known is None:
        return History()
    sits, practised, screened = connection.execute(
        "SELECT sits, practised, screened_day FROM people WHERE id = ?", (known,)
    ).fetchone()
    pain = _pain(connection, known, today)
    outcomes = [outcome for (outcome,) in _last_two(connection, known, current)]
    level = _newest(connection, "pain_level", known, current, today)
    effort = _newest(connection, "effort", known, current, today)
    return History(
        trainings=_trainings(connection, known, current, today, counts),
        floors=_floors(connection, known),
        pain=pain,
        ended_in_pain=outcomes[:1] == ["pain"],
        hurt_twice=outcomes == ["pain", "pain"],
        pain_level=None if level is None else int(level[0]),
        effort_day=None if effort is None else int(effort[1]),
        mistakes=_mistakes(connection, known, current),
        sits=None if sits is None else bool(sits),
        practised=None if practised is None else bool(practised),
        screened=None if screened is None else int(screened),
        last_hold=_last_hold(connection, known, current, today, counts),
        cut_off=_cut_off(connection, known, under_way(connection, current), utc_seconds, is_led),
    )


def _last_two(
    connection: sqlite3.Connection, person: int, current: int | None
) -> list[tuple[Outcome | None]]:
    """How the last two sessions that got anywhere ended, the newest first."""
    return connection.execute(
        f"SELECT outcome FROM sessions WHERE person = ? AND got_anywhere = 1 {_PAST} "
        "ORDER BY nth DESC LIMIT 2",
        (person, current),
    ).fetchall()


def _newest(
    connection: sqlite3.Connection, column: str, person: int, current: int | None, today: Day
) -> tuple[int, Day] | None:
    """The last number that a person gave, and the day of its session."""
    row: tuple[int, Day] | None = connection.execute(
        f"SELECT {column}, {CAME.format(day='sessions.day', today='?1')} FROM sessions "
        f"WHERE {column} IS NOT NULL AND person = ? {_PAST}{_LATEST}",
        (today, person, current),
    ).fetchone()
    return row


def _pain(connection: sqlite3.Connection, person: int, today: Day) -> Pain | None:
    row = connection.execute(
        f"SELECT {CAME.format(day='pain.day', today='?1')}, pain.exercise "
        "FROM pain JOIN sessions ON sessions.id = session WHERE pain.person = ? "
        "ORDER BY pain.nth DESC LIMIT 1",
        (today, person),
    ).fetchone()
    return None if row is None else Pain(int(row[0]), row[1])


def _trainings(
    connection: sqlite3.Connection,
    person: int,
    current: int | None,
    today: Day,
    counts: Mapping[str, float],
) -> tuple[Training, ...]:
    recent = connection.execute(
        f"{_TRAINING} AND reps > 0 AND day > ? {_PAST} ORDER BY nth",
        (today, person, today - _RECENT_DAYS, current),
    ).fetchall()
    last = connection.execute(
        f"{_TRAINING} AND reps > 0 {_PAST} ORDER BY nth DESC LIMIT ?",
        (today, person, current, _LAST_SESSIONS),
    ).fetchall()[::-1]
    recent = [row for row in recent if row[1] > today - _RECENT_DAYS and row not in last]
    rows = [*recent, *last]
    return tuple(_training(connection, row, counts) for row in rows)


def _floors(connection: sqlite3.Connection, person: int) -> dict[str, float]:
    """The last floor of every exercise, read by stepping along the index."""
    rows = connection.execute(
        """
        WITH RECURSIVE found (exercise) AS (
            SELECT min(exercise) FROM floors WHERE person = :person
            UNION ALL
            SELECT (
                SELECT min(exercise) FROM floors
                WHERE person = :person AND exercise > found.exercise
            ) FROM found WHERE exercise IS NOT NULL
        )
        SELECT exercise, (
            SELECT count FROM floors WHERE person = :person AND exercise = found.exercise
            ORDER BY nth DESC, place DESC LIMIT 1
        ) FROM found WHERE exercise IS NOT NULL
        """,
        {"person": person},
    )
    return {exercise: float(count) for exercise, count in rows}


def _mistakes(
    connection: sqlite3.Connection, person: int, current: int | None
) -> dict[Mistake, int]:
    rows = connection.execute(
        "SELECT mistake FROM mistakes WHERE session IN (SELECT id FROM sessions WHERE person = ? "
        f"AND got_anywhere = 1 {_PAST} ORDER BY nth DESC LIMIT ?)",
        (person, current, _RECENT_SESSIONS),
    )
    return Counter(mistake for (mistake,) in rows if mistake in MISTAKES)


def _last_hold(
    connection: sqlite3.Connection,
    person: int,
    current: int | None,
    today: Day,
    counts: Mapping[str, float],
) -> Training | None:
    row = connection.execute(
        f"{_TRAINING} AND holds > 0 {_PAST}{_LATEST}", (today, person, current)
    ).fetchone()
    return None if row is None else _training(connection, row, counts)


def _cut_off(
    connection: sqlite3.Connection,
    person: int,
    current: int | None,
    utc_seconds: float,
    is_led: Led,
) -> CutOff | None:
    found = find_cut_off(connection, person, current, utc_seconds, is_led)
    if found is None:
        return None
    (in_set,) = connection.execute(
        "SELECT number FROM sets WHERE session = ? ORDER BY place DESC LIMIT 1", (found.session,)
    ).fetchone() or (0,)
    reps, perfect = connection.execute(
        "SELECT coalesce(sum(in_set = ?), 0), coalesce(sum(perfect), 0) FROM reps "
        "WHERE session = ?",
        (in_set, found.session),
    ).fetchone()
    return CutOff(
        minutes_ago=found.ago_seconds / 60.0,
        state=found.state,
        exercise=found.exercise,
        floor=found.floor,
        set=in_set,
        reps=reps,
        perfect=perfect,
    )


def _training(
    connection: sqlite3.Connection,
    row: tuple[int, Day, Outcome | None, int, int],
    counts: Mapping[str, float],
) -> Training:
    session, day, outcome, reps, perfect = row
    hold = connection.execute(
        "SELECT seconds, whole FROM holds WHERE session = ? ORDER BY place DESC LIMIT 1", (session,)
    ).fetchone() or (None, 0)
    (exercise,) = connection.execute(
        "SELECT exercise FROM reps WHERE session = ? ORDER BY place DESC LIMIT 1", (session,)
    ).fetchone() or (None,)
    longest, down_seconds = _longest_run(connection, session, exercise, counts)
    return Training(
        day=int(day),
        outcome=outcome or "abandoned",
        exercise=exercise,
        floor=lowered_to(connection, session, exercise),
        down_seconds=down_seconds,
        reps=int(reps),
        perfect=int(perfect),
        longest_run=longest,
        hold_seconds=None if hold[0] is None else float(hold[0]),
        hold_whole=bool(hold[1]),
    )


def lowered_to(connection: sqlite3.Connection, session: int, exercise: str | None) -> float | None:
    """The floor of an exercise's last set in a session, or one that was found during that set."""
    (floor,) = connection.execute(
        "SELECT floor FROM (SELECT place, floor FROM sets WHERE session = :s AND exercise = :e "
        "UNION ALL SELECT place, count FROM floors WHERE session = :s AND exercise = :e) "
        "ORDER BY place DESC LIMIT 1",
        {"s": session, "e": exercise},
    ).fetchone() or (None,)
    return None if floor is None else float(floor)


def _longest_run(
    connection: sqlite3.Connection,
    session: int,
    exercise: str | None,
    counts: Mapping[str, float],
) -> tuple[int, float | None]:
    """The longest run of perfect full reps, and the seconds of the shortest descent in it.

    Without such a run, the seconds are those of the last set.
    """
    down = connection.execute(
        "SELECT place, down_seconds FROM sets WHERE session = ? AND exercise = ? ORDER BY place",
        (session, exercise),
    ).fetchall()
    reps = connection.execute(
        "SELECT place, perfect, count FROM reps WHERE session = ? AND exercise = ? ORDER BY place",
        (session, exercise),
    ).fetchall()
    whole_way = counts.get(exercise or "", WHOLE_WAY)
    longest: list[float | None] = []
    run: list[float | None] = []
    for place, perfect, count in reps:
        took = next((took for began, took in reversed(down) if began < place), None)
        run = [*run, took] if perfect and count >= whole_way else []
        longest = max(longest, run, key=len)
    shortest = min((took for took in longest if took is not None), default=None)
    return len(longest), shortest if longest else (down[-1][1] if down else None)
