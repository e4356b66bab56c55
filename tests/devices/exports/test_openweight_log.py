"""Openweight log: it is as its schema says, and has what the coach knows beyond that."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from coach.devices.exports.openweight_log import json_pieces
from coach.devices.memory.workouts import WorkoutSet
from tests.devices.exports.decoded import LOGS, logs_of
from tests.devices.exports.done import BEGAN, WORKOUT


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
