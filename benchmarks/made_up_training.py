"""Made up training: years of it, at 150 sessions of 80 reps a year, as an archive."""

from __future__ import annotations

import random
import uuid

from coach.devices.memory.archive_records import (
    Archive,
    FloorRecord,
    HoldRecord,
    MistakeRecord,
    PainRecord,
    PersonRecord,
    RepRecord,
    SessionRecord,
    SetRecord,
)
from coach.training.history import Day

SESSIONS_A_YEAR = 150
SETS, REPS = 8, 10
PERSON = "default"

_EXERCISES = ("dead_bug", "bent_knee_lift", "single_leg_raise", "straight_leg_lift")
_DAY_SECONDS = 86400.0


def made_up(years: int, today: Day, now_utc: float) -> Archive:
    """Training whose last session was yesterday; apart from the dates it is always the same."""
    chance = random.Random(years)  # noqa: S311 - no secret
    sessions = years * SESSIONS_A_YEAR
    days_ago = [1 + round(365 * back / SESSIONS_A_YEAR) for back in range(sessions)]
    return Archive(
        people=[
            PersonRecord(
                name=PERSON,
                sits=True,
                sessions=[
                    _session(chance, today - ago, now_utc - ago * _DAY_SECONDS)
                    for ago in reversed(days_ago)
                ],
            )
        ]
    )


def _session(chance: random.Random, day: Day, began_utc: float) -> SessionRecord:
    exercise = chance.choice(_EXERCISES)
    sets, reps = _sets(chance, exercise)
    place = reps[-1].place
    hurt = chance.random() < 0.01
    return SessionRecord(
        uuid=str(uuid.UUID(int=chance.getrandbits(128))),
        began_utc=began_utc,
        last_utc=began_utc + 1000.0,
        day=day,
        minute=420.0,
        outcome="pain" if hurt else "finished",
        state="stopped" if hurt else "finished",
        exercise=exercise,
        floor=3.0,
        facts=place + 3,
        got_anywhere=True,
        sets=sets,
        reps=reps,
        holds=[HoldRecord(place=place + 1, at_s=950.0, exercise="plank", seconds=20.0, whole=True)],
        mistakes=[MistakeRecord(place=place + 2, at_s=960.0, mistake="head")],
        floors=[FloorRecord(place=8, at_s=90.0, exercise=exercise, count=3.0)],
        pain=PainRecord(day=day, exercise=exercise) if hurt else None,
    )


def _sets(chance: random.Random, exercise: str) -> tuple[list[SetRecord], list[RepRecord]]:
    sets: list[SetRecord] = []
    reps: list[RepRecord] = []
    place = 8
    for number in range(1, SETS + 1):
        place += 1
        sets.append(
            SetRecord(
                place=place,
                at_s=100.0 * number,
                exercise=exercise,
                number=number,
                floor=3.0,
                down_seconds=3.0,
            )
        )
        for rep in range(1, REPS + 1):
            place += 1
            perfect = chance.random() < 0.8
            reps.append(
                RepRecord(
                    place=place,
                    at_s=100.0 * number + 9.0 * rep,
                    exercise=exercise,
                    in_set=number,
                    number=rep,
                    perfect=perfect,
                    reason=None if perfect else "arched",
                    count=3.0,
                )
            )
    return sets, reps
