"""Openweight log: workouts as the WorkoutLog of openweight.dev, in one JSON array.

What that lacks stands in keys that begin with ``flatback:``, as its rules for extensions say. A
weight is left out, because it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from coach.devices.exports.exercise_names import name_of
from coach.devices.exports.workout_csv import TITLE, told_of
from coach.devices.memory.workouts import Workout, WorkoutSet
from coach.display.plain_text import in_json


def json_pieces(workouts: Iterable[Workout]) -> Iterator[bytes]:
    """The text of the file, a workout at a time; nothing without any workout."""
    between = "[\n"
    for workout in workouts:
        yield f"{between}{in_json(log_of(workout))}".encode()
        between = ",\n"
    if between != "[\n":
        yield b"\n]\n"


def log_of(workout: Workout) -> dict[str, Any]:
    """A WorkoutLog."""
    return _known(
        {
            "date": workout.began.isoformat(timespec="seconds"),
            "name": TITLE,
            "durationSeconds": round(workout.seconds),
            "exercises": [_exercise(name, sets) for name, sets in workout.blocks()],
            "flatback:session": workout.uuid,
            "flatback:outcome": workout.outcome,
            "flatback:painLevel": workout.pain_level,
            "flatback:effort": workout.effort,
            "flatback:mistakes": list(workout.mistakes) or None,
        }
    )


def _exercise(exercise: str, sets: list[WorkoutSet]) -> dict[str, Any]:
    name = name_of(exercise)
    called = {"name": name.title, "equipment": name.equipment, "category": "core"}
    return {
        "exercise": _known({**called, "flatback:exercise": exercise}),
        "sets": [_set(each) for each in sets],
    }


def _set(each: WorkoutSet) -> dict[str, Any]:
    if each.held_seconds is not None:
        held = {"durationSeconds": round(each.held_seconds), "flatback:whole": each.whole}
        return _known({**held, "notes": told_of([each]) or None})
    return _known(
        {
            "reps": each.reps,
            "flatback:perfectReps": each.perfect,
            "flatback:turningPoint": each.floor,
            "flatback:downSeconds": each.down_seconds,
            "notes": told_of([each]) if each.perfect < each.reps else None,
        }
    )


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
