"""Archive records: what an archive holds, with the bounds of every figure.

A name is plain text, a count lies within an exercise, and a date between 1970 and the year 9999.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from coach.datafile import Strict
from coach.messages.facts import Mistake, Outcome
from coach.training.care import HIGHEST_LEVEL
from coach.training.exercise import PLAIN_NAME, PLAIN_NAME_WANTED
from coach.training.history import PROFILE


def _is_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("should be a UUID") from None


def _is_plain(text: str) -> str:
    if not PLAIN_NAME.fullmatch(text):
        raise ValueError(PLAIN_NAME_WANTED)
    return text


Place = Annotated[int, Field(ge=0, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000)]
AtSeconds = Annotated[float, Field(ge=0, le=30 * 86_400)]
"""Seconds since a session began: up to 30 days, because it can be interrupted and resumed again and
again, each time within half an hour."""
Floor = Annotated[float, Field(ge=1, le=4)]
Depth = Annotated[float, Field(ge=0, le=4)]
"""How far down a rep went, in counts: an exercise has at most four (``Tempo.counts``)."""
DownSeconds = Annotated[float, Field(ge=3, le=4)]
HeldSeconds = Annotated[float, Field(ge=0, le=600)]
Rated = Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)]
Text = Annotated[str, AfterValidator(_is_plain)]
Uuid = Annotated[str, AfterValidator(_is_uuid)]
UtcSeconds = Annotated[float, Field(ge=0, le=253_402_300_800)]  # from 1970 to the end of 9999
Day = Annotated[int, Field(ge=719_162, le=3_652_059)]
"""The same range in days, but from a day earlier, for time zones behind UTC."""
ProfileName = Annotated[str, Field(pattern=PROFILE)]


class SetRecord(Strict):
    """A row of ``sets``."""

    place: Place
    at_s: AtSeconds
    exercise: Text
    number: Count
    floor: Floor
    down_seconds: DownSeconds


class RepRecord(Strict):
    """A row of ``reps``; ``number`` counts within the set."""

    place: Place
    at_s: AtSeconds
    exercise: Text
    in_set: Count
    number: Count
    perfect: bool
    reason: Text | None
    count: Depth


class HoldRecord(Strict):
    """A row of ``holds``."""

    place: Place
    at_s: AtSeconds
    exercise: Text
    seconds: HeldSeconds
    whole: bool


class MistakeRecord(Strict):
    """A row of ``mistakes``."""

    place: Place
    at_s: AtSeconds
    mistake: Mistake


class FloorRecord(Strict):
    """A row of ``floors``."""

    place: Place
    at_s: AtSeconds
    exercise: Text
    count: Floor


class PainRecord(Strict):
    """The row of ``pain``, if there is one."""

    day: Day
    exercise: Text | None


class SessionRecord(Strict):
    """A row of ``sessions``, with the rows that belong to it."""

    uuid: Uuid
    began_utc: UtcSeconds
    last_utc: UtcSeconds
    day: Day
    minute: Annotated[float, Field(ge=0, lt=1440)]
    outcome: Outcome | None
    state: Text
    exercise: Text | None
    floor: Floor | None
    facts: Place
    got_anywhere: bool
    pain_level: Rated | None = None
    effort: Rated | None = None
    sets: list[SetRecord]
    reps: list[RepRecord]
    holds: list[HoldRecord]
    mistakes: list[MistakeRecord]
    floors: list[FloorRecord]
    pain: PainRecord | None


class PersonRecord(Strict):
    """A row of ``people``, with their sessions, the oldest first."""

    name: ProfileName
    sits: bool | None
    practised: bool | None = None
    screened_day: Day | None = None
    advised: bool | None = None
    sessions: list[SessionRecord]


class Archive(Strict):
    """The whole file."""

    format: Literal["flatback training"] = "flatback training"
    version: Literal[1] = 1
    people: list[PersonRecord]


PARTS: dict[str, type[Strict]] = {
    "sets": SetRecord,
    "reps": RepRecord,
    "holds": HoldRecord,
    "mistakes": MistakeRecord,
    "floors": FloorRecord,
}
"""The tables of what belongs to a session; a row is found by ``session`` and ``place``."""

OWN = tuple(name for name in SessionRecord.model_fields if name not in (*PARTS, "pain"))
"""The columns of ``sessions`` that are archived."""

OF_PERSON = tuple(name for name in PersonRecord.model_fields if name != "sessions")
"""The columns of ``people`` that are archived."""
