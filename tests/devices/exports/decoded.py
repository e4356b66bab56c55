"""Decoded: exports read back as other programs read them, FIT by a decoder of somebody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import fitdecode
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from coach.devices.exports.openweight_log import json_pieces
from coach.devices.exports.workout_csv import csv_pieces
from coach.devices.memory.workouts import Workout


def rows_of(*done: Workout) -> list[dict[str, str]]:
    text = b"".join(csv_pieces(done)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


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
