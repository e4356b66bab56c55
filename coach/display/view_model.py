"""View model: what a person sees of a session, updated by its events and its sound.

``seen`` is immutable and replaced as a whole, so another thread may read it at any moment.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from coach.display.description import NOT_UNDERSTOOD, note_on
from coach.display.outline import Outline
from coach.display.seen import QUIETEST_DBFS, Notice, Seen
from coach.display.signs import Signs
from coach.display.way import Way
from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    EchoRemains,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    NotUnderstood,
    SpeechBegan,
    ToneBegan,
)
from coach.messages.facts import (
    CountBegan,
    ExerciseChosen,
    FloorFound,
    RepCorrected,
    RepEnded,
    SecondsPassed,
    SetBegan,
    StateChanged,
)
from coach.messages.prompt_ids import PromptId
from coach.messages.states import INTERRUPTIONS, State
from coach.units import Block, Samples, samples, seconds

_FALL_DB_A_SECOND = 24.0
"""How fast the level meter falls after a peak."""

_NOTICED_FOR: Samples = samples(20.0)
"""How long a notice is shown that is not ``lasting``."""

_REFUSED_FOR: Samples = samples(6.0)
"""How long words are shown that do not count, with the reason."""

_COUNTING: tuple[PromptId, ...] = ("count", "half_count", "half_rested", "half_held", "five_left")
"""The prompts that leave the number on the screen."""


class ViewModel:
    """An observer of events, and through ``add`` of the sound; both must come in one thread."""

    def __init__(self, signs: Signs, known: Outline) -> None:
        self._signs = signs
        self._known = known
        self._signed_at: Samples = -1
        self._note_until: Samples = 0
        self.seen = Seen(
            sign=signs.states["waiting"],
            sets=known.sets,
            reps=known.reps,
            offers=known.offers["waiting"],
            way=Way(to_come=known.parts),
            pace=known.pace,
        )

    def add(self, microphone: Block, _speaker: Block) -> None:
        """Take a block of the microphone, mono int16, for the level meter and the clock."""
        at = self.seen.at + len(microphone)
        peak = int(np.abs(microphone.astype(np.int32)).max(initial=0))
        peak_dbfs = 20 * math.log10(peak / 32768) if peak else QUIETEST_DBFS
        fallen = self.seen.level_dbfs - _FALL_DB_A_SECOND * seconds(len(microphone))
        level = max(QUIETEST_DBFS, fallen, peak_dbfs)
        notices = tuple(each for each in self.seen.notices if each.until is None or each.until > at)
        if self.seen.heard_note and at >= self._note_until:
            self.seen = replace(self.seen, heard="", heard_note="")
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
                self._hear(event.text, note_on(event))
            case NotUnderstood():
                self._hear("…", NOT_UNDERSTOOD)
            case _:
                self._take_fact(event)
                self._take_trouble(event)

    def _hear(self, words: str, note: str) -> None:
        """Show what was heard; what does not count for a few seconds only."""
        self._note_until = self.seen.at + _REFUSED_FOR
        self.seen = replace(self.seen, heard=words, heard_note=note)

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
            case RepCorrected():
                self._correct(event)
            case FloorFound():
                self.seen = replace(seen, floor=event.count)
            case _:
                pass

    def _correct(self, rep: RepCorrected) -> None:
        """Change the mark of a rep of the present set; one that does not count is the last one."""
        marks = [*self.seen.marks]
        was = marks.pop(rep.rep - 1)
        if rep.perfect is not None:
            marks.insert(rep.rep - 1, rep.perfect)
        perfect = self.seen.perfect - was + bool(rep.perfect)
        self.seen = replace(self.seen, marks=tuple(marks), perfect=perfect)

    def _take_trouble(self, event: Event) -> None:
        words = self._signs.notices
        match event:
            case DeviceLost():
                self.notice("device", words.device_lost.format(device=event.device), lasting=True)
            case DeviceFound():
                self.notice("device", words.device_found.format(device=event.device))
            case EchoRemains():
                self.notice("echo", words.echo_remains)
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
        """Show a sentence for 20 seconds, or until there is a newer one about the same topic.

        A ``lasting`` one has no time limit.
        """
        others = tuple(each for each in self.seen.notices if each.topic != topic)
        until = None if lasting else self.seen.at + _NOTICED_FOR
        self.seen = replace(self.seen, notices=(*others, Notice(topic, text, until, trouble)))

    def _enter(self, state: State) -> None:
        offers = self._known.offers[state]
        sign = self._signs.states[state]
        before = self.seen.paused_in or self.seen.state
        paused_in = before if state in INTERRUPTIONS else None
        way, since = self.seen.way.entered(state), self.seen.part_since
        self.seen = replace(
            self.seen,
            state=state,
            paused_in=paused_in,
            way=way,
            part_since=since if way.now == self.seen.way.now else self.seen.at,
            sign=sign,
            offers=offers,
            number=None,
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
