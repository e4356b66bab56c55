"""View model: what a person sees of a session, kept up to date by its events and its sound.

``seen`` is replaced, never changed: another thread may look at it at any moment.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from coach.display.signs import Signs
from coach.hearing.grammar import Grammar
from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    SpeechBegan,
    ToneBegan,
)
from coach.messages.facts import (
    CountBegan,
    ExerciseChosen,
    FloorFound,
    RepEnded,
    SecondsPassed,
    SetBegan,
    StateChanged,
)
from coach.messages.prompt_ids import PromptId
from coach.messages.states import STATES, State
from coach.session.table import wanted_intents
from coach.session.wordings import help_offers
from coach.training.programme import Programme
from coach.units import Block, Samples, samples, seconds

QUIETEST_DBFS = -96.0
_FALL_DB_A_SECOND = 24.0
_NOTICED_FOR: Samples = samples(20.0)

_COUNTING: tuple[PromptId, ...] = ("count", "half_count", "half_rested", "half_held", "five_left")
"""What is said while a number is shown, and leaves it there."""

_TRAINING = ("first_rep", "slow_descent", "stop_point")
"""The states that train an exercise before its first set …"""

_IN_SETS = ("working", "offering_easier", "resting")
"""… and those of the sets themselves."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a session beforehand; ``offers`` has what can be said in every state."""

    sets: int
    reps: int
    offers: Mapping[State, tuple[str, ...]]


def outline(programme: Programme, grammar: Grammar) -> Outline:
    """Of a session of ``programme``."""
    offers = {state: help_offers(grammar, wanted_intents(state)) for state in STATES}
    return Outline(programme.routine.sets, programme.routine.reps, offers)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about ``topic``; a newer one about the same takes its place.

    ``trouble`` is whether something is wrong.
    """

    topic: str
    text: str
    until: Samples | None = None
    trouble: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is to be seen at one moment.

    ``number`` is a count, the seconds that are left of a rest, or those of a hold that are over.
    ``paused_in`` is the state that a pause came from. ``marks`` tells of each rep of this set
    whether it was perfect. ``level_dbfs`` is the peak of the microphone, falling slowly.
    """

    at: Samples = 0
    state: State = "waiting"
    paused_in: State | None = None
    exercise: str = ""
    sign: str = ""
    number: float | None = None
    set: int = 0
    sets: int = 0
    reps: int = 0
    marks: tuple[bool, ...] = ()
    perfect: int = 0
    floor: float | None = None
    said: str = ""
    heard: str = ""
    heard_accepted: bool = True
    offers: tuple[str, ...] = ()
    level_dbfs: float = QUIETEST_DBFS
    notices: tuple[Notice, ...] = ()

    @property
    def trained(self) -> str:
        """The exercise, where it is what is being trained."""
        part = self.paused_in or self.state
        return self.exercise if part in (*_TRAINING, *_IN_SETS) else ""

    @property
    def in_a_set(self) -> bool:
        """Or between two."""
        return self.set > 0 and (self.paused_in or self.state) in _IN_SETS


class ViewModel:
    """An observer of events and, by ``add``, of sound, both in one thread."""

    def __init__(self, signs: Signs, known: Outline) -> None:
        self._signs = signs
        self._known = known
        self._signed_at: Samples = -1
        self.seen = Seen(
            sign=signs.states["waiting"],
            sets=known.sets,
            reps=known.reps,
            offers=known.offers["waiting"],
        )

    def add(self, microphone: Block, _speaker: Block) -> None:
        """A block was heard."""
        at = self.seen.at + len(microphone)
        peak = int(np.abs(microphone.astype(np.int32)).max(initial=0))
        peak_dbfs = 20 * math.log10(peak / 32768) if peak else QUIETEST_DBFS
        fallen = self.seen.level_dbfs - _FALL_DB_A_SECOND * seconds(len(microphone))
        level = max(QUIETEST_DBFS, fallen, peak_dbfs)
        notices = tuple(each for each in self.seen.notices if each.until is None or each.until > at)
        self.seen = replace(self.seen, at=at, level_dbfs=level, notices=notices)

    def __call__(self, event: Event) -> None:
        match event:
            case StateChanged():
                self._enter(event.dest)
            case SpeechBegan():
                self._say(event)
            case ToneBegan():
                self._sound(event)
            case CountBegan():
                self._show(event.count)
            case SecondsPassed():
                resting = self.seen.state == "resting"
                self._show(event.seconds - event.passed if resting else event.passed)
            case Heard():
                self.seen = replace(self.seen, heard=event.text, heard_accepted=event.accepted)
            case _:
                self._take_fact(event)
                self._take_trouble(event)

    def _take_fact(self, event: Event) -> None:
        seen = self.seen
        match event:
            case ExerciseChosen():
                self.seen = replace(seen, exercise=event.exercise.replace("_", " "))
            case SetBegan():
                marks = seen.marks if event.set == seen.set else ()
                self.seen = replace(
                    seen,
                    set=event.set,
                    sets=event.sets,
                    reps=event.reps,
                    marks=marks,
                    floor=event.floor,
                    exercise=event.exercise.replace("_", " "),
                )
            case RepEnded():
                self.seen = replace(
                    seen,
                    marks=(*seen.marks, event.perfect),
                    perfect=seen.perfect + event.perfect,
                    number=None,
                )
            case FloorFound():
                self.seen = replace(seen, floor=event.count)
            case _:
                pass

    def _take_trouble(self, event: Event) -> None:
        words = self._signs.notices
        match event:
            case DeviceLost():
                self.notice("device", words.device_lost.format(device=event.device), lasting=True)
            case DeviceFound():
                self.notice("device", words.device_found.format(device=event.device))
            case MicrophoneClipped():
                self.notice("level", words.clipped)
            case AudioLost():
                lost = f"{seconds(event.samples):.1f}"
                self.notice("sound", words.sound_lost.format(seconds=lost))
            case MemoryFailed():
                self.notice("memory", words.memory_failed, lasting=True)
            case _:
                pass

    def notice(self, topic: str, text: str, *, lasting: bool = False, trouble: bool = True) -> None:
        """Show a sentence for a while, or until there is another about the same."""
        others = tuple(each for each in self.seen.notices if each.topic != topic)
        until = None if lasting else self.seen.at + _NOTICED_FOR
        self.seen = replace(self.seen, notices=(*others, Notice(topic, text, until, trouble)))

    def _enter(self, state: State) -> None:
        offers = self._known.offers[state]
        sign = self._signs.states[state]
        paused_in = self.seen.state if state == "paused" else None
        self.seen = replace(
            self.seen, state=state, paused_in=paused_in, sign=sign, offers=offers, number=None
        )

    def _say(self, event: SpeechBegan) -> None:
        self.seen = replace(self.seen, said=event.text)
        if event.prompt not in _COUNTING:
            self._show(None)
        sign = self._signs.prompts.get(event.prompt)
        if sign is not None:
            self._signed_at = event.at
            self.seen = replace(self.seen, sign=sign)

    def _sound(self, event: ToneBegan) -> None:
        sign = self._signs.tones.get(event.name, {}).get(self.seen.state)
        if sign is not None and self._signed_at != event.at:
            self.seen = replace(self.seen, sign=sign)
            self._show(None)

    def _show(self, number: float | None) -> None:
        self.seen = replace(self.seen, number=number)
