"""Workouts: what is read of a memory to be exported is what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from coach.devices.memory.workouts import Workout, WorkoutReader, WorkoutSet
from tests.devices.exports.done import BEGAN, record, remembered, workouts


def test_a_session_is_read_as_sets_of_reps_and_planks() -> None:
    (read,) = workouts(record(0, [("dead_bug", "pap"), ("dead_bug", "pp"), ("plank", "-")]))
    assert read == Workout(
        uuid=str(UUID(int=0)),
        began=BEGAN,
        seconds=900.0,
        outcome="stopped",
        pain_level=4,
        effort=7,
        mistakes=("head",),
        sets=(
            WorkoutSet("dead_bug", 100.0, 127.0, 3, 2, 2.5, 3.0),
            WorkoutSet("dead_bug", 200.0, 218.0, 2, 2, 2.5, 3.0),
            WorkoutSet("plank", 300.0, 320.4, held_seconds=20.4),
        ),
    )
    assert [(name, len(sets)) for name, sets in read.blocks()] == [("dead_bug", 2), ("plank", 1)]


def test_a_set_in_which_the_session_was_cut_off_is_one_set() -> None:
    session = record(0, [("dead_bug", "ppp")])
    again = session.sets[0].model_copy(update={"place": 500, "at_s": 110.0, "floor": 2.0})
    (read,) = workouts(session.model_copy(update={"sets": [*session.sets, again]}))
    assert read.sets == (WorkoutSet("dead_bug", 100.0, 127.0, 3, 3, 2.0, 3.0),)


def test_reps_of_a_set_whose_beginning_was_not_written_are_a_set() -> None:
    session = record(0, [("dead_bug", "ppa")])
    (read,) = workouts(session.model_copy(update={"sets": []}))
    assert read.sets == (WorkoutSet("dead_bug", 109.0, 127.0, 3, 2),)


def test_the_last_sessions_alone_are_read_the_newest_last() -> None:
    sessions = [record(number, [("dead_bug", "p")]) for number in range(4)]
    dates = [each.began.day for each in workouts(*sessions, limit=2)]
    assert dates == [BEGAN.day + 2, BEGAN.day + 3]


@pytest.mark.parametrize(
    ("ahead_seconds", "offset"),
    [(0, 0.0), (7200, 2.0), (-12_600, -3.5), (20_700, 5.75), (7230, 2.0), (86_400 * 99, 0.0)],
)
def test_the_time_zone_follows_from_both_times(ahead_seconds: float, offset: float) -> None:
    """What is farther ahead than any zone is from a clock that was wrong."""
    local = datetime(2024, 4, 24, 10, 0, tzinfo=UTC).timestamp()
    session = record(0, [("dead_bug", "p")], began_utc=local - ahead_seconds)
    (read,) = workouts(session)
    assert read.began.replace(tzinfo=None) == datetime(2024, 4, 24, 10, 0)
    assert read.began.utcoffset() == timedelta(hours=offset)


@pytest.mark.parametrize(("later", "seconds"), [(900.0, 900.0), (-5.0, 118.0), (9e6, 118.0)])
def test_how_long_it_took_is_known_though_the_clock_was_set(later: float, seconds: float) -> None:
    last = BEGAN.timestamp() + later
    (read,) = workouts(record(0, [("dead_bug", "pp")], last_utc=max(0.0, last)))
    assert read.seconds == seconds


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE sessions SET day = 0", "no date is left out: it has no date that can be"),
        ("UPDATE sessions SET minute = 1e300", "is left out: it has no date that can be"),
        ("UPDATE sessions SET began_utc = -9e999", None),
        ("UPDATE sessions SET effort = 11", "a number that the coach cannot have written"),
        ("UPDATE sessions SET pain_level = -1", "a number that the coach cannot have written"),
        ("UPDATE reps SET at_s = 1e300", "a number that the coach cannot have written"),
        ("UPDATE sets SET floor = 9e999", "a number that the coach cannot have written"),
        ("UPDATE reps SET perfect = 7", "a number that the coach cannot have written"),
    ],
)
def test_a_session_that_cannot_have_been_is_left_out_by_name(change: str, told: str | None) -> None:
    with remembered(record(0, [("dead_bug", "pp")])) as connection:
        connection.execute(change)
        reader = WorkoutReader(connection, "default")
        read = list(reader.read())
        assert not connection.in_transaction
    assert (len(read), reader.workouts, len(reader.left_out)) == ((0, 0, 1) if told else (1, 1, 0))
    for line in reader.left_out:
        assert line.startswith("the session of default on ")
        assert told is not None
        assert told in line
