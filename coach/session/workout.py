"""Workout: what is trained now, and how far it has come; shared by the rooms of a session."""

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
    RepCorrected,
    SecondsPassed,
)
from coach.messages.prompt_ids import PromptId
from coach.messages.states import Part, State
from coach.session.lifting_scripts import once_more, rep, set_up
from coach.session.reps import Descent, Tally, Verdict
from coach.training.exercise import Exercise
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples


class Workout:
    """The exercise and its tempo, the tally, and the present descent, if there is one."""

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
        self.tally.leave_out(plan.fewer_sets)
        self.tally.probing = plan.probe
        self.descent: Descent | None = None
        self.verdict: Verdict | None = None
        """The last verdict of this set and exercise, as long as it can be corrected."""
        self._reminders = Reminders(plan.mistakes)
        self._introduced = ""
        self._practised = ""
        self.bulges = 0
        """How often the person has told of a bulging belly since the exercise was last at stake."""
        self.stretches = bool(plan.stretch)
        self.climbs: tuple[str, ...] = () if plan.beginner else plan.climbs
        """What the first rep may lead up to, the next exercise first."""
        self.seconds_left: int | None = None
        """How much of a rest or a hold is still to come; None as long as it has not begun."""
        self.left_out: set[Part] = set()
        """The parts that the person wants to do without today."""
        self.attended = False
        """Whether anybody has spoken to the coach since the set or the hold began."""

    def begin_set(self) -> None:
        """Begin the next set; what the person has done for a set needs fewer words."""
        self.tally.begin_set()
        self.stage.player.brevity.is_practised = self._is_practised()

    def _is_practised(self) -> bool:
        as_usual = self.plan.is_familiar and self.tally.name == self.plan.exercise
        return as_usual or self._practised == self.tally.name

    def end_set(self) -> None:
        """Note that the person has done a set of the present exercise."""
        self._practised = self.tally.name

    def is_on_call(self) -> bool:
        """Whether the coach waits for somebody to call it; see ``Plan.on_call``."""
        return self.plan.on_call

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of this session; stretching only where the person needs it."""
        parts = tuple(part for part in self.routine.parts if part not in self.left_out)
        others = tuple(part for part in parts if part != "stretching")
        return parts if self.stretches or not others else others

    def is_in_session(self, part: State) -> bool:
        """Whether the session has ``part``."""
        return part in self.parts

    @property
    def easier(self) -> str | None:
        """The name of the next easier exercise; None at the easiest."""
        return self.exercise.easier

    @property
    def harder(self) -> str | None:
        """The name of the next harder exercise; None at the hardest."""
        return next(iter(self.exercise.harder), None)

    def named(self, name: str | None) -> Exercise:
        """The exercise of a name that is known to exist."""
        return self.programme.exercises[str(name)]

    def choose(self, name: str, reason: str) -> None:
        """Train the exercise ``name`` from now on, lowered no faster than the present one.

        ``reason`` is that of ``ExerciseChosen``.
        """
        descent = self.descent
        self.climbs = self.climbs[1:] if name in self.climbs[:1] else ()
        # A rep that is down and was not reported arched is perfect.
        if descent is not None and descent.of_rep and descent.bottom is not None:
            self.count_perfect()
        self.descent = self.verdict = None
        self.exercise = self.named(name).lowered_in(self.exercise.tempo.down_seconds)
        self.tally.change_exercise(name, self.exercise)
        self.stage.player.brevity.is_practised = False
        self.stage.report(ExerciseChosen(self.stage.now, name, reason))

    def lower_in(self, down_seconds: float) -> None:
        """Lower the whole way down in ``down_seconds`` from now on."""
        self.exercise = self.exercise.lowered_in(down_seconds)

    def note(self, mistake: Mistake) -> None:
        """Note a mistake that the person made or asked about."""
        self._reminders.note(mistake)
        self.stage.report(MistakeNoted(self.stage.now, mistake))

    def set_up(self, *, again: bool = False) -> Script:
        """How to take up the position: in full for a new exercise or ``again``, else in short."""
        if again or self._introduced != self.tally.name:
            self._introduced = self.tally.name
            return set_up(self.exercise)
        return once_more(self.exercise)

    def next_rep(self) -> Script:
        """The script of the next rep of this set; empty where none is left."""
        if self.tally.reps_left == 0:
            return ()
        number, every = self.tally.reps_done, self.routine.reminder_every
        reminder: PromptId | None = None
        if number % every == every - 1:
            reminder = _REMINDERS[self._reminders.next(self.exercise.mistakes)]
        return rep(self.exercise, self.tally, self, reminder, self.plan.trainings)

    def another_rep(self) -> Script:
        """As ``next_rep``, after the position is taken up again."""
        script = self.next_rep()
        return (*self.set_up(), *script) if script else ()

    # called by the steps of a script

    def rep_began(self, now: Samples) -> None:
        """The lift of a rep begins."""
        self.stage.report(self.tally.rep_began(now))
        self._begin_descent(now, of_rep=True)

    def lift_began(self, now: Samples) -> None:
        """A lift begins: an arched back belongs to this descent from now on."""
        self._begin_descent(now, of_rep=False)

    def _begin_descent(self, now: Samples, *, of_rep: bool) -> None:
        self.descent = Descent(now, samples(self.exercise.tempo.grace_seconds), of_rep)

    def count_began(self, count: float, now: Samples) -> None:
        """Count number ``count`` of the descent begins, in whole or half counts."""
        if self.descent is not None:
            self.descent.counts.append((now, count))
        self.stage.report(CountBegan(now, count, self.exercise.tempo.counts))

    def bottom_reached(self, now: Samples) -> None:
        """The descent is over."""
        if self.descent is not None and self.descent.bottom is None:
            self.descent.bottom = now

    def seconds_passed(self, passed: int, total: int, now: Samples) -> None:
        """``passed`` of the ``total`` seconds of a rest or a hold are over."""
        self.seconds_left = total - passed
        self.stage.report(SecondsPassed(now, passed, total))

    def rep_was_perfect(self, _now: Samples) -> None:
        """A rep is over, and nobody reported an arched back."""
        self.count_perfect()

    def count_perfect(self) -> None:
        """Count the present rep as perfect."""
        tally = self.tally
        if tally.floor is None:
            tally.find_floor()
            self.report_floor()
        tally.count_perfect()
        self._judge(None, tally.working_floor)
        self.descent = None

    def lose_rep(self, reason: str, count: float) -> bool:
        """Count the present rep as lost at ``count``; true when that raises the floor."""
        raised = self.tally.count_arched()
        self._judge(reason, count)
        return raised

    def _judge(self, reason: str | None, count: float) -> None:
        self.verdict = Verdict(self.stage.now, reason is None, count)
        self.stage.report(self.tally.rep_ended(self.stage.now, reason, count))

    def awaits_verdict(self) -> bool:
        """Whether a descent is over but its rep may still be lost to an arched back."""
        return self.descent is not None and self.descent.bottom is not None

    def withdraw_reps(self) -> None:
        """Take back the reps in which nobody took part."""
        self.verdict = None
        name, number = self.tally.name, self.tally.set
        for rep_number in self.tally.withdraw():
            self.stage.report(RepCorrected(self.stage.now, name, number, rep_number, None))

    def report_set(self) -> None:
        """Report the present set."""
        self.stage.report(self.tally.set_began(self.stage.now, self.exercise.tempo.down_seconds))

    def report_floor(self) -> None:
        """Report the present floor."""
        self.stage.report(self.tally.floor_found(self.stage.now))

    def interject(self, *steps: Step) -> None:
        """Say something in between; a rep that this interrupts starts again."""
        self.break_off()
        self.stage.interject(steps)

    def break_off(self) -> None:
        """Forget a rep that is not down yet, because it will start again; else keep its verdict."""
        if self.descent is not None and self.descent.bottom is None:
            self.descent = None

    def is_in_rep(self) -> bool:
        """Whether the utterance began within a rep: from the lift until the grace is over."""
        heard = self.stage.heard
        return heard is not None and self.descent is not None and self.descent.covers(heard.start)

    def note_arch(self) -> float:
        """Note that the back arched in a descent of the search for the floor, and return at which
        count."""
        count = self.end_descent()
        self.tally.note_arch(count)
        return count

    def end_descent(self) -> float:
        """End the descent, and return the count that was on when the utterance began."""
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
"""The most that earlier mistakes add to a weight of 1, so that the other reminders come up, too."""


class Reminders:
    """Chooses the mistake to remind of, by smooth weighted round-robin: the more frequent ones come
    up more often, none twice in a row. ``noted`` is how often each was noted in earlier sessions.
    """

    def __init__(self, noted: Mapping[Mistake, int]) -> None:
        self._noted = {mistake: noted.get(mistake, 0) for mistake in MISTAKES}
        self._credit = dict.fromkeys(MISTAKES, 0)
        self._last: Mistake | None = None

    def note(self, mistake: Mistake) -> None:
        """Count one more of ``mistake``."""
        self._noted[mistake] += 1

    def next(self, possible: Collection[Mistake] = MISTAKES) -> Mistake:
        """The mistake to remind of now, out of the two or more that are ``possible``."""
        weights = {each: 1 + min(_MOST_EXTRA, self._noted[each]) for each in possible}
        for mistake, weight in weights.items():
            self._credit[mistake] += weight
        others = [mistake for mistake in possible if mistake != self._last]
        chosen = max(others, key=lambda mistake: self._credit[mistake])
        self._credit[chosen] -= sum(weights.values())
        self._last = chosen
        return chosen
