"""Workouts: past sessions as sets of reps and planks, which is all that other programs know."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import groupby
from zlib import crc32

from coach.devices.memory.file_errors import NO_VALUE, DamagedError
from coach.devices.memory.person_rows import person_id
from coach.devices.system.wall_clock import iso_date
from coach.training.care import HIGHEST_LEVEL


@dataclass(frozen=True, slots=True)
class WorkoutSet:
    """A set of reps, or a plank, which has ``held_seconds`` and no reps.

    ``begun_s`` and ``ended_s`` are seconds since the session opened. ``floor`` is the count that
    was lowered to, and ``down_seconds`` the time of the whole way down, where they were written.
    ``whole`` is whether a plank was held to its end.
    """

    exercise: str
    begun_s: float
    ended_s: float
    reps: int = 0
    perfect: int = 0
    floor: float | None = None
    down_seconds: float | None = None
    held_seconds: float | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Workout:
    """A session with sets. ``began`` is its local time, and ``seconds`` how long it took."""

    uuid: str
    began: datetime
    seconds: float
    outcome: str
    pain_level: int | None
    effort: int | None
    mistakes: tuple[str, ...]
    sets: tuple[WorkoutSet, ...]

    @property
    def number(self) -> int:
        """A number of 32 bits, by which its uuid can be told from others."""
        return crc32(self.uuid.encode()) or 1

    def blocks(self) -> Iterator[tuple[str, list[WorkoutSet]]]:
        """The sets in order, as long as they are of one exercise, with its name."""
        for exercise, sets in groupby(self.sets, key=lambda each: each.exercise):
            yield exercise, list(sets)


_CHOSEN = """
    SELECT id, uuid, day, minute, began_utc, last_utc, coalesce(outcome, 'abandoned'), pain_level,
        effort
    FROM sessions WHERE person = ? AND got_anywhere = 1 ORDER BY nth DESC LIMIT ?
"""
_BEGUN = (
    "SELECT exercise, number, at_s, floor, down_seconds FROM sets WHERE session = ? ORDER BY place"
)
_REPS = """
    SELECT exercise, in_set, count(*), sum(perfect), min(at_s), max(at_s), min(place) FROM reps
    WHERE session = ? GROUP BY exercise, in_set
"""
_HOLDS = "SELECT exercise, at_s, seconds, whole, place FROM holds WHERE session = ?"
_MISTAKES = "SELECT mistake FROM mistakes WHERE session = ? ORDER BY place"

_EPILOGUE_SECONDS = 3600.0
"""The longest that a session may seem to have gone on after its last set; beyond that the clock was
set while it lasted."""

_LONGEST_SECONDS = 30 * 86_400.0
_MOST_REPS = 1_000
_DEEPEST = 4.0

_FARTHEST_ZONE_SECONDS = 15 * 3600.0
_QUARTER_SECONDS = 900.0
"""Every time zone is whole quarters of an hour from UTC, and none is farther from it."""


class WorkoutReader:
    """Reads a person's workouts once, a session at a time; the counts are right at the end.

    ``limit`` is the number of the last sessions that are read, None for all.
    """

    def __init__(
        self, connection: sqlite3.Connection, person: str, limit: int | None = None
    ) -> None:
        self._connection, self.person, self._limit = connection, person, limit
        self.workouts = 0
        self.without_sets = 0
        """How many sessions had neither a rep nor a plank."""
        self.left_out: list[str] = []
        """A line for each session that cannot be a workout, with the reason."""

    def read(self) -> Iterator[Workout]:
        """The workouts, the newest last, from one transaction. Raises DamagedError."""
        self._connection.execute("BEGIN")
        try:
            yield from self._read()
        except NO_VALUE:
            raise DamagedError from None
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _read(self) -> Iterator[Workout]:
        known = person_id(self._connection, self.person)
        limit = -1 if self._limit is None else self._limit
        chosen = self._connection.execute(_CHOSEN, (known, limit)).fetchall()
        for row, uuid, day, minute, began_utc, last_utc, outcome, pain, effort in reversed(chosen):
            sets = self._sets(row)
            if not sets:
                self.without_sets += 1
                continue
            began = _local_time(int(day), float(minute), float(began_utc))
            if began is None:
                self._leave_out(iso_date(day), "it has no date that can be")
                continue
            workout = Workout(
                uuid=str(uuid),
                began=began,
                seconds=_seconds(float(last_utc) - float(began_utc), sets),
                outcome=str(outcome),
                pain_level=None if pain is None else int(pain),
                effort=None if effort is None else int(effort),
                mistakes=tuple(str(one) for (one,) in self._connection.execute(_MISTAKES, (row,))),
                sets=sets,
            )
            if not _can_be(workout):
                self._leave_out(iso_date(day), "it has a number that the coach cannot have written")
                continue
            self.workouts += 1
            yield workout

    def refuse(self, workout: Workout, why: str) -> None:
        """Note that a workout that was read is left out."""
        self.workouts -= 1
        self._leave_out(workout.began.date().isoformat(), why)

    def _leave_out(self, day: str, why: str) -> None:
        self.left_out.append(f"the session of {self.person} on {day} is left out: {why}")

    def _sets(self, row: int) -> tuple[WorkoutSet, ...]:
        begun: dict[tuple[str, int], float] = {}
        aims: dict[tuple[str, int], tuple[float, float]] = {}
        # A set in which the session was cut off is begun twice, and is one set all the same.
        for exercise, number, at_s, floor, down in self._connection.execute(_BEGUN, (row,)):
            begun.setdefault((exercise, number), float(at_s))
            aims[exercise, number] = float(floor), float(down)
        found = []
        for exercise, number, reps, perfect, first, last, place in self._connection.execute(
            _REPS, (row,)
        ):
            floor, down = aims.get((exercise, number), (None, None))
            began = min(begun.get((exercise, number), float(first)), float(first))
            done = int(reps), int(perfect), floor, down
            found.append((place, WorkoutSet(str(exercise), began, float(last), *done)))
        for exercise, at_s, seconds, whole, place in self._connection.execute(_HOLDS, (row,)):
            ended, held = float(at_s), float(seconds)
            begins = max(0.0, ended - held)
            hold = WorkoutSet(str(exercise), begins, ended, held_seconds=held, whole=bool(whole))
            found.append((place, hold))
        return tuple(each for _, each in sorted(found, key=lambda one: one[0]))


def _can_be(workout: Workout) -> bool:
    """Whether all numbers are such as an archive may have, too."""
    rated = (workout.pain_level, workout.effort)
    return (
        workout.seconds <= _LONGEST_SECONDS
        and all(each is None or 0 <= each <= HIGHEST_LEVEL for each in rated)
        and all(map(_is_possible, workout.sets))
    )


def _is_possible(each: WorkoutSet) -> bool:
    return (
        0.0 <= each.begun_s <= each.ended_s
        and 0 <= each.perfect <= each.reps <= _MOST_REPS
        and 0.0 <= (each.held_seconds or 0.0) <= _LONGEST_SECONDS
        and 0.0 <= (each.floor or 0.0) <= _DEEPEST
        and 0.0 <= (each.down_seconds or 0.0) <= _LONGEST_SECONDS
    )


def _seconds(by_clock: float, sets: tuple[WorkoutSet, ...]) -> float:
    """How long a session took, which the clock knows unless it was set meanwhile."""
    ended = max(each.ended_s for each in sets)
    return by_clock if ended <= by_clock <= ended + _EPILOGUE_SECONDS else ended


def _local_time(day: int, minute: float, began_utc: float) -> datetime | None:
    """The moment in its time zone, which follows from the time in UTC; None if it cannot be."""
    try:
        naive = datetime.combine(date.fromordinal(day), time()) + timedelta(minutes=minute)
        ahead = naive.replace(tzinfo=UTC).timestamp() - began_utc
        is_zone = abs(ahead) <= _FARTHEST_ZONE_SECONDS
        quarters = round(ahead / _QUARTER_SECONDS) if is_zone else 0
        zone = timezone(timedelta(seconds=_QUARTER_SECONDS * quarters))
        return naive.replace(microsecond=0, tzinfo=zone)
    except (ValueError, OverflowError):
        return None
