"""Fit activity: a workout as a FIT file, as Garmin Connect, Strava and others take it.

A file holds one activity. All reps count, because FIT cannot tell which were perfect.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from coach.devices.exports.exercise_names import name_of
from coach.devices.exports.fit_messages import FitProfile, Message
from coach.devices.memory.workouts import Workout, WorkoutSet

_FIRST_SECOND = 631_065_600
"""Of FIT's calendar, 31 December 1989, in seconds since 1970."""

_DATES = range(_FIRST_SECOND + 0x1000_0000, _FIRST_SECOND + 0xFF00_0000)
"""A lower number, until July 1998, would mean the time since a device was switched on."""

_OWN_SUBTYPE = 0xFFFE
"""The subtype of the first exercise that FIT does not know; each further one has one less."""

_RPE_PER_EFFORT = 10
"""Both are Borg's scale of perceived exertion from 0 to 10, but FIT counts in tenths."""

_FILE = {"type": "activity", "manufacturer": "development", "product": 0}
_SPAN = ("message_index", "timestamp", "event", "event_type", "start_time")
_TIMES = ("total_elapsed_time", "total_timer_time", "sport", "sub_sport")
_FIELDS = {
    "file_id": ("type", "manufacturer", "product", "serial_number", "time_created"),
    "exercise_title": ("message_index", "exercise_category", "exercise_name", "wkt_step_name"),
    "event": ("timestamp", "event", "event_type"),
    "record": ("timestamp",),
    "set": (
        *("timestamp", "duration", "repetitions", "set_type", "start_time", "category"),
        *("category_subtype", "message_index"),
    ),
    "lap": (*_SPAN, *_TIMES, "lap_trigger"),
    "session": (*_SPAN, *_TIMES, "first_lap_index", "num_laps", "trigger", "workout_rpe"),
    "activity": (
        *("timestamp", "total_timer_time", "num_sessions", "type", "event", "event_type"),
        "local_timestamp",
    ),
}


class FitEncoder:
    """Makes FIT files of workouts. Raises OutputError without fit-tool."""

    def __init__(self) -> None:
        self._profile = FitProfile(_FIELDS)
        self._subtypes: dict[tuple[str, str], int] = {}

    def encode(self, workout: Workout) -> bytes | None:
        """The file; None where FIT has no such date."""
        began = round(workout.began.timestamp())
        return self._profile.file(self._messages(workout, began)) if began in _DATES else None

    def _messages(self, workout: Workout, began: int) -> Iterator[Message]:
        start, end = 1000 * began, 1000 * (began + round(workout.seconds))
        exercises = self._exercises(workout)
        yield "file_id", {**_FILE, "serial_number": workout.number, "time_created": start}
        for number, (name, (category, subtype)) in enumerate(exercises.items()):
            title = {"message_index": number, "wkt_step_name": name_of(name).title}
            yield (
                "exercise_title",
                {**title, "exercise_category": category, "exercise_name": subtype},
            )
        yield "event", {"timestamp": start, "event": "timer", "event_type": "start"}
        yield "record", {"timestamp": start}
        for number, each in enumerate(workout.sets):
            category, subtype = exercises[each.exercise]
            kind = {"category": category, "category_subtype": subtype, "message_index": number}
            yield "set", {**kind, **_figures(each, start)}
        yield "record", {"timestamp": end}
        yield "event", {"timestamp": end, "event": "timer", "event_type": "stop_all"}
        yield from _sums(workout, start, end)

    def _exercises(self, workout: Workout) -> dict[str, tuple[str, int]]:
        """Category and subtype of each exercise."""
        found: dict[str, tuple[str, int]] = {}
        own = _OWN_SUBTYPE
        for exercise in dict.fromkeys(each.exercise for each in workout.sets):
            name = name_of(exercise)
            if name.subtype is None:
                found[exercise] = name.category, own
                own -= 1
            else:
                found[exercise] = name.category, self._subtype(name.category, name.subtype)
        return found

    def _subtype(self, category: str, subtype: str) -> int:
        if (category, subtype) not in self._subtypes:
            number = self._profile.number(f"{category}_exercise_name", subtype)
            self._subtypes[category, subtype] = number
        return self._subtypes[category, subtype]


def _figures(each: WorkoutSet, start: int) -> dict[str, Any]:
    """What is counted and timed of a set; ``start`` is when the session began, in milliseconds."""
    return {
        "set_type": "active",
        "start_time": start + round(1000 * each.begun_s),
        "timestamp": start + round(1000 * each.ended_s),
        "duration": each.ended_s - each.begun_s,
        "repetitions": each.reps if each.held_seconds is None else None,
    }


def _sums(workout: Workout, start: int, end: int) -> Iterator[Message]:
    took = (end - start) / 1000
    span = {
        **{"message_index": 0, "timestamp": end, "event_type": "stop", "start_time": start},
        **{"total_elapsed_time": took, "total_timer_time": took},
        **{"sport": "training", "sub_sport": "strength_training"},
    }
    yield "lap", {**span, "event": "lap", "lap_trigger": "session_end"}
    of_session = {"first_lap_index": 0, "num_laps": 1, "trigger": "activity_end"}
    effort = None if workout.effort is None else _RPE_PER_EFFORT * workout.effort
    yield "session", {**span, **of_session, "event": "session", "workout_rpe": effort}
    local = workout.began.replace(tzinfo=UTC).timestamp() - _FIRST_SECOND + took
    yield (
        "activity",
        {
            **{"timestamp": end, "total_timer_time": took, "num_sessions": 1, "type": "manual"},
            **{"event": "activity", "event_type": "stop", "local_timestamp": round(local)},
        },
    )
