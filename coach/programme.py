"""Programme: the numbers of a session - tempo, sets, reps, patience - read from TOML."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from coach.datafile import Strict, parse_toml

Positive = Annotated[float, Field(gt=0, le=600)]


class CatCow(Strict):
    rounds: int = Field(ge=1, le=20)
    breath_seconds: Positive


class Rep(Strict):
    inhale_seconds: Positive
    lift_seconds: Positive
    lower_seconds: Positive
    counts: int = Field(ge=1, le=10)
    grace_seconds: Positive


class StopPoint(Strict):
    descents: int = Field(ge=1, le=5)


class Setbacks(Strict):
    arched_raises_floor: int = Field(ge=1)
    arched_ends_set: int = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Setbacks:
        if self.arched_raises_floor >= self.arched_ends_set:
            raise ValueError("arched_raises_floor should be below arched_ends_set")
        return self


class Answers(Strict):
    patience_seconds: Positive
    asks: int = Field(ge=1, le=10)


class Programme(Strict):
    """A session in numbers. Every ``_seconds`` is at most 600."""

    exercise: str
    sets: int = Field(ge=1, le=10)
    reps: int = Field(ge=1, le=30)
    rest_seconds: int = Field(ge=1, le=600)
    cat_cow: CatCow
    rep: Rep
    stop_point: StopPoint
    setbacks: Setbacks
    answers: Answers

    def resized(self, sets: int | None, reps: int | None) -> Programme:
        """The same programme with other sets or reps; None keeps its own."""
        return self.model_copy(update={"sets": sets or self.sets, "reps": reps or self.reps})


def parse_programme(text: str, path: str) -> Programme:
    """The programme in ``text``. Raises DataError with the key of the first mistake."""
    return parse_toml(text, path, Programme)
