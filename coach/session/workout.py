"""Workout: what is trained now, and how far it is. The rooms of a session share it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coach.dialogue.stage import Stage
from coach.dialogue.steps import Script, Step
from coach.messages.facts import (
    MISTAKES,
    CountBegan,
    ExerciseChosen,
    Mistake,
    MistakeNoted,
    SecondsPassed,
)
from coach.messages.prompt_ids import PromptId
from coach.messages.states import Part, State
from coach.session.lifting_scripts import once_more, rep, set_up
from coach.session.reps import Descent, Tally
from coach.training.exercise import Exercise
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples


class Workout:
    """The exercise and its tempo, the tally, and the descent that is going on, if one is."""

    def __init__(self, programme: Programme, plan: Plan, stage: Stage) -> None:
        self.programme = programme
        self.plan = plan
        self.stage = stage
        self.routine = programme.routine
        self.exercise = programme.exercises[plan.exercise]
        floors = dict(plan.floors)
        if plan.floor is not None:
            floors[plan.exercise] = plan.floor
        self.tally = Tally(self.routine, plan.exercise, self.exercise, floors)
        self.tally.probing = plan.probe
        self.descent: Descent | None = None
        self._reminders = Reminders(plan.mistakes)
        self._introduced = ""
        self.stretches = bool(plan.stretch)
        self.on_call = plan.on_call
        self.attended = False
        """Whether anything was said to the coach since the set began."""
        self.asks_who_is_there = False
        """Whether the present question is whether anybody is there."""

    def is_on_call(self) -> bool:
        """Whether a box waits to be called; see Plan."""
        return self.on_call

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of this session; only who needs it stretches."""
        parts = self.routine.parts
        others = tuple(part for part in parts if part != "stretching")
        return parts if self.stretches or not others else others

    def is_in_session(self, part: State) -> bool:
        """Whether the session has the part of that name."""
        return part in self.parts

    @property
    def easier(self) -> str | None:
        """The next easier exercise by name, None at the easiest."""
        return self.exercise.easier

    @property
    def harder(self) -> str | None:
        """The next harder exercise by name, None at the hardest."""
        return next(iter(self.exercise.harder), None)

    def named(self, name: str | None) -> Exercise:
        """The exercise of a name that is known to exist."""
        return self.programme.exercises[str(name)]

    def choose(self, name: str, reason: str) -> None:
        """Train another exercise from now on, no faster than this one."""
        if self.descent is not None and self.descent.bottom is not None:
            self.count_perfect()
        self.descent = None
        self.exercise = self.named(name).lowered_in(self.exercise.tempo.down_seconds)
        self.tally.take_up(name, self.exercise)
        self.stage.report(ExerciseChosen(self.stage.now, name, reason))

    def lower_in(self, down_seconds: float) -> None:
        """Take so long for the whole way down from now on."""
        self.exercise = self.exercise.lowered_in(down_seconds)

    def note(self, mistake: Mistake) -> None:
        """A mistake was made, or asked about."""
        self._reminders.note(mistake)
        self.stage.report(MistakeNoted(self.stage.now, mistake))

    def taken_up(self, *, again: bool = False) -> Script:
        """How to take up the exercise: all of it the first time, or ``again``."""
        if again or self._introduced != self.tally.name:
            self._introduced = self.tally.name
            return set_up(self.exercise)
        return once_more(self.exercise)

    def next_rep(self) -> Script:
        """The rep that comes next in this set, if one does."""
        if self.tally.reps_left == 0:
            return ()
        number, every = self.tally.reps_done, self.routine.reminder_every
        reminder: PromptId | None = None
        if number % every == every - 1:
            reminder = _REMINDERS[self._reminders.next(self.exercise.mistakes)]
        return rep(self.exercise, self.tally, self, reminder)

    # what a script reaches

    def rep_began(self, now: Samples) -> None:
        """The lift of a rep begins."""
        self.stage.report(self.tally.rep_began(now))
        self.lift_began(now)

    def lift_began(self, now: Samples) -> None:
        """A lift begins: an arched back is of this descent from now on."""
        self.descent = Descent(now, samples(self.exercise.tempo.grace_seconds))

    def count_began(self, count: float, now: Samples) -> None:
        """A count of the way down begins."""
        if self.descent is not None:
            self.descent.counts.append((now, count))
        self.stage.report(CountBegan(now, count, self.exercise.tempo.counts))

    def bottom_reached(self, now: Samples) -> None:
        """The way down is over."""
        if self.descent is not None and self.descent.bottom is None:
            self.descent.bottom = now

    def seconds_passed(self, passed: int, total: int, now: Samples) -> None:
        """So many seconds of a rest or a hold are over."""
        self.stage.report(SecondsPassed(now, passed, total))

    def rep_was_perfect(self, _now: Samples) -> None:
        """Nobody objected to a rep."""
        self.count_perfect()

    def count_perfect(self) -> None:
        """Count the rep that is going on as a perfect one."""
        tally = self.tally
        if tally.floor is None:
            tally.find_floor()
            self.report_floor()
        tally.count_perfect()
        self.stage.report(tally.rep_ended(self.stage.now, None, tally.working_floor))
        self.descent = None

    def report_set(self) -> None:
        """Make the set known."""
        self.stage.report(self.tally.set_began(self.stage.now, self.exercise.tempo.down_seconds))

    def report_floor(self) -> None:
        """Make the floor known."""
        self.stage.report(self.tally.floor_found(self.stage.now))

    def interject(self, *steps: Step) -> None:
        """Say something in between; a rep that it interrupts is begun again."""
        self.break_off()
        self.stage.interject(steps)

    def break_off(self) -> None:
        """A rep on its way down will be begun again; one at the bottom keeps its verdict."""
        if self.descent is not None and self.descent.bottom is None:
            self.descent = None

    def is_in_rep(self) -> bool:
        """Whether what was heard was said in a rep: from the lift until its grace is over."""
        heard = self.stage.heard
        return heard is not None and self.descent is not None and self.descent.covers(heard.start)

    def note_arch(self) -> None:
        """The back arched in a descent that looks for the floor."""
        self.tally.note_arch(self.end_descent())

    def end_descent(self) -> float:
        """The count that was on when what was heard was said; the descent is over."""
        heard, descent, self.descent = self.stage.heard, self.descent, None
        return descent.count_at(heard.start) if descent and heard else 0


_REMINDERS: Mapping[Mistake, PromptId] = {
    "momentum": "mind_momentum",
    "breath": "mind_breath",
    "head": "mind_head",
    "ribs": "mind_ribs",
    "belly": "mind_belly",
}
"""The cue against each mistake."""

_MOST_EXTRA = 4
"""However often a mistake was made, the others come up, too."""


class Reminders:
    """Smooth weighted round-robin: each mistake in turn, the more frequent ones more often, none
    twice in a row. ``noted`` is how often each was noted in earlier sessions.
    """

    def __init__(self, noted: Mapping[Mistake, int]) -> None:
        self._noted = {mistake: noted.get(mistake, 0) for mistake in MISTAKES}
        self._credit = dict.fromkeys(MISTAKES, 0)
        self._last: Mistake | None = None

    def note(self, mistake: Mistake) -> None:
        """It was made once more."""
        self._noted[mistake] += 1

    def next(self, possible: Collection[Mistake] = MISTAKES) -> Mistake:
        """The one to cue against now, of two or more that are ``possible``."""
        weights = {each: 1 + min(_MOST_EXTRA, self._noted[each]) for each in possible}
        for mistake, weight in weights.items():
            self._credit[mistake] += weight
        others = [mistake for mistake in possible if mistake != self._last]
        chosen = max(others, key=lambda mistake: self._credit[mistake])
        self._credit[chosen] -= sum(weights.values())
        self._last = chosen
        return chosen
