"""Workout csv: workouts as Hevy exports them, a row for each set; many programs read that.

A weight is not known, and neither is an RPE of a single set: the columns stay empty. An effort is
of a whole session, and so stands in its description.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from coach.devices.exports.exercise_names import name_of
from coach.devices.memory.workouts import Workout, WorkoutSet
from coach.display.plain_text import as_name, in_cell

TITLE = "Flatback"
"""What every workout is called."""

COLUMNS = (
    *("title", "start_time", "end_time", "description", "exercise_title", "superset_id"),
    *("exercise_notes", "set_index", "set_type", "weight_kg", "reps", "distance_km"),
    *("duration_seconds", "rpe"),
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def csv_pieces(workouts: Iterable[Workout]) -> Iterator[bytes]:
    """The text of the file, a workout at a time; nothing without any workout."""
    heading: list[tuple[object, ...]] = [COLUMNS]
    for workout in workouts:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        rows = (row.values() for row in _rows(workout))
        writer.writerows([in_cell(value) for value in row] for row in (*heading, *rows))
        heading.clear()
        yield text.getvalue().encode()


def told_of(sets: Iterable[WorkoutSet]) -> str:
    """What programs have no column for, as a note on an exercise or a set."""
    sets = list(sets)
    counted = [f"{each.perfect} of {each.reps}" for each in sets if each.held_seconds is None]
    told = [f"Perfect reps: {', '.join(counted)}."] if counted else []
    if not all(each.whole for each in sets):
        told.append("Ended early.")
    return " ".join(told)


def _rows(workout: Workout) -> Iterator[dict[str, Any]]:
    own = {
        "title": TITLE,
        "start_time": _moment(workout.began),
        "end_time": _moment(workout.began + timedelta(seconds=workout.seconds)),
        "description": _description(workout),
    }
    for exercise, sets in workout.blocks():
        block = {
            **dict.fromkeys(COLUMNS, ""),
            **own,
            "exercise_title": name_of(exercise).title,
            "exercise_notes": told_of(sets),
            "set_type": "normal",
        }
        for number, each in enumerate(sets):
            if each.held_seconds is None:
                yield {**block, "set_index": number, "reps": each.reps}
            else:
                yield {**block, "set_index": number, "duration_seconds": round(each.held_seconds)}


def _description(workout: Workout) -> str:
    told = [f"Ended: {as_name(workout.outcome)}."]
    if workout.pain_level is not None:
        told.append(f"Pain {workout.pain_level} of 10.")
    if workout.effort is not None:
        told.append(f"Effort {workout.effort} of 10.")
    return " ".join(told)


def _moment(time: datetime) -> str:
    """As in ``6 Oct 2026, 16:19``, in English whatever the locale is."""
    return f"{time.day} {_MONTHS[time.month - 1]} {time.year}, {time:%H:%M}"
