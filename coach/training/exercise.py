"""Exercise: one exercise or hold - its tempo, neighbours and wordings - as its TOML files have it.

An exercise is done in reps; a hold, as a plank or a stretch, is held for some seconds. Each has
files of its own, so that a new one needs no code. The texts are whole sentences, spoken as they are
written; ``{side}`` is replaced by the side whose turn it is.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from coach.datafile import Strict
from coach.messages.facts import MISTAKES, Mistake
from coach.messages.prompt_ids import OwnPromptId
from coach.units import Samples, samples

TEMPOS_SECONDS = (3.0, 3.5, 4.0)
"""The lengths of the whole way down that a person can choose, from the fastest to the slowest."""

_LONGEST_NAME = 60
"""In characters, of what is said and shown, and of a file without its suffix."""

PLAIN_NAME = re.compile(rf"\w[\w .,'()+-]{{0,{_LONGEST_NAME - 1}}}")
PLAIN_NAME_WANTED = (
    f"should be a name: 1 to {_LONGEST_NAME} letters, digits, spaces and . , ' ( ) + - _"
)
"""What an exercise may be called in the memory, and so its file."""


def _is_sentence(text: str) -> str:
    if not text[:1].isupper() or text[-1:] not in (".", "?"):
        raise ValueError("should be whole sentences, from a capital letter to a stop")
    fields = [part for part in string.Formatter().parse(text) if part[1] is not None]
    if any(name != "side" or spec or conversion for _, name, spec, conversion in fields):
        raise ValueError("nothing but {side} can be filled in")
    return text


def _is_name(text: str) -> str:
    if not text.strip() or set(text) & set("[]{}<>\\"):
        raise ValueError("should be words, without brackets")
    if not text.isprintable() or len(text) > _LONGEST_NAME:
        raise ValueError(f"should be one line of at most {_LONGEST_NAME} characters that are seen")
    return text


Words = Annotated[str, AfterValidator(_is_name)]
Sentence = Annotated[str, AfterValidator(_is_sentence)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Wordings = Annotated[
    tuple[Sentence, ...], BeforeValidator(_listed), Field(min_length=1, strict=False)
]
"""Several wordings of one cue, used in turn; in a file, a single one needs no list."""
Seconds = Annotated[float, Field(ge=0.1, le=10)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=_LONGEST_NAME)]
Sides = Annotated[tuple[Words, ...], Field(max_length=2, strict=False)]


class Tempo(Strict):
    """How long the setup and the parts of a rep take."""

    setup_seconds: Seconds = 1.5
    """After the words of each cue of the setup, the time to follow it."""
    inhale_seconds: Seconds = 1.0
    """After the cue to inhale, before the cue to lift."""
    lift_seconds: Seconds = 2.0
    """After the cue to lift, the time of the way up."""
    lower_seconds: Seconds = 0.3
    """After the cue to lower, before the first count."""
    down_seconds: Annotated[float, Field(ge=3, le=4)] = 3.0
    """The whole way down."""
    counts: Annotated[int, Field(ge=2, le=4)] = 3
    """How many counts the whole way down has; each takes a second at least."""
    grace_seconds: Seconds = 1.5
    """After the bottom, the time in which an arched back still loses the rep."""

    @model_validator(mode="after")
    def _room_for_a_count(self) -> Tempo:
        if self.down_seconds < self.counts:
            raise ValueError("a count takes a second: fewer counts, or more down_seconds")
        return self


class UsualCues(Strict):
    """The cues that most exercises share. A language has them for the exercises that lack them."""

    inhale: Wordings
    """Before the lift of every rep."""
    lift: Wordings
    """At the lift of every rep."""
    lower: Wordings
    """At the beginning of every descent."""
    again: Sentence
    """Before every half lift."""
    flat: Sentence
    """Praise after a descent in which the back stayed flat."""
    reset: Sentence
    """The answer to an arched back between two reps."""
    lost: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    """The answers to an arched back in a rep, used in turn."""


class Cues(UsualCues):
    """All cues of an exercise."""

    setup: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    """How to take up the position, one cue after the other."""
    range: Sentence
    """How far to lower the legs."""
    half_lift: Sentence
    """The very first lift, only half of the way."""
    full_lift: Sentence
    """The lift to the top that follows when the half lift was stable."""
    keep: Sentence
    """What to mind at the top."""
    legs_down: Sentence
    """How to come down to rest after the first lift."""
    steadier: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    """What to change when the half lift was not stable, one more thing at each attempt."""
    once_more: tuple[Sentence, ...] = Field(default=(), strict=False)
    """How to take up the position again before a further set; empty if lying down is enough."""


LISTS: tuple[OwnPromptId, ...] = ("setup", "steadier", "once_more", "lost")
"""The cues that have several wordings."""

SINGLE: tuple[OwnPromptId, ...] = (
    *("range", "half_lift", "full_lift", "keep", "legs_down"),
    *("again", "flat", "reset"),
)
"""The cues that have one wording."""

IN_TURN: tuple[OwnPromptId, ...] = ("inhale", "lift", "lower")
"""The cues of every rep, whose wordings are used in turn."""


class Exercise(Strict):
    """An exercise that is done in reps."""

    kind: Literal["exercise"]
    name: Words
    """What the coach calls it, as in "the dead bug"."""
    easier: Name | None = None
    """The next easier exercise, by the name of its file; None at the easiest."""
    harder: tuple[Name, ...] = Field(default=(), strict=False)
    """The next harder exercises, by the names of their files, the preferred one first."""
    sides: Sides = ()
    """The words for the two sides, where reps alternate between them."""
    arched: Sentence
    """What the person is to watch for and report as "arched"."""
    why: Sentence
    """What the exercise is good for."""
    mistakes: tuple[Mistake, ...] = Field(default=MISTAKES, min_length=2, strict=False)
    """The mistakes that reminders are about."""
    tempo: Tempo = Tempo()
    """How long the setup and the parts of a rep take."""
    cues: Cues
    """What the coach says to lead through it."""

    @model_validator(mode="after")
    def _sides_where_they_can_be(self) -> Exercise:
        sided = [text for prompt in (*SINGLE, *IN_TURN) for text in self._wordings(prompt)]
        sided = sided if self.sides else []
        _refuse_sides(text for _, text in self.texts() if text not in sided)
        return self

    def texts(self) -> Iterator[tuple[OwnPromptId, str]]:
        """Every (prompt, text) that may be spoken, each side filled in."""
        yield "arched_means", self.arched
        yield "why", self.why
        for prompt in LISTS:
            yield from ((prompt, text) for text in getattr(self.cues, prompt))
        for prompt in (*SINGLE, *IN_TURN):
            for turn in range(len(self._wordings(prompt))):
                for rep in range(len(self.sides) or 1):
                    yield prompt, self.text(prompt, rep, turn)

    def text(self, prompt: OwnPromptId, rep: int = 0, turn: int = 0) -> str:
        """A cue that is SINGLE or IN_TURN, for the side of rep number ``rep``, from 0.

        ``turn`` is a running number that chooses between the wordings.
        """
        wordings = self._wordings(prompt)
        wording = wordings[turn % len(wordings)]
        if not self.sides:
            return wording
        return wording.format(side=self.sides[rep % len(self.sides)])

    def _wordings(self, prompt: OwnPromptId) -> tuple[str, ...]:
        worded: str | tuple[str, ...] = getattr(self.cues, prompt)
        return (worded,) if isinstance(worded, str) else worded

    @property
    def count(self) -> Samples:
        """The length of one count of the descent."""
        return samples(self.tempo.down_seconds / self.tempo.counts)

    def lowered_in(self, down_seconds: float) -> Exercise:
        """The same exercise with another length of the whole way down, 3 to 4 seconds.

        It is at least as many seconds as there are counts.
        """
        longer = max(down_seconds, float(self.tempo.counts))
        tempo = self.tempo.model_copy(update={"down_seconds": longer})
        return self.model_copy(update={"tempo": tempo})


class Hold(Strict):
    """A plank or a stretch: something that is held for some seconds."""

    kind: Literal["hold"]
    name: Words
    """What the coach calls it."""
    sides: Sides = ()
    """The words for the two sides, where it is held on each."""
    seconds: Annotated[int, Field(ge=5, le=300)]
    """How long it is held, on each side."""
    setup: tuple[Sentence, ...] = Field(min_length=1, strict=False)
    """How to take up the position, one cue after the other."""
    begin: Sentence
    """Said where the hold begins."""
    end: Sentence
    """Said where it ends."""
    arched: Sentence | None = None
    """What ends it early, to be reported as "arched"; None if nothing does."""
    why: Sentence
    """What it is good for."""

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
        """How to take up the position; ``side`` is None where there are no sides."""
        return tuple(text.format(side=side) if side else text for text in self.setup)


def _refuse_sides(texts: Iterable[str]) -> None:
    for text in texts:
        if "{" in text:
            raise ValueError(f"{{side}} cannot be filled in here: {text!r}")


def turning_angle_degrees(count: float, counts: float) -> float:
    """The angle of the legs above the floor at which they turn around, of 90 at the top.

    It is what a double-leg-lowering test measures, but as the person reports it: they lower evenly
    over ``counts`` counts, and say when their back lifts, at ``count``.
    """
    return 90.0 * (1.0 - min(count, counts) / counts)
