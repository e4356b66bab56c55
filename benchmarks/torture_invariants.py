"""Torture invariants: what holds in every session, checked with every event while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coach.messages.events import (
    Cleared,
    DeviceFound,
    DeviceLost,
    Event,
    Heard,
    SpeechBegan,
    Spoken,
    Suspected,
)
from coach.messages.facts import (
    RepCorrected,
    RepEnded,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.messages.intents import ENDING
from coach.messages.states import FINAL, STATES
from coach.session.table import part_of
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import RATE_HZ, Block, Samples, samples, seconds

_FADE: Samples = samples(0.005)
_SPEAKS_ON: Samples = samples(60)
"""Nothing that is said in a pause or at the end takes longer from its cause on."""
_COUNTS_IN = ("working", "offering_easier", "asking_there", "paused", "in_doubt")
"""The states in which a verdict may be given: in a set, or where something broke into it."""


@dataclass(slots=True)
class Watch:
    """An observer of one session, which tells ``fell`` of everything that must not be."""

    programme: Programme
    plan: Plan
    fell: Callable[[str], None]
    state: str = STATES[0]
    ended: list[SessionEnded] = field(default_factory=list)
    resumed: bool = False
    reps: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    """The verdicts that count, by set, rep and exercise."""
    events: int = 0
    _now: Samples = 0
    _began: bool = False
    _set: SetBegan | None = None
    _lone_reps: int = 0
    """How many reps were counted since anybody said a word that counts."""
    _attended: bool = False
    _cause: Samples = 0
    _speaking: SpeechBegan | None = None
    _doubted: bool = False
    _end_due: Samples | None = None
    """When something was heard that ends a session at that very sample."""
    _hushed: Samples | None = None
    hushes: list[tuple[Samples, Samples]] = field(default_factory=list)
    """From when to when the speaker must be silent."""

    def __call__(self, event: Event) -> None:
        self.events += 1
        match event:
            case SessionBegan() | SessionResumed() | StateChanged():
                self._move(event)
            case SetBegan():
                self._begin_set(event)
            case RepEnded():
                self._end_rep(event)
            case RepCorrected():
                self._correct_rep(event)
            case SessionEnded():
                self._end(event)
            case Heard():
                self._hear(event)
            case DeviceLost() | DeviceFound():
                self._cause = event.at
            case SpeechBegan() | Spoken() | Suspected() | Cleared():
                self._speak(event)
            case _:
                pass
        self._pass_time(event)

    def heard_out(self, speaker: Block) -> None:
        """Check the sound of the whole session against the times in which it had to be silent."""
        for begin, end in self.hushes:
            sound = speaker[begin + _FADE : end]
            if np.any(sound):
                self._tell(
                    f"it sounds in a hush, from {seconds(begin):.2f} to {seconds(end):.2f} s"
                )

    def _pass_time(self, event: Event) -> None:
        at: Any = getattr(event, "at", None)
        if isinstance(event, Heard):
            at = event.decided
        elif isinstance(event, Spoken):
            at = event.end
        self._expect(
            at is not None and at >= self._now, f"{type(event).__name__} goes back in time"
        )
        if self._end_due is not None and at is not None and at > self._end_due:
            self._tell("it was told to end, and goes on")
            self._end_due = None
        self._now = self._now if at is None else max(self._now, at)

    def _move(self, change: SessionBegan | SessionResumed | StateChanged) -> None:
        if isinstance(change, SessionBegan):
            self._expect(not self._began, "the session began twice")
            self._began = True
            return
        if isinstance(change, SessionResumed):
            self._resume()
            return
        opens = change.source is None and change.dest == STATES[0]
        self._expect(opens or change.source == self.state, f"{change.source} was not the state")
        self._expect(change.dest in STATES, f"no such state: {change.dest}")
        self.state, self._cause, self._doubted = change.dest, change.at, False
        if part_of(change.dest) != "working" and change.dest not in _COUNTS_IN:
            self._set = None

    def _resume(self) -> None:
        if self.ended:  # by a "stop" that nobody said, and that was denied
            self.ended.pop()
            return
        cut_off = self.plan.cut_off
        self.resumed = True
        self._expect(cut_off is not None, "there was nothing to take up")
        self._expect(not self.reps, "there were reps before it was taken up")

    def _begin_set(self, begun: SetBegan) -> None:
        again = self._set is not None and self._set.set == begun.set
        self._expect(1 <= begun.set <= begun.sets, f"set {begun.set} of {begun.sets}")
        exercise = self.programme.exercises[begun.exercise]
        self._expect(1 <= begun.floor <= exercise.tempo.counts, f"a floor of {begun.floor}")
        self._set = begun
        if not again:
            self._attended = False

    def _end_rep(self, rep: RepEnded) -> None:
        which = f"rep {rep.rep} of set {rep.set}"
        self._expect(self.state in _COUNTS_IN, f"{which} is counted in {self.state}")
        self._expect(not self.ended, f"{which} is counted after the end")
        self._expect(self._set is not None and self._set.set == rep.set, f"{which} is in no set")
        self._expect(1 <= rep.rep <= rep.reps, f"{which}: there are {rep.reps}")
        self._expect(not self._doubted, f"{which} is counted while an end is in doubt")
        key = rep.set, rep.rep, rep.exercise
        others = [each for each in self.reps if each[:2] == key[:2]]
        self._expect(not others, f"{which} is counted twice")
        self._expect(
            rep.rep == 1 or self._before(rep.set, rep.rep), f"{which} comes without the one before"
        )
        self.reps[key] = rep.perfect
        self._lone_reps += 1 if rep.perfect else 0
        answers = self.programme.routine.answers
        most = answers.asks_after_reps + rep.reps
        self._expect(self._lone_reps <= most, f"{self._lone_reps} reps without anybody")

    def _before(self, set_: int, rep: int) -> bool:
        done = self.plan.cut_off if self.resumed else None
        restored = done is not None and done.set == set_ and done.reps >= rep - 1
        return restored or any(each[:2] == (set_, rep - 1) for each in self.reps)

    def _correct_rep(self, rep: RepCorrected) -> None:
        key = rep.set, rep.rep, rep.exercise
        self._expect(
            key in self.reps, f"rep {rep.rep} of set {rep.set} is corrected, and never was"
        )
        if rep.perfect is None:
            self.reps.pop(key, None)
            self._lone_reps = max(0, self._lone_reps - 1)
        else:
            self.reps[key] = rep.perfect

    def _end(self, ended: SessionEnded) -> None:
        self._expect(
            not self.ended or ended.outcome == "pain", f"it ended twice, then {ended.outcome}"
        )
        self.ended.append(ended)
        self._end_due = None
        cut_off = self.plan.cut_off
        before = cut_off.perfect if self.resumed and cut_off is not None else 0
        perfect = before + sum(self.reps.values())
        self._expect(
            ended.perfect_reps == perfect, f"{ended.perfect_reps} perfect are told, {perfect} were"
        )
        if ended.outcome == "finished" and self._set is not None:
            lone = (
                [key for key in self.reps if key[0] == self._set.set] if not self._attended else []
            )
            self._expect(not lone, f"{len(lone)} reps of the last set count, and nobody was there")

    def _hear(self, heard: Heard) -> None:
        if self._hushed is not None:
            self.hushes.append((self._hushed, heard.decided))
            self._hushed = None
        self._cause = heard.decided
        # On call there is nothing to stop yet: the coach falls silent, and goes on waiting.
        waits = self.state == "waiting" and self.plan.on_call and heard.intent == "stop"
        if heard.accepted and heard.intent in ENDING and self.state not in FINAL and not waits:
            self._end_due = heard.decided
        if heard.accepted:
            self._attended, self._lone_reps, self._doubted = True, 0, False
        elif heard.doubtful:
            self._doubted = self.state not in (*FINAL, "waiting")

    def _speak(self, event: SpeechBegan | Spoken | Suspected | Cleared) -> None:
        match event:
            case SpeechBegan():
                self._expect(self._speaking is None, f"{event.prompt} begins over another prompt")
                late = event.at - self._cause > _SPEAKS_ON
                silent = self.state in ("paused", *FINAL)
                self._expect(not (silent and late), f"{event.prompt} is said in {self.state}")
                self._speaking = event
            case Spoken():
                began = self._speaking
                same = began is not None and (began.prompt, began.at) == (event.prompt, event.start)
                self._expect(same, f"{event.prompt} ends, and did not begin")
                self._speaking = None
            case Suspected():
                self._hushed = event.at if self._hushed is None else self._hushed
            case Cleared():
                if self._hushed is not None:
                    self.hushes.append((self._hushed, event.at))
                self._hushed = None

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self._tell(otherwise)

    def _tell(self, what: str) -> None:
        self.fell(f"{what} (at {self._now / RATE_HZ:.2f} s)")
