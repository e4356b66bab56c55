"""Progression: what to train today, and why, from what is remembered of a person.

Nothing goes up by itself: what is harder is only offered. Where two rules meet, the gentler wins.
A day that is still to come was noted by a wrong clock, and counts as today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from coach.training.exercise import Exercise
from coach.training.history import CutOff, Day, History, Pain, Training
from coach.training.plan import EasyReason, Plan, Reason

WEEK = 7
"""Days: of care after pain, the seventh included; and those in which three sessions are enough."""

TIME_OFF = 14
"""Days since the last reps after which it is one step back."""

REPS_TO_ADVANCE = 15
"""Perfect reps in a row, all the way down: time for something harder."""

SLOW_SECONDS = 3.0
"""How long the reps that earn something harder take all the way down, at least."""

SHORTEST_HOLD_SECONDS = 10.0
LONGEST_HOLD_SECONDS = 60.0
HOLD_STEP_SECONDS = 5.0


def recommend(
    history: History,
    today: Day,
    start: str,
    exercises: Mapping[str, Exercise],
    asked: str | None = None,
) -> Plan:
    """What to train today. ``start`` is one of ``exercises``, for who trained none of them yet, and
    ``asked`` one that the person named: it is trained whatever was before, but for pain.
    """
    decision = _Decision(_as_of(today, history), today, start, exercises, asked)
    return Plan(
        exercise=decision.exercise,
        reason=decision.reason,
        floor=decision.floors.get(decision.exercise),
        probe=decision.probes,
        offers=decision.offers,
        may_advance=not decision.hurt,
        asks_after_pain=history.ended_in_pain,
        stretch=True if decision.hurt else history.sits,
        easy=decision.easy,
        hold_seconds=decision.hold_seconds,
        mistakes=history.mistakes,
        floors=decision.floors,
        cut_off=decision.cut_off,
        memory_was_damaged=history.damaged,
    )


def _as_of(today: Day, history: History) -> History:
    """``history`` without a training yet to come, and with none but those that had reps."""
    trainings = (one for one in history.trainings if one.exercise and one.reps)
    return replace(
        history, trainings=tuple(replace(one, day=min(today, one.day)) for one in trainings)
    )


class _Line:
    """What is easier than what. Files of the user's may lack a neighbour, or lead in a circle."""

    def __init__(self, exercises: Mapping[str, Exercise]) -> None:
        self._exercises = exercises

    def step_back(self, name: str) -> str:
        """The next easier exercise; ``name`` itself where none is known."""
        easier = self._exercises[name].easier
        if easier is not None and easier in self._exercises:
            return easier
        known = [one for one in self._next_below(name) if name not in self.below(one)]
        return max(known, key=lambda one: len(self.below(one)), default=name)

    def below(self, name: str) -> set[str]:
        """All that is easier than ``name``, and not ``name`` itself even in a circle."""
        found: set[str] = set()
        left = [name]
        while left:
            new = set(self._next_below(left.pop())) - found
            found |= new
            left += new
        return found - {name}

    def harder(self, name: str) -> list[str]:
        """What comes after ``name``, the preferred first."""
        easier = {name, *self.below(name)}
        named = dict.fromkeys(self._exercises[name].harder)
        return [one for one in named if one in self._exercises and one not in easier]

    def _next_below(self, name: str) -> list[str]:
        """By the link of either side: a new file need not be named in an old one."""
        named_by = [one for one, it in self._exercises.items() if name in it.harder]
        easier = self._exercises[name].easier
        return [one for one in (easier, *named_by) if one is not None and one in self._exercises]


class _Decision:
    """Every rule, each under the name of what it decides."""

    def __init__(
        self,
        history: History,
        today: Day,
        start: str,
        exercises: Mapping[str, Exercise],
        asked: str | None,
    ) -> None:
        self._asked = asked
        self._history = history
        self._today = today
        self._start = start
        self._exercises = exercises
        self._line = _Line(exercises)
        self._last = history.trainings[-1] if history.trainings else None

    @property
    def hurt(self) -> bool:
        """Whether it is within the week of care after pain, or in the first session since."""
        pain = self._history.pain
        return pain is not None and (self._history.ended_in_pain or self._today - pain.day <= WEEK)

    @property
    def rested(self) -> bool:
        """Whether nothing was trained for so long that it is one step back."""
        return self._last is not None and self._today - self._last.day >= TIME_OFF

    @cached_property
    def exercise(self) -> str:
        """One easier than what hurt, unless it is easier anyway."""
        exercise = self._asked or self._in_turn(self._history.trainings, self._today)
        pain = self._history.pain
        hurting = self._hurting(pain) if pain is not None and self.hurt else None
        if hurting is None or exercise in self._line.below(hurting):
            return exercise
        return self._line.step_back(hurting)

    def _in_turn(self, trainings: Sequence[Training], day: Day) -> str:
        """What it is on ``day`` after ``trainings``, but for pain."""
        if not trainings:
            return self._start
        last = trainings[-1]
        known = last.exercise is not None and last.exercise in self._exercises
        exercise = last.exercise if known and last.exercise else self._start
        return self._line.step_back(exercise) if day - last.day >= TIME_OFF else exercise

    def _hurting(self, pain: Pain) -> str | None:
        """What it hurt in; before any exercise, what was in turn.

        None where that is forgotten: then what was trained since is the easier one already.
        """
        if pain.exercise is not None and pain.exercise in self._exercises:
            return pain.exercise
        before = [one for one in self._history.trainings if one.day <= pain.day]
        if self._history.trainings and not before:
            return None
        return self._in_turn(before, pain.day)

    @property
    def reason(self) -> Reason:
        if self.hurt:
            return "plan_after_pain"
        if self._asked is not None:
            return "plan_as_asked"
        if self.rested:
            return "plan_two_weeks_off"
        if self._repeated is None:
            return "plan_first_time"
        return "plan_all_perfect" if self.probes else "plan_as_last_time"

    @property
    def _repeated(self) -> Training | None:
        """The last training, if it was of today's exercise."""
        last = self._last
        return last if last is not None and last.exercise == self.exercise else None

    @property
    def _steady(self) -> Training | None:
        """The same, if nothing asks for care today."""
        return None if self.hurt or self.rested else self._repeated

    @cached_property
    def floors(self) -> dict[str, float]:
        """Those of the exercises that there are, none deeper than its way down is counted."""
        return {
            name: min(floor, self._exercises[name].tempo.counts)
            for name, floor in self._history.floors.items()
            if name in self._exercises
        }

    @property
    def probes(self) -> bool:
        last, floor = self._steady, self.floors.get(self.exercise)
        if last is None or floor is None or last.perfect < last.reps:
            return False
        return floor < self._exercises[self.exercise].tempo.counts

    @property
    def easy(self) -> EasyReason | None:
        days = {one.day for one in self._history.trainings if self._today - one.day < WEEK}
        if self._today in days:
            return "easy_today"
        if self._today - 1 in days:
            return "easy_yesterday"
        return "easy_three_times" if len(days) >= 3 else None

    @property
    def offers(self) -> tuple[str, ...]:
        """None on a day that should be easy."""
        last = self._steady
        if last is None or self.easy:
            return ()
        slow = last.down_seconds is not None and last.down_seconds >= SLOW_SECONDS
        earned = slow and last.longest_run >= REPS_TO_ADVANCE
        harder = self._line.harder(self.exercise) if earned else []
        return tuple(dict.fromkeys((*self._way_back(last), *harder)))

    def _way_back(self, last: Training) -> list[str]:
        """What it hurt in, when the week of care is over; not if the easier one went badly."""
        pain = self._history.pain
        if pain is None or pain.exercise is None or pain.exercise not in self._exercises:
            return []
        cared = pain.day <= last.day <= pain.day + WEEK and 2 * last.perfect > last.reps
        lowered = self.exercise == self._line.step_back(pain.exercise) != pain.exercise
        return [pain.exercise] if cared and lowered else []

    @property
    def hold_seconds(self) -> float | None:
        """Longer after a whole hold, but not while something asks for care."""
        hold = self._history.last_hold
        if hold is None or hold.hold_seconds is None:
            return None
        steps = round(hold.hold_seconds / HOLD_STEP_SECONDS, 3) // 1
        if self._today - hold.day >= TIME_OFF:
            steps -= 1
        elif hold.hold_whole and not self.hurt:
            steps += 1
        return min(LONGEST_HOLD_SECONDS, max(SHORTEST_HOLD_SECONDS, steps * HOLD_STEP_SECONDS))

    @property
    def cut_off(self) -> CutOff | None:
        """What was begun before it hurt, or before the time off, may be too hard to go on with."""
        cut_off = self._history.cut_off
        if cut_off is None or cut_off.exercise not in self._exercises:
            return None
        gentle = {self.exercise, *self._line.below(self.exercise)}
        careful = self.hurt or self.rested
        return cut_off if not careful or cut_off.exercise in gentle else None
