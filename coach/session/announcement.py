"""Announcement: what is trained today, and why; the answer to "why" says more than is announced."""

from __future__ import annotations

from collections.abc import Mapping

from coach.dialogue.steps import Script, cue, own
from coach.messages.prompt_ids import PromptId
from coach.session.repeating import Repeating
from coach.session.workout import Workout
from coach.training.plan import Reason

_WHY: Mapping[Reason, PromptId] = {
    "plan_first_time": "why_first_time",
    "plan_as_last_time": "why_as_last_time",
    "plan_as_asked": "why_as_asked",
    "plan_after_pain": "why_easier",
    "plan_two_weeks_off": "why_time_off",
    "plan_four_weeks_off": "why_time_off",
    "plan_all_perfect": "why_all_perfect",
}

_LIFTS = {"first_rep", "slow_descent", "stop_point", "working"}


class Announcement:
    """Tells what the intake has settled. ``begins_lower`` is whether that is the exercise for a
    person who has never done leg lifts, ``is_eased`` whether the pain of the last session made it
    easier."""

    def __init__(self, workout: Workout, repeating: Repeating) -> None:
        self._workout = workout
        self._plan = workout.plan
        self._repeating = repeating
        self.is_resumed = False
        self.begins_lower = False
        self.is_eased = False

    def is_easy(self) -> bool:
        """Whether the session is the easy one."""
        return self._workout.routine is self._workout.programme.easy

    def said(self) -> Script:
        """What is trained today, and the reason in a few words; nothing about a session that is
        resumed, or has no lift."""
        if self.is_easy():
            return (cue("plan_easy", 1.0),)
        if self.is_resumed or not _LIFTS & set(self._workout.parts):
            return ()
        if self._repeating.is_taken:
            return self._repeating.said()
        reason: PromptId = self._plan.reason if self._is_as_planned() else "exercise_now"
        reason = "plan_beginner" if self.begins_lower else reason
        return (cue(reason, 1.0, exercise=self._workout.exercise.name), *self._less())

    def why(self) -> Script:
        """Why the exercise or the easy session was chosen."""
        if self.is_easy():
            return self.why_easy()
        if self.begins_lower:
            return (cue("why_beginner"),)
        if self.is_eased:
            return (cue("why_easier"),)
        if self._repeating.is_taken or not self._is_as_planned():
            return (own("why", self._workout.exercise.why),)
        return (cue(_WHY[self._plan.reason]),)

    def why_easy(self) -> Script:
        """Why an easy session is offered or held."""
        return (cue(self._plan.easy or "why_easier"),)

    def _is_as_planned(self) -> bool:
        return self._workout.tally.name == self._plan.exercise

    def _less(self) -> Script:
        """What the session after time off does less, while it trains what was trained before."""
        plan, tally = self._plan, self._workout.tally
        if not plan.fewer_sets or not self._is_as_planned():
            return ()
        higher = (cue("turn_higher_today"),) if plan.floor is not None else ()
        shorter = tally.sets < self._workout.programme.routine.sets
        return (*higher, *((cue("set_less_today", 1.0),) if shorter else ()))
