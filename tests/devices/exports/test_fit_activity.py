"""FIT activity: a decoder of somebody else reads what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import UUID

import fitdecode
import pytest
from fitdecode.profile import FIELD_TYPES

from coach.app.programme_files import load_programme
from coach.devices.exports.exercise_names import name_of
from coach.devices.exports.fit_activity import FitEncoder
from tests.devices.exports.decoded import decoded, of_kind
from tests.devices.exports.done import BEGAN, WORKOUT


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
