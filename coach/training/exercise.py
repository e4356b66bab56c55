"""Exercise: what one exercise is - tempo, range, the words that lead through it - from TOML.

An exercise is done in reps, a hold is held. Both stand in files of their own, so that a new one
needs no code. Their texts are whole sentences, spoken as they stand; ``{side}`` is the side whose
turn it is.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from coach.datafile import Strict
from coach.messages.facts import MISTAKES, Mistake
from coach.messages.prompt_ids import OwnPromptId
from coach.units import Samples, samples

TEMPOS_SECONDS = (3.0, 3.5, 4.0)
"""How long a person may have the way down take, from the fastest to the slowest."""


def _is_sentence(text: str) -> str:
    if not text[:1].isupper() or text[-1:] not in (".", "?"):
        raise ValueError("should be whole sentences, from a capital letter to a stop")
    fields = [part for part in string.Formatter().parse(text) if part[1] is not None]
    if any(name != "side" or spec or conversion for _, name, spec, conversion in fields):
        raise ValueError("nothing but {side} can be filled in")
    return text


Sentence = Annotated[str, AfterValidator(_is_sentence)]
Seconds = Annotated[float, Field(ge=0.1, le=10)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sides = Annotated[tuple[str, ...], Field(max_length=2, strict=False)]


class Tempo(Strict):
    """How long things take: to follow each cue of the setup, and the parts of a rep; from the end
    of a cue, but ``down_seconds``, which is the
    whole way down and told in ``counts``. ``grace_seconds`` after the bottom an arched back still
    loses the rep."""

    setup_seconds: Seconds = 1.5
    inhale_seconds: Seconds = 1.0
    lift_seconds: Seconds = 2.0
    lower_seconds: Seconds = 0.3
    down_seconds: Annotated[float, Field(ge=3, le=4)] = 3.0
    counts: Annotated[int, Field(ge=2, le=4)] = 3
    grace_seconds: Seconds = 1.5

    @model_validator(mode="after")
    def _room_for_a_count(self) -> Tempo:
        if self.down_seconds < self.counts:
            raise ValueError("a count takes a second: fewer counts, or more down_seconds")
        return self


class UsualCues(Strict):
    """The cues that most exercises have in common: a language has them for those that name none."""

    inhale: Sentence
    lift: Sentence
    lower: Sentence
    again: Sentence
    flat: Sentence
    reset: Sentence
    lost: tuple[Sentence, ...] = Field(min_length=1, strict=False)


class Cues(UsualCues):
    """``half_lift`` and ``full_lift`` are the first lift, ``keep`` what to mind on top,
    ``legs_down`` the way to rest after it. ``steadier`` is what to change when it was not stable,
    more from one to the next; ``again`` leads to another try. ``once_more`` is how to take up the
    position again before the next set, where that takes more than lying down. ``flat`` praises a
    descent, ``reset`` and ``lost``, in turn, answer an arched back between reps and in one."""

    setup: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    range: Sentence
    half_lift: Sentence
    full_lift: Sentence
    keep: Sentence
    legs_down: Sentence
    steadier: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    once_more: tuple[Sentence, ...] = Field(default=(), strict=False)


LISTS: tuple[OwnPromptId, ...] = ("setup", "steadier", "once_more", "lost")
SINGLE: tuple[OwnPromptId, ...] = (
    *("range", "half_lift", "full_lift", "keep", "legs_down"),
    *("inhale", "lift", "lower", "again", "flat", "reset"),
)


class Exercise(Strict):
    """``easier`` and ``harder`` are its neighbours in difficulty, by the names of their files.

    ``name`` is how the coach calls it, as in "the dead bug". ``sides`` are taken in turn.
    ``arched`` tells what to watch for and report, ``why`` what it is good for, ``mistakes`` what to
    cue against.
    """

    kind: Literal["exercise"]
    name: str = Field(min_length=1)
    easier: Name | None = None
    harder: tuple[Name, ...] = Field(default=(), strict=False)
    sides: Sides = ()
    arched: Sentence
    why: Sentence
    mistakes: tuple[Mistake, ...] = Field(default=MISTAKES, min_length=2, strict=False)
    tempo: Tempo = Tempo()
    cues: Cues

    @model_validator(mode="after")
    def _sides_where_they_can_be(self) -> Exercise:
        sided = [getattr(self.cues, prompt) for prompt in SINGLE if self.sides]
        _refuse_sides(text for _, text in self.texts() if text not in sided)
        return self

    def texts(self) -> Iterator[tuple[OwnPromptId, str]]:
        """Every (prompt, text) that may be spoken, each side filled in."""
        yield "arched_means", self.arched
        yield "why", self.why
        for prompt in LISTS:
            yield from ((prompt, text) for text in getattr(self.cues, prompt))
        for prompt in SINGLE:
            yield from ((prompt, self.text(prompt, rep)) for rep in range(len(self.sides) or 1))

    def text(self, prompt: OwnPromptId, rep: int = 0) -> str:
        """The wording of a prompt that has one only, for the side of the ``rep``-th rep, from 0."""
        wording: str = getattr(self.cues, prompt)
        if not self.sides:
            return wording
        return wording.format(side=self.sides[rep % len(self.sides)])

    @property
    def count(self) -> Samples:
        """How long one count of the way down takes."""
        return samples(self.tempo.down_seconds / self.tempo.counts)

    def lowered_in(self, down_seconds: float) -> Exercise:
        """The same exercise with another way down, 3 to 4 seconds; a count takes one at least."""
        longer = max(down_seconds, float(self.tempo.counts))
        tempo = self.tempo.model_copy(update={"down_seconds": longer})
        return self.model_copy(update={"tempo": tempo})


class Hold(Strict):
    """Something that is held for ``seconds``: a plank, a stretch; with sides, on each.

    ``arched`` tells what ends it early; without it nothing does.
    """

    kind: Literal["hold"]
    name: str = Field(min_length=1)
    sides: Sides = ()
    seconds: Annotated[int, Field(ge=5, le=300)]
    setup: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    begin: Sentence
    end: Sentence
    arched: Sentence | None = None
    why: Sentence

    @model_validator(mode="after")
    def _sides_where_they_can_be(self) -> Hold:
        sided = self.setup if self.sides else ()
        _refuse_sides(text for _, text in self.texts() if text not in sided)
        return self

    def texts(self) -> Iterator[tuple[OwnPromptId, str]]:
        """Every (prompt, text) that may be spoken, each side filled in."""
        for side in self.sides or (None,):
            yield from (("hold_setup", text) for text in self.setup_for(side))
        yield "hold_begin", self.begin
        yield "hold_end", self.end
        yield "why", self.why
        if self.arched is not None:
            yield "arched_means", self.arched

    def setup_for(self, side: str | None) -> tuple[str, ...]:
        """How to take it up, on a side where there are sides."""
        return tuple(text.format(side=side) if side else text for text in self.setup)


def _refuse_sides(texts: Iterable[str]) -> None:
    for text in texts:
        if "{" in text:
            raise ValueError(f"{{side}} cannot be filled in here: {text!r}")
