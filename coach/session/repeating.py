"""Repeating: the same as last time, straight to the sets, for a person who trained lately."""

from __future__ import annotations

from coach.dialogue.steps import Script, ask, cue
from coach.messages.states import PARTS, Part
from coach.session.workout import Workout

_BEFORE_SETS = PARTS[: PARTS.index("working")]


class Repeating:
    """Leaves out what comes before the sets, once the person has said that they want it so."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._left_out: set[Part] = set()
        self._probed = False
        self.is_taken = False

    def is_possible(self) -> bool:
        """Whether the plan may be repeated, no other exercise was asked for, and there is something
        to leave out before the sets."""
        workout, parts = self._workout, self._workout.parts
        as_planned = workout.plan.repeats and workout.tally.name == workout.plan.exercise
        return as_planned and "working" in parts and parts[0] != "working"

    def question(self) -> Script:
        return (ask("ask_same", "ask_same_again"),)

    def take(self) -> None:
        """Go straight to the sets, with the turning point that is known and no explanations."""
        workout = self._workout
        if not self.is_possible():
            return
        self.is_taken = True
        self._left_out, self._probed = set(workout.left_out), workout.tally.probing
        workout.left_out |= set(_BEFORE_SETS)
        workout.tally.probing = False
        workout.stage.player.brevity.is_familiar = True

    def take_back(self) -> None:
        """Leave nothing out that the person has not asked to do without."""
        if self.is_taken:
            self.is_taken = False
            self._workout.left_out = self._left_out
            self._workout.tally.probing = self._probed
            self._workout.stage.player.brevity.is_familiar = self._workout.plan.is_familiar

    def said(self) -> Script:
        """What is repeated, in few words."""
        workout = self._workout
        exercise = cue("plan_as_last_time", exercise=workout.exercise.name)
        floor = workout.tally.floor
        return (exercise, *(() if floor is None else (cue("floor_now", floor=floor),)))
