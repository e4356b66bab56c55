"""Course: changes of what the session is made of - a part less, a set more, a part once more."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import Effect, Guard, Row
from coach.dialogue.steps import cue
from coach.messages.intents import Intent
from coach.messages.prompt_ids import PromptId
from coach.messages.states import ACTIVE, Part, State
from coach.session.turns import Turns
from coach.session.workout import Workout


class Course:
    """Leaves out a part that is still to come, and adds a set, which ``begin_set`` begins."""

    def __init__(self, workout: Workout, begin_set: Callable[[], None]) -> None:
        self._workout = workout
        self._begin_set = begin_set

    def has_plank(self) -> bool:
        """Whether there is a plank to leave out, and something else to do."""
        return self._can_do_without("plank")

    def leave_out_plank(self) -> None:
        self._leave_out("plank", "without_plank")

    def has_stretching(self) -> bool:
        """Whether there may be stretches to leave out, and something else to do."""
        return self._can_do_without("stretching")

    def leave_out_stretching(self) -> None:
        self._leave_out("stretching", "without_stretching")

    def may_add_set(self) -> bool:
        return self._workout.tally.may_add_set

    def add_set(self) -> None:
        """Add a set behind those that are still to come."""
        self._workout.tally.add_set()
        self._workout.interject(cue("set_added", 1.0))

    def begin_another_set(self) -> None:
        """Begin a set more, now that all of them are over."""
        self._workout.tally.add_set()
        self._begin_set()

    def refuse_set(self) -> None:
        self._workout.interject(cue("sets_enough", 1.0))

    def _can_do_without(self, part: Part) -> bool:
        parts = self._workout.routine.parts
        return part in parts and any(
            other != part and other not in self._workout.left_out for other in parts
        )

    def _leave_out(self, part: Part, said: PromptId) -> None:
        self._workout.left_out.add(part)
        self._workout.interject(cue(said, 1.0))


def _either(state: State, intent: Intent, effect: Effect, guard: Guard, other: Effect) -> list[Row]:
    return [Row(state, intent, None, effect, guard), Row(state, intent, None, other)]


_NO_PLANK = Course.leave_out_plank, Course.has_plank, Turns.carry_on
_NO_STRETCHING = Course.leave_out_stretching, Course.has_stretching, Turns.carry_on

EVERYWHERE: tuple[Row, ...] = (
    *(
        row
        for state in ACTIVE
        if state != "plank"
        for row in _either(state, "skip_plank", *_NO_PLANK)
    ),
    *_either("waiting", "skip_stretching", *_NO_STRETCHING),
    *_either("planning", "skip_stretching", *_NO_STRETCHING),
    *_either("working", "another_set", Course.add_set, Course.may_add_set, Course.refuse_set),
    *_either("resting", "another_set", Course.add_set, Course.may_add_set, Course.refuse_set),
    Row("plank", "another_set", "working", Course.begin_another_set, Course.may_add_set),
    Row("plank", "another_set", None, Course.refuse_set),
)
"""The rows for what is still to come. In the part itself it is skipped, by a row of the part."""
