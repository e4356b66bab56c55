"""Progression: what to train today, and why, from what is remembered of a person.

Nothing becomes harder by itself: a harder exercise is only offered. Where two rules disagree, the
gentler one wins. A day in the future comes from a wrong clock, and counts as today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from coach.training.care import EASIER_FROM
from coach.training.exercise import Exercise
from coach.training.frequency import MOST_A_WEEK, WEEK_DAYS
from coach.training.history import CutOff, Day, History, Pain, Training, as_of, is_familiar
from coach.training.holding import TIME_OFF_DAYS, hold_seconds
from coach.training.line import Line
from coach.training.plan import EasyReason, Plan, Reason

CARE_DAYS = WEEK_DAYS
"""How many days of care follow pain."""

LONG_TIME_OFF_DAYS = 28
"""After so many days without reps, training starts again one exercise easier: little strength is
lost in two weeks, and some in four."""

REPS_TO_ADVANCE = 15
"""How many perfect reps in a row, all the way down, earn a harder exercise: in each of two sessions
running, since the steps from one exercise to the next are large."""

COUNT_EASED = 1.0
"""By how many counts higher the legs turn around in the first session after time off."""

SCREENED_DAYS = 182
"""For how many days the answers to the questions about health hold: half a year."""

SLOW_SECONDS = 3.0
"""The least time for the whole way down that each of these reps must take."""

HIGHEST_FLOOR = 1.0
"""The legs are lowered for at least one count."""


def recommend(
    history: History,
    today: Day,
    start: str,
    exercises: Mapping[str, Exercise],
    asked: str | None = None,
    beginner: str | None = None,
) -> Plan:
    """What to train today.

    ``start`` is the one of ``exercises`` for a person who has not trained any of them. ``asked`` is
    the one that the person asked for; nothing but pain overrules that. ``beginner`` is the one for
    a person who has never done leg lifts.
    """
    known = as_of(today, history)
    is_new = not (asked or known.trainings or known.practised)
    way_up = Line(exercises).between(beginner, start) if is_new and beginner else ()
    if way_up and known.practised is False:
        start = way_up[0]
    decision = _Decision(known, today, start, exercises, asked)
    if decision.in_care:
        way_up = ()
    asks = way_up[0] if way_up and known.practised is None else None
    return replace(_plan(decision, known, today), beginner=asks, climbs=way_up[1:])


def _plan(decision: _Decision, history: History, today: Day) -> Plan:
    return Plan(
        exercise=decision.exercise,
        reason=decision.reason,
        floor=decision.floor,
        fewer_sets=int(decision.is_eased),
        earned_last_time=decision.earned_last_time,
        repeats=decision.repeats,
        probe=decision.probes,
        offers=decision.offers,
        may_advance=not decision.in_care,
        is_familiar=is_familiar(history.trainings, today),
        trainings=len(history.trainings),
        screens=decision.screens,
        asks_after_pain=history.ended_in_pain,
        asks_pain_level=decision.asks_pain_level,
        hurt_twice=history.ended_in_pain and history.hurt_twice,
        asks_effort=decision.asks_effort,
        stretch=True if decision.in_care else history.sits,
        easy=decision.easy,
        hold_seconds=hold_seconds(history.last_hold, today, in_care=decision.in_care),
        mistakes=history.mistakes,
        floors=decision.floors,
        cut_off=decision.cut_off,
        memory_was_damaged=history.damaged,
        clock_went_back=history.clock_went_back,
    )


class _Decision:
    """The rules of progression, each under the name of what it decides."""

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
        self._line = Line(exercises)
        self._last = history.trainings[-1] if history.trainings else None

    @property
    def in_care(self) -> bool:
        """Whether today is within the week of care after pain, or the first session after it."""
        pain = self._history.pain
        return pain is not None and (self.asks_pain_level or self._today - pain.day <= CARE_DAYS)

    @property
    def asks_pain_level(self) -> bool:
        """Whether the last session ended in pain, or the last number for it was not low."""
        level = self._history.pain_level
        lasts = level is not None and level >= EASIER_FROM and self._history.pain is not None
        return self._history.ended_in_pain or lasts

    @property
    def asks_effort(self) -> bool:
        """Whether the last number for effort is missing, a week old, or dated ahead."""
        asked = self._history.effort_day
        return asked is None or not 0 <= self._today - asked < WEEK_DAYS

    @property
    def screens(self) -> bool:
        """Whether a screening is due. One in the future comes from a wrong clock, and is none."""
        screened = self._history.screened
        return screened is None or not 0 <= self._today - screened < SCREENED_DAYS

    @property
    def had_time_off(self) -> bool:
        """Whether there were no reps for TIME_OFF_DAYS or more."""
        return self._last is not None and self._today - self._last.day >= TIME_OFF_DAYS

    @cached_property
    def exercise(self) -> str:
        """The exercise asked for or in turn; in care after pain, one easier than what hurt."""
        exercise = self._asked or self._in_turn(self._history.trainings, self._today)
        pain = self._history.pain
        hurting = self._hurting(pain) if pain is not None and self.in_care else None
        if hurting is None or exercise in self._line.below(hurting):
            return exercise
        return self._line.step_back(hurting)

    def _in_turn(self, trainings: Sequence[Training], day: Day) -> str:
        """The exercise in turn on ``day`` after ``trainings``, without regard to pain."""
        if not trainings:
            return self._start
        last = trainings[-1]
        known = last.exercise is not None and last.exercise in self._exercises
        exercise = last.exercise if known and last.exercise else self._start
        off_for_long = day - last.day >= LONG_TIME_OFF_DAYS
        return self._line.step_back(exercise) if off_for_long else exercise

    def _hurting(self, pain: Pain) -> str | None:
        """The exercise that hurt, or where it hurt before any exercise, the one that was in turn.

        None where the history does not reach back so far: then the exercise trained since is the
        easier one already.
        """
        if pain.exercise is not None and pain.exercise in self._exercises:
            return pain.exercise
        before = [one for one in self._history.trainings if one.day <= pain.day]
        if self._history.trainings and not before:
            return None
        return self._in_turn(before, pain.day)

    @property
    def reason(self) -> Reason:
        if self.in_care:
            return "plan_after_pain"
        if self._asked is not None:
            return "plan_as_asked"
        if self.had_time_off:
            off_for_long = self._today - self._history.trainings[-1].day >= LONG_TIME_OFF_DAYS
            return "plan_four_weeks_off" if off_for_long else "plan_two_weeks_off"
        if self._repeated is None:
            return "plan_first_time"
        return "plan_all_perfect" if self.probes else "plan_as_last_time"

    @property
    def _repeated(self) -> Training | None:
        """The last training, if it had today's exercise."""
        last = self._last
        return last if last is not None and last.exercise == self.exercise else None

    @property
    def _steady(self) -> Training | None:
        """The last training, if it had today's exercise and neither pain nor time off asks for
        care today."""
        return None if self.in_care or self.had_time_off else self._repeated

    @property
    def is_eased(self) -> bool:
        """Whether the exercise from before the time off goes on, and so is gentler than it was."""
        return self.had_time_off and self._repeated is not None and self._asked is None

    @property
    def floor(self) -> float | None:
        """The known floor of today's exercise; after time off one count higher."""
        floor = self.floors.get(self.exercise)
        eased = self.is_eased and floor is not None
        return max(HIGHEST_FLOOR, floor - COUNT_EASED) if eased and floor else floor

    @cached_property
    def floors(self) -> dict[str, float]:
        """The floors of the exercises that exist, within the counts of their descents: an earlier
        version has taken others from an archive."""
        return {
            name: max(HIGHEST_FLOOR, min(floor, self._exercises[name].tempo.counts))
            for name, floor in self._history.floors.items()
            if name in self._exercises
        }

    @property
    def probes(self) -> bool:
        last, floor = self._steady, self.floors.get(self.exercise)
        if last is None or floor is None or last.perfect < last.reps:
            return False
        if last.floor is not None and last.floor < floor:
            return False  # it turned around above the floor, as after time off
        return floor < self._exercises[self.exercise].tempo.counts

    @property
    def repeats(self) -> bool:
        """Whether the exercise of the last week can go on as it was, without pain since."""
        last = self._steady
        lately = last is not None and self._today - last.day <= WEEK_DAYS
        return lately and self.exercise in self.floors

    @property
    def easy(self) -> EasyReason | None:
        days = {one.day for one in self._history.trainings if self._today - one.day < WEEK_DAYS}
        if self._today in days:
            return "easy_today"
        if self._today - 1 in days:
            return "easy_yesterday"
        return "easy_three_times" if len(days) >= MOST_A_WEEK else None

    @property
    def offers(self) -> tuple[str, ...]:
        """The harder exercises to offer; none on a day that should be easy."""
        last = self._steady
        if last is None or self.easy:
            return ()
        twice = self.earned_last_time and self._has_earned(self._history.trainings[-2:][0])
        earned = twice and len(self._history.trainings) > 1
        harder = self._line.harder(self.exercise) if earned else []
        return tuple(dict.fromkeys((*self._way_back(last), *harder)))

    @property
    def earned_last_time(self) -> bool:
        """Whether the last session was one of the two that earn a harder exercise."""
        return self._steady is not None and self._has_earned(self._steady)

    def _has_earned(self, training: Training) -> bool:
        slow = training.down_seconds is not None and training.down_seconds >= SLOW_SECONDS
        return (
            training.exercise == self.exercise and slow and training.longest_run >= REPS_TO_ADVANCE
        )

    def _way_back(self, last: Training) -> list[str]:
        """The exercise that hurt, once the week of care is over and the easier one went well."""
        pain = self._history.pain
        if pain is None or pain.exercise is None or pain.exercise not in self._exercises:
            return []
        cared = pain.day <= last.day <= pain.day + CARE_DAYS and 2 * last.perfect > last.reps
        lowered = self.exercise == self._line.step_back(pain.exercise) != pain.exercise
        return [pain.exercise] if cared and lowered else []

    @property
    def cut_off(self) -> CutOff | None:
        """The session to resume, unless its exercise is too hard after pain or time off, or the
        pain has to be asked about."""
        cut_off = self._history.cut_off
        if cut_off is None or cut_off.exercise not in self._exercises or self.asks_pain_level:
            return None
        if cut_off.floor is not None:
            counts = self._exercises[cut_off.exercise].tempo.counts
            floor = max(HIGHEST_FLOOR, min(cut_off.floor, counts))
            cut_off = replace(cut_off, floor=floor)
        gentle = {self.exercise, *self._line.below(self.exercise)}
        careful = self.in_care or self.had_time_off
        return cut_off if not careful or cut_off.exercise in gentle else None
