"""Programme: a routine - the parts, sets, reps and patience of a session - and its exercises.

Routines, exercises and holds have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from coach.datafile import Strict, checked, read_toml
from coach.errors import DataError
from coach.messages.prompt_ids import OwnPromptId
from coach.messages.states import PARTS, Part
from coach.training.exercise import Exercise, Hold, Name, UsualCues

Positive = Annotated[float, Field(gt=0, le=600)]


class CatCow(Strict):
    rounds: int = Field(default=5, ge=1, le=20)
    """How many rounds, of a breath out and a breath in."""
    breath_seconds: Positive = 4.0
    """How long each breath takes."""


class StopPoint(Strict):
    descents: int = Field(default=2, ge=1, le=5)
    """How many descents are made to find the floor."""


class Setbacks(Strict):
    """What reps that are lost to an arched back lead to."""

    arched_raises_floor: int = Field(default=2, ge=1)
    """How many such reps in a row raise the floor by one count."""
    arched_offers_easier: int = Field(default=3, ge=1)
    """After how many such reps in a set an easier exercise is offered."""


class Patience(Strict):
    """How long the coach waits for answers."""

    patience_seconds: Positive = 15.0
    """How long it waits for the answer to a question."""
    asks_after_reps: int = Field(default=15, ge=1, le=30)
    """After how many reps without a word it asks whether anybody is there."""
    asks_after_seconds: int = Field(default=60, ge=15, le=600)
    """After how many seconds of a hold without a word it asks that."""
    asks: int = Field(default=3, ge=1, le=10)
    """How often it asks a question in all, before it pauses."""
    gives_up_minutes: Positive = 15.0
    """How long a coach on call stays paused before it abandons the session."""


class Routine(Strict):
    """A session in numbers."""

    kind: Literal["routine"]
    exercise: Name = "straight_leg_lift"
    """The exercise for a person of whom nothing is known, by the name of its file."""
    beginner: Name | None = None
    """The exercise for a person who has never done leg lifts; None where nobody is asked."""
    parts: tuple[Part, ...] = Field(default=PARTS, min_length=1, strict=False)
    """The parts of the session, in the order of PARTS."""
    sets: int = Field(default=3, ge=1, le=10)
    """How many sets."""
    reps: int = Field(default=10, ge=1, le=30)
    """How many reps in each set."""
    rest_seconds: int = Field(default=60, ge=15, le=600)
    """How long the rest between two sets is."""
    stretches: tuple[Name, ...] = Field(default=("quad_stretch", "psoas_stretch"), strict=False)
    """The stretches, in order, by the names of their files."""
    hold: Name = "plank"
    """The hold at the end, by the name of its file."""
    reminder_every: int = Field(default=3, ge=1, le=30)
    """A reminder against a mistake precedes every rep whose number is a multiple of this."""
    cat_cow: CatCow = CatCow()
    """The numbers of the cat cow."""
    stop_point: StopPoint = StopPoint()
    """The numbers of the search for the floor."""
    setbacks: Setbacks = Setbacks()
    """What lost reps lead to."""
    answers: Patience = Patience()
    """How long the coach waits for answers."""

    @field_validator("parts")
    @classmethod
    def _in_order(cls, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        if list(parts) != [part for part in PARTS if part in parts]:
            raise ValueError(f"should come once each, in this order: {', '.join(PARTS)}")
        return parts

    @model_validator(mode="after")
    def _names_its_stretches(self) -> Routine:
        if "stretching" in self.parts and not self.stretches:
            raise ValueError("stretching is among the parts, so name stretches")
        return self


@dataclass(frozen=True, slots=True)
class Programme:
    """The routines of a session, and every exercise and hold that can occur in it."""

    routine: Routine
    """The usual routine."""
    easy: Routine
    """The routine for a day of recovery."""
    exercises: Mapping[str, Exercise]
    """The exercises that can occur, by the names of their files."""
    holds: Mapping[str, Hold]
    """The holds that can occur, by the names of their files."""
    asked: str | None = None
    """The exercise that the person asked for, if they did."""

    def resized(self, sets: int | None, reps: int | None) -> Programme:
        """The same programme with another number of sets or reps; None keeps the present one."""
        numbers = {"sets": sets or self.routine.sets, "reps": reps or self.routine.reps}
        return replace(self, routine=self.routine.model_copy(update=numbers))

    def texts(self) -> Iterator[tuple[OwnPromptId, str]]:
        """Every (prompt, text) of all exercises and holds."""
        for exercise in self.exercises.values():
            yield from exercise.texts()
        for hold in self.holds.values():
            yield from hold.texts()

    @property
    def cat_cow_rounds(self) -> int:
        """The most rounds that a session of the programme can have."""
        return max(self.routine.cat_cow.rounds, self.easy.cat_cow.rounds)


class _Kind(BaseModel):
    kind: Literal["routine", "exercise", "hold"]


Piece = Routine | Exercise | Hold
_PIECES: Mapping[str, type[Piece]] = {
    "routine": Routine,
    "exercise": Exercise,
    "hold": Hold,
}
_WORDS: Mapping[str, frozenset[str]] = {
    "routine": frozenset(),
    "exercise": frozenset({"name", "sides", "arched", "why", "cues"}),
    "hold": frozenset({"name", "sides", "arched", "why", "setup", "begin", "end"}),
}
"""The keys of each kind that are words, and so differ from language to language."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and its path for error messages."""

    text: str
    path: str


def parse_piece(text: str, path: str, usual: UsualCues) -> Piece:
    """The routine, exercise or hold in ``text``, which has both the words and the numbers.

    ``usual`` are the cues of an exercise that leaves them out. Raises DataError with the key of
    the first mistake.
    """
    tree = read_toml(text, path)
    return _checked(tree, usual, lambda _key: path)


def parse_worded(numbers: Source, words: Callable[[], Source], usual: UsualCues) -> Piece:
    """The routine, exercise or hold in ``numbers``, whose words are in a file of their own.

    ``words`` reads that file; it is not called for a routine, which has none. Raises DataError
    with path and key of the first mistake.
    """
    tree = read_toml(numbers.text, numbers.path)
    of_words = _WORDS[_kind(tree, numbers.path)]
    if misplaced := sorted(of_words & set(tree)):
        problem = "the words of what is shipped stand with its language"
        raise DataError(numbers.path, misplaced[0], problem)
    if not of_words:
        return _checked(tree, usual, lambda _key: numbers.path)
    worded = words()
    spoken = read_toml(worded.text, worded.path)
    if misplaced := sorted(set(spoken) - of_words):
        raise DataError(worded.path, misplaced[0], "this key is not known here")
    paths = dict.fromkeys(of_words, worded.path)
    return _checked({**tree, **spoken}, usual, lambda key: paths.get(key, numbers.path))


def _kind(tree: Mapping[str, Any], path: str) -> str:
    return checked(tree, _Kind, lambda _key: path).kind


def _checked(tree: dict[str, Any], usual: UsualCues, source: Callable[[str], str]) -> Piece:
    kind = _kind(tree, source("kind"))
    if kind == "exercise" and isinstance(tree.get("cues"), dict):
        tree = {**tree, "cues": {**usual.model_dump(), **tree["cues"]}}
    return checked(tree, _PIECES[kind], source)
