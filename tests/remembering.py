"""Remembering: what History should be, by lists and loops, of whatever was told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    Fact,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    Outcome,
    PainRated,
    PractiseTold,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.messages.states import INTERRUPTIONS, State
from coach.training.history import CutOff, History, Pain, Training
from tests.memories import HandClock

NOWHERE = {"waiting", "screening", "planning", "rating", "checking_rating"}


@dataclass
class Told:
    """A session, as it was told."""

    day: int
    last_minute: float
    facts: list[Fact] = field(default_factory=list)
    pain: Pain | None = None
    told_pain: bool = False
    """Whether pain was told, even if that was taken back."""

    @property
    def outcome(self) -> Outcome | None:
        """Pain whenever it was told, else the last end since it last went on."""
        found: Outcome | None = None
        for fact in self.facts:
            if isinstance(fact, SessionResumed) and found != "pain":
                found = None
            elif isinstance(fact, SessionEnded) and found != "pain":
                found = fact.outcome
        return found

    @property
    def reps(self) -> list[RepEnded]:
        return [fact for fact in self.as_corrected if isinstance(fact, RepEnded)]

    @property
    def as_corrected(self) -> list[Fact]:
        """The facts, with the last verdict on every rep in place of the first."""
        corrected: list[Fact] = []
        for fact in self.facts:
            if isinstance(fact, RepCorrected):
                corrected = [each for old in corrected for each in _with_verdict(old, fact)]
            else:
                corrected.append(fact)
        return corrected

    @property
    def holds(self) -> list[HoldEnded]:
        return [fact for fact in self.facts if isinstance(fact, HoldEnded)]

    @property
    def states(self) -> list[State]:
        moves = [fact.dest for fact in self.facts if isinstance(fact, StateChanged)]
        return ["waiting", *(dest for dest in moves if dest not in (*INTERRUPTIONS, "stopped"))]

    @property
    def got_anywhere(self) -> bool:
        trained = any(isinstance(fact, SetBegan | RepEnded | HoldEnded) for fact in self.facts)
        moves = {fact.dest for fact in self.facts if isinstance(fact, StateChanged)}
        return trained or self.told_pain or bool(moves - {*NOWHERE, *INTERRUPTIONS})

    @property
    def exercise(self) -> str | None:
        kinds = ExerciseChosen | SetBegan | RepEnded
        return next((f.exercise for f in reversed(self.facts) if isinstance(f, kinds)), None)

    @property
    def floor(self) -> float | None:
        """That of the exercise now, as far as it was found since one turned to it."""
        exercise, floor = None, None
        for fact in self.facts:
            if isinstance(fact, ExerciseChosen | SetBegan | RepEnded):
                floor = floor if fact.exercise == exercise else None
                exercise = fact.exercise
            if isinstance(fact, SetBegan):
                floor = fact.floor
            elif isinstance(fact, FloorFound) and fact.exercise == exercise:
                floor = fact.count
        return floor

    def training(self) -> Training:
        exercise = self.reps[-1].exercise if self.reps else None
        run: list[float | None] = []
        longest: list[float | None] = []
        lowered: float | None = None
        down: float | None = None
        for fact in self.as_corrected:
            match fact:
                case SetBegan() if fact.exercise == exercise:
                    lowered, down = fact.floor, fact.down_seconds
                case FloorFound() if fact.exercise == exercise:
                    lowered = fact.count
                case RepEnded() if fact.exercise == exercise:
                    run = [*run, down] if fact.perfect and fact.count >= 3.0 else []
                    longest = max(longest, run, key=len)
        took = [each for each in longest if each is not None]
        return Training(
            day=self.day,
            outcome=self.outcome or "abandoned",
            exercise=exercise,
            floor=lowered,
            down_seconds=(min(took) if took else None) if longest else down,
            reps=len(self.reps),
            perfect=sum(rep.perfect for rep in self.reps),
            longest_run=len(longest),
            hold_seconds=self.holds[-1].seconds if self.holds else None,
            hold_whole=bool(self.holds and self.holds[-1].whole),
        )

    def level(self, kind: type[PainRated] | type[EffortRated]) -> int | None:
        told = [fact.level for fact in self.facts if isinstance(fact, kind)]
        return told[-1] if told else None

    def cut_off(self, minute: float) -> CutOff | None:
        over = self.states[-1] in {*NOWHERE, "finished"}
        ended = self.outcome not in (None, "abandoned", "stopped")
        ago = minute - self.last_minute
        if ended or over or self.exercise is None or not -60 <= ago <= 30:
            return None
        sets = [fact.set for fact in self.facts if isinstance(fact, SetBegan)] or [0]
        return CutOff(
            minutes_ago=max(0.0, ago),
            state=self.states[-1],
            exercise=self.exercise,
            floor=self.floor,
            set=sets[-1],
            reps=sum(rep.set == sets[-1] for rep in self.reps),
            perfect=sum(rep.perfect for rep in self.reps),
        )


def _with_verdict(fact: Fact, corrected: RepCorrected) -> list[Fact]:
    """A fact after a correction: a rep that it is about gets its verdict, or does not count."""
    if not isinstance(fact, RepEnded) or (fact.set, fact.rep, fact.exercise) != (
        *(corrected.set, corrected.rep, corrected.exercise),
    ):
        return [fact]
    if corrected.perfect is None:
        return []
    return [replace(fact, perfect=corrected.perfect, reason=None)]


class Remembering:
    """The model of a Memory; ``restart`` is the end of a process."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._sessions: list[Told] = []
        self._current: Told | None = None
        self._sits: bool | None = None
        self._practised: bool | None = None
        self._screened: int | None = None

    def restart(self) -> None:
        self._current = None

    def __call__(self, fact: Fact) -> None:
        day, minute = self._clock.now().day, self._clock.minutes
        if isinstance(fact, HabitTold):
            self._sits = fact.sits
        if isinstance(fact, PractiseTold):
            self._practised = fact.practised
        if isinstance(fact, ScreeningPassed):
            self._screened = day
        if isinstance(fact, SessionBegan):
            self._current = Told(day, minute)
            self._sessions.append(self._current)
        elif isinstance(fact, SessionResumed):
            self._resume(fact)
        elif self._current is not None:
            self._current.facts.append(fact)
            self._current.last_minute = minute
            if isinstance(fact, SessionEnded) and fact.outcome == "pain":
                sets = [each for each in self._current.facts if isinstance(each, SetBegan)]
                exercise = sets[-1].exercise if sets else None
                self._current.pain = self._current.pain or Pain(day, exercise)
                self._current.told_pain = True

    def _resume(self, fact: Fact) -> None:
        current = self._current
        if current is not None and current.outcome is not None:
            current.facts = [each for each in current.facts if not isinstance(each, SessionEnded)]
            current.facts.append(fact)
            current.last_minute, current.pain = self._clock.minutes, None
            return
        before = [told for told in self._anywhere() if told is not self._current][-1:]
        minute = self._clock.minutes
        if self._current is None or not before or before[0].cut_off(minute) is None:
            return
        self._sessions.remove(self._current)
        self._current = before[0]
        self._current.facts.append(fact)
        self._current.last_minute = minute

    def _anywhere(self) -> list[Told]:
        return [told for told in self._sessions if told.got_anywhere]

    def recall(self) -> History:
        current = self._current
        goes_on = current is not None and current.outcome is None
        past = [told for told in self._sessions if not (goes_on and told is current)]
        anywhere = [told for told in past if told.got_anywhere]
        trained = [told for told in past if told.reps]
        today = self._clock.now().day
        pains = [told.pain for told in self._sessions if told.pain]
        holding = [told for told in past if told.holds]
        before = [told for told in self._anywhere() if told is not current or not goes_on][-1:]
        facts = [fact for told in self._sessions for fact in told.facts]
        return History(
            trainings=tuple(
                told.training() for told in trained if told.day > today - 7 or told in trained[-2:]
            ),
            floors={f.exercise: f.count for f in facts if isinstance(f, FloorFound)},
            pain=pains[-1] if pains else None,
            ended_in_pain=bool(anywhere) and anywhere[-1].outcome == "pain",
            hurt_twice=[told.outcome for told in anywhere[-2:]] == ["pain", "pain"],
            pain_level=next((n for t in past[::-1] if (n := t.level(PainRated)) is not None), None),
            effort_day=next((t.day for t in past[::-1] if t.level(EffortRated) is not None), None),
            mistakes=Counter(
                fact.mistake
                for told in anywhere[-10:]
                for fact in told.facts
                if isinstance(fact, MistakeNoted)
            ),
            sits=self._sits,
            practised=self._practised,
            screened=self._screened,
            last_hold=holding[-1].training() if holding else None,
            cut_off=before[0].cut_off(self._clock.minutes) if before else None,
        )
