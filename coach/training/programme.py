"""Programme: the numbers of a session - its parts, sets, reps, patience - and its exercises.

A routine says what a session is made of; exercises and holds stand in files of their own.
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
    breath_seconds: Positive = 4.0


class StopPoint(Strict):
    descents: int = Field(default=2, ge=1, le=5)


class Setbacks(Strict):
    """Arched reps in a row that raise the floor by a count, and arched reps in a set after which
    the easier exercise is offered."""

    arched_raises_floor: int = Field(default=2, ge=1)
    arched_offers_easier: int = Field(default=3, ge=1)


class Patience(Strict):
    """``gives_up_minutes`` is how long a box that nobody answers stays on hold."""

    patience_seconds: Positive = 15.0
    asks: int = Field(default=3, ge=1, le=10)
    gives_up_minutes: Positive = 15.0


class Routine(Strict):
    """A session in numbers. ``exercise`` is where somebody begins of whom nothing is known.

    A reminder of how to do it well comes before every ``reminder_every``-th rep of a set.
    """

    kind: Literal["routine"]
    exercise: Name = "straight_leg_lift"
    parts: tuple[Part, ...] = Field(default=PARTS, min_length=1, strict=False)
    sets: int = Field(default=3, ge=1, le=10)
    reps: int = Field(default=10, ge=1, le=30)
    rest_seconds: int = Field(default=60, ge=15, le=600)
    stretches: tuple[Name, ...] = Field(default=("quad_stretch", "psoas_stretch"), strict=False)
    hold: Name = "plank"
    reminder_every: int = Field(default=3, ge=1, le=30)
    cat_cow: CatCow = CatCow()
    stop_point: StopPoint = StopPoint()
    setbacks: Setbacks = Setbacks()
    answers: Patience = Patience()

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
    """A routine, an easy one for days of rest, and everything that they or a wish may lead to.

    ``asked`` is the exercise that the person named, if they did.
    """

    routine: Routine
    easy: Routine
    exercises: Mapping[str, Exercise]
    holds: Mapping[str, Hold]
    asked: str | None = None

    def resized(self, sets: int | None, reps: int | None) -> Programme:
        """The same programme with other sets or reps; None keeps its own."""
        numbers = {"sets": sets or self.routine.sets, "reps": reps or self.routine.reps}
        return replace(self, routine=self.routine.model_copy(update=numbers))

    def texts(self) -> Iterator[tuple[OwnPromptId, str]]:
        """Every (prompt, text) of the exercises and holds; an easy one comes up sooner or later."""
        for exercise in self.exercises.values():
            yield from exercise.texts()
        for hold in self.holds.values():
            yield from hold.texts()

    @property
    def cat_cow_rounds(self) -> int:
        """The most rounds that a session of it has."""
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
"""What of a piece differs from language to language."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and its path for error messages."""

    text: str
    path: str


def parse_piece(text: str, path: str, usual: UsualCues) -> Piece:
    """The routine, exercise or hold in ``text``, which has its words and its numbers; ``usual`` are
    the cues of an exercise that leaves them out. Raises DataError with the key of the mistake.
    """
    tree = read_toml(text, path)
    return _checked(tree, usual, lambda _key: path)


def parse_worded(numbers: Source, words: Callable[[], Source], usual: UsualCues) -> Piece:
    """The routine, exercise or hold in ``numbers``, whose words stand in a file of their own.
    Raises DataError with path and key of the first mistake.
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
