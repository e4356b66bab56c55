"""Exports: what other programs read is what was done, read back by a decoder of somebody else."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal
from uuid import UUID

import fitdecode
import pytest
from fitdecode.profile import FIELD_TYPES
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from coach.app.programme_files import load_programme
from coach.devices.exports.exercise_names import name_of
from coach.devices.exports.fit_activity import FitEncoder
from coach.devices.exports.openweight_log import json_pieces
from coach.devices.exports.workout_csv import COLUMNS, csv_pieces
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import whole_archive, write_archive
from coach.devices.memory.archive_records import (
    Archive,
    HoldRecord,
    MistakeRecord,
    PersonRecord,
    RepRecord,
    SessionRecord,
    SetRecord,
)
from coach.devices.memory.schema import migrate
from coach.devices.memory.workouts import Workout, WorkoutReader, WorkoutSet

BEGAN = datetime(2024, 4, 24, 10, 0, tzinfo=timezone(timedelta(hours=2)))

WORKOUT = Workout(
    uuid="6f1c1f4e-8f0e-4c43-9d5e-0a7f6f1f7b11",
    began=BEGAN,
    seconds=900.0,
    outcome="stopped",
    pain_level=4,
    effort=7,
    mistakes=("head",),
    sets=(
        WorkoutSet("straight_leg_lift", 100.0, 136.5, 4, 3, 2.5, 3.0),
        WorkoutSet("straight_leg_lift", 200.0, 245.0, 5, 5, 2.5, 3.0),
        WorkoutSet("frog_lift", 300.0, 318.0, 2, 2),
        WorkoutSet("plank", 400.0, 420.4, held_seconds=20.4, whole=False),
    ),
)


def record(number: int, sets: Iterable[tuple[str, str]], **changes: Any) -> SessionRecord:
    """A session: each set is of an exercise, with a letter for each rep, or ``-`` for a plank."""
    place = iter(range(1, 10_000))
    begun: list[SetRecord] = []
    reps: list[RepRecord] = []
    holds: list[HoldRecord] = []
    for in_set, (exercise, letters) in enumerate(sets, start=1):
        at_s = 100.0 * in_set
        own: dict[str, Any] = {"exercise": exercise}
        if letters == "-":
            held: dict[str, Any] = {"at_s": at_s + 20.4, "seconds": 20.4, "whole": True}
            holds.append(HoldRecord(place=next(place), **own, **held))
            continue
        aim: dict[str, Any] = {"at_s": at_s, "number": in_set, "floor": 2.5, "down_seconds": 3.0}
        begun.append(SetRecord(place=next(place), **own, **aim))
        for rep, letter in enumerate(letters, start=1):
            lost = None if letter == "p" else "arched"
            done: dict[str, Any] = {
                "in_set": in_set,
                "number": rep,
                "perfect": letter == "p",
                "reason": lost,
            }
            at = at_s + 9.0 * rep
            reps.append(RepRecord(place=next(place), at_s=at, count=2.5, **own, **done))
    own_fields: dict[str, Any] = {
        **{"uuid": str(UUID(int=number)), "began_utc": BEGAN.timestamp() + 86_400.0 * number},
        **{"last_utc": BEGAN.timestamp() + 86_400.0 * number + 900.0},
        **{"day": BEGAN.toordinal() + number, "minute": 600.0, "outcome": "stopped"},
        **{"state": "stopped", "exercise": None, "floor": None, "facts": 9, "got_anywhere": True},
        **{"pain_level": 4, "effort": 7, "pain": None, "floors": []},
        "mistakes": [MistakeRecord(place=9_999, at_s=1.0, mistake="head")],
    }
    parts = {"sets": begun, "reps": reps, "holds": holds}
    return SessionRecord(**{**own_fields, **parts, **changes})


@contextmanager
def remembered(*sessions: SessionRecord) -> Iterator[sqlite3.Connection]:
    """A memory of these sessions, which is gone with the test."""
    with closing(sqlite_file.connect("file::memory:")) as connection:
        migrate(connection)
        person = PersonRecord(name="default", sits=None, sessions=list(sessions))
        write_archive(connection, *whole_archive(Archive(people=[person])))
        yield connection


def workouts(*sessions: SessionRecord, limit: int | None = None) -> list[Workout]:
    with remembered(*sessions) as connection:
        return list(WorkoutReader(connection, "default", limit).read())


# What is read


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


# CSV


def rows_of(*done: Workout) -> list[dict[str, str]]:
    text = b"".join(csv_pieces(done)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_of_the_csv_is_a_set_in_the_columns_of_hevy() -> None:
    rows = rows_of(WORKOUT)
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        **dict.fromkeys(COLUMNS, ""),
        **{"title": "Flatback", "start_time": "24 Apr 2024, 10:00"},
        **{"end_time": "24 Apr 2024, 10:15", "exercise_title": "Lying Leg Raise"},
        "description": "Ended: stopped. Pain 4 of 10. Effort 7 of 10.",
        "exercise_notes": "Perfect reps: 3 of 4, 5 of 5.",
        **{"set_index": "0", "set_type": "normal", "reps": "4"},
    }
    figures = [(row["exercise_title"], row["set_index"], row["reps"]) for row in rows]
    assert figures[1:] == [
        ("Lying Leg Raise", "1", "5"),
        ("Frog Lift", "0", "2"),
        ("Plank", "0", ""),
    ]
    assert [row["duration_seconds"] for row in rows] == ["", "", "", "20"]
    assert rows[3]["exercise_notes"] == "Ended early."


def test_several_workouts_have_one_heading() -> None:
    assert len(rows_of(WORKOUT, WORKOUT)) == 8
    assert list(csv_pieces([])) == []


@given(
    st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", "=", "+", "-", "@", "\uff1d"])
)
def test_no_cell_of_the_csv_would_be_taken_for_a_formula(
    exercise: str, outcome: str, first: str
) -> None:
    sets = (WorkoutSet(first + exercise, 0.0, 9.0, 1, 1), WorkoutSet("\t" + exercise, 9.0, 18.0, 1))
    text = b"".join(csv_pieces([replace(WORKOUT, outcome=first + outcome, sets=sets)])).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    for cell in (cell for row in rows for cell in row):
        assert not unicodedata.normalize("NFKC", cell).lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r", "\n", "\0"))
        assert cell.isprintable()


# JSON


def _is_extended(log: BaseModel) -> BaseModel:
    unknown = log.model_extra or {}
    assert all(name.startswith("flatback:") for name in unknown), unknown
    return log


class Part(BaseModel):
    """What the openweight schema says of an object; what it does not know has our prefix."""

    model_config = ConfigDict(extra="allow", strict=True)

    @model_validator(mode="after")
    def _extends(self) -> Part:
        _is_extended(self)
        return self


class SetLog(Part):
    reps: Annotated[int, Field(ge=0)] | None = None
    weight: Annotated[float, Field(ge=0)] | None = None
    unit: Literal["kg", "lb"] | None = None
    durationSeconds: Annotated[int, Field(ge=0)] | None = None  # noqa: N815 - as in the schema
    notes: Annotated[str, Field(max_length=1000)] | None = None


class Exercise(Part):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    equipment: Annotated[str, Field(max_length=50)] | None = None
    category: Annotated[str, Field(max_length=50)] | None = None


class ExerciseLog(Part):
    exercise: Exercise
    sets: Annotated[list[SetLog], Field(min_length=1)]


class WorkoutLog(Part):
    date: AwareDatetime
    name: Annotated[str, Field(max_length=200)] | None = None
    durationSeconds: Annotated[int, Field(ge=0)] | None = None  # noqa: N815 - as in the schema
    exercises: Annotated[list[ExerciseLog], Field(min_length=1)]


LOGS = TypeAdapter(list[WorkoutLog])


def logs_of(*done: Workout) -> list[WorkoutLog]:
    return LOGS.validate_json(b"".join(json_pieces(done)))


def test_the_json_is_an_openweight_log_with_an_extension() -> None:
    (log,) = logs_of(WORKOUT)
    assert log.date == BEGAN
    assert log.date.utcoffset() == timedelta(hours=2)
    assert [each.exercise.name for each in log.exercises] == [
        "Lying Leg Raise",
        "Frog Lift",
        "Plank",
    ]
    (plain,) = json.loads(b"".join(json_pieces([WORKOUT])))
    assert plain["exercises"][0] == {
        "exercise": {
            **{"name": "Lying Leg Raise", "equipment": "bodyweight", "category": "core"},
            "flatback:exercise": "straight_leg_lift",
        },
        "sets": [
            {
                **{"reps": 4, "flatback:perfectReps": 3, "flatback:turningPoint": 2.5},
                **{"flatback:downSeconds": 3.0, "notes": "Perfect reps: 3 of 4."},
            },
            {
                **{"reps": 5, "flatback:perfectReps": 5, "flatback:turningPoint": 2.5},
                "flatback:downSeconds": 3.0,
            },
        ],
    }
    plank = {"durationSeconds": 20, "flatback:whole": False, "notes": "Ended early."}
    assert plain["exercises"][2]["sets"] == [plank]
    own = {name: value for name, value in plain.items() if name.startswith("flatback:")}
    assert own == {
        **{"flatback:session": WORKOUT.uuid, "flatback:outcome": "stopped"},
        **{"flatback:painLevel": 4, "flatback:effort": 7, "flatback:mistakes": ["head"]},
    }


def test_several_workouts_are_one_array() -> None:
    assert len(logs_of(WORKOUT, replace(WORKOUT, effort=None, pain_level=None))) == 2
    assert list(json_pieces([])) == []


@given(st.text(max_size=30))
def test_whatever_an_exercise_is_called_it_is_a_log_and_harmless(exercise: str) -> None:
    sets = (WorkoutSet(exercise, 0.0, 9.0, 1, 1),)
    pieces = b"".join(json_pieces([replace(WORKOUT, sets=sets)]))
    (log,) = LOGS.validate_json(pieces)
    assert (log.exercises[0].exercise.model_extra or {})["flatback:exercise"] == exercise
    assert all(one.isprintable() for line in pieces.decode().split("\n") for one in line)


# FIT


@pytest.fixture(scope="module")
def encoder() -> FitEncoder:
    return FitEncoder()


def decoded(content: bytes | None) -> list[tuple[str, dict[str, Any]]]:
    """The messages of a FIT file; its checksum is checked."""
    assert content is not None
    with fitdecode.FitReader(content, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return [
            (frame.name, {field.name: field.value for field in frame.fields})
            for frame in reader
            if frame.frame_type == fitdecode.FIT_FRAME_DATA
        ]


def of_kind(messages: Iterable[tuple[str, dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    return [fields for name, fields in messages if name == kind]


def test_a_fit_file_is_a_strength_training_with_sets(encoder: FitEncoder) -> None:
    messages = decoded(encoder.encode(WORKOUT))
    assert [name for name, _ in messages] == [
        *("file_id", *["exercise_title"] * 3, "event", "record", *["set"] * 4),
        *("record", "event", "lap", "session", "activity"),
    ]
    (session,) = of_kind(messages, "session")
    began = BEGAN.astimezone(UTC)
    assert (session["sport"], session["sub_sport"]) == ("training", "strength_training")
    assert (session["start_time"], session["total_elapsed_time"]) == (began, 900.0)
    assert (session["num_laps"], session["workout_rpe"]) == (1, 70)
    (activity,) = of_kind(messages, "activity")
    assert activity["local_timestamp"].replace(tzinfo=None) == (
        BEGAN.replace(tzinfo=None) + timedelta(minutes=15)
    )
    sets = of_kind(messages, "set")
    assert [each["repetitions"] for each in sets] == [4, 5, 2, None]
    assert [each["duration"] for each in sets] == [36.5, 45.0, 18.0, 20.4]
    assert [each["start_time"] for each in sets] == [
        began + timedelta(seconds=seconds) for seconds in (100, 200, 300, 400)
    ]
    assert {each["set_type"] for each in sets} == {"active"}


@pytest.mark.parametrize(
    ("exercise", "category", "name"),
    [
        ("dead_bug", "hip_stability", "dead_bug"),
        ("bent_knee_lift", "leg_raise", "leg_lowering_drill"),
        ("single_leg_raise", "leg_raise", "single_leg_lowering_drill"),
        ("straight_leg_lift", "leg_raise", "lying_straight_leg_raise"),
        ("weighted_leg_lift", "leg_raise", "weighted_lying_straight_leg_raise"),
        ("hanging_leg_raise", "leg_raise", "hanging_leg_raise"),
        ("plank", "plank", "plank"),
    ],
)
def test_every_shipped_exercise_is_one_of_the_fit_profile(
    encoder: FitEncoder, exercise: str, category: str, name: str
) -> None:
    sets = (replace(WORKOUT.sets[0], exercise=exercise),)
    messages = decoded(encoder.encode(replace(WORKOUT, sets=sets)))
    (written,) = of_kind(messages, "set")
    (title,) = of_kind(messages, "exercise_title")
    assert written["category"] == category
    assert FIELD_TYPES[f"{category}_exercise_name"].enum[written["category_subtype"]] == name
    assert title["exercise_name"] == written["category_subtype"]
    assert title["wkt_step_name"] == name_of(exercise).title


def test_no_shipped_exercise_is_taken_for_ones_own() -> None:
    programme = load_programme()
    shipped = {*programme.exercises, programme.routine.hold, programme.easy.hold}
    assert {each for each in shipped if name_of(each).subtype is None} == set()


def test_exercises_of_ones_own_keep_their_names_apart(encoder: FitEncoder) -> None:
    own = ("frog_lift", "ä" * 60)
    sets = tuple(replace(WORKOUT.sets[0], exercise=exercise) for exercise in own)
    messages = decoded(encoder.encode(replace(WORKOUT, sets=sets)))
    titles = {
        (each["exercise_category"], each["exercise_name"]): each["wkt_step_name"]
        for each in of_kind(messages, "exercise_title")
    }
    written = [(each["category"], each["category_subtype"]) for each in of_kind(messages, "set")]
    assert [category for category, _ in written] == ["core", "core"]
    known = FIELD_TYPES["core_exercise_name"].enum
    assert not {number for _, number in written} & set(known)
    assert [titles[each] for each in written] == ["Frog Lift", "Ä" + "ä" * 22]


def test_without_a_number_for_the_effort_there_is_none(encoder: FitEncoder) -> None:
    messages = decoded(encoder.encode(replace(WORKOUT, effort=None)))
    assert of_kind(messages, "session")[0]["workout_rpe"] is None
    assert (
        of_kind(decoded(encoder.encode(replace(WORKOUT, effort=0))), "session")[0]["workout_rpe"]
        == 0
    )


def test_a_file_of_which_a_byte_is_another_is_none(encoder: FitEncoder) -> None:
    content = bytearray(encoder.encode(WORKOUT) or b"")
    content[-4] ^= 1
    with pytest.raises(fitdecode.FitCRCError):
        decoded(bytes(content))


def test_sessions_are_told_apart_and_one_is_always_the_same_file(encoder: FitEncoder) -> None:
    other = replace(WORKOUT, uuid=str(UUID(int=7)))
    files = [of_kind(decoded(encoder.encode(each)), "file_id")[0] for each in (WORKOUT, other)]
    assert files[0]["serial_number"] != files[1]["serial_number"]
    assert {(each["type"], each["manufacturer"]) for each in files} == {("activity", "development")}
    assert encoder.encode(WORKOUT) == FitEncoder().encode(WORKOUT)


@pytest.mark.parametrize(
    ("year", "is_told"), [(1970, False), (1997, False), (1999, True), (2124, True), (2126, False)]
)
def test_a_date_that_fit_does_not_have_makes_no_file(
    encoder: FitEncoder, year: int, is_told: bool
) -> None:
    made = encoder.encode(replace(WORKOUT, began=BEGAN.replace(year=year)))
    assert (made is not None) is is_told
    if made is not None:
        assert of_kind(decoded(made), "session")[0]["start_time"].year == year


# All of them


sets_done = st.lists(
    st.tuples(
        st.sampled_from(["dead_bug", "straight_leg_lift", "frog_lift", "plank"]),
        st.one_of(st.text("pa", max_size=12), st.just("-")),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(sets_done, max_size=3))
def test_the_reps_and_planks_of_every_format_add_up_to_those_of_the_memory(
    encoder: FitEncoder, sessions: list[list[tuple[str, str]]]
) -> None:
    with remembered(*(record(at, sets) for at, sets in enumerate(sessions))) as connection:
        (reps, perfect) = connection.execute("SELECT count(*), total(perfect) FROM reps").fetchone()
        (held,) = connection.execute("SELECT count(*) FROM holds").fetchone()
        done = list(WorkoutReader(connection, "default").read())
    assert len(done) == sum(any(letters for _, letters in sets) for sets in sessions)
    rows = rows_of(*done)
    assert sum(int(row["reps"] or 0) for row in rows) == reps
    assert sum(int(row["duration_seconds"] or 0) for row in rows) == 20 * held
    logs = LOGS.validate_json(b"".join(json_pieces(done)) or b"[]")
    logged = [each for log in logs for exercise in log.exercises for each in exercise.sets]
    assert sum(each.reps or 0 for each in logged) == reps
    extended = [(each.model_extra or {}).get("flatback:perfectReps", 0) for each in logged]
    assert sum(extended) == perfect
    assert sum(each.durationSeconds or 0 for each in logged) == 20 * held
    sets = [each for one in done for each in of_kind(decoded(encoder.encode(one)), "set")]
    assert sum(each["repetitions"] or 0 for each in sets) == reps
    assert sum(each["repetitions"] is None for each in sets) == held
