"""Questions: what a person asks is answered in a sentence; then the session goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.dialogue.machine import Effect, Row
from coach.dialogue.steps import Script, Step, cue
from coach.messages.facts import Mistake
from coach.messages.intents import Intent
from coach.messages.states import ACTIVE, State
from coach.session.workout import Workout


class Questions:
    """``help_words`` is what can be said now. ``why`` and ``what_next`` answer for the part that
    the session is in, or was paused in; so does ``state`` for the state.
    """

    def __init__(
        self,
        workout: Workout,
        help_words: Callable[[], str],
        state: Callable[[], State],
        why: Callable[[], Script],
        what_next: Callable[[], Script],
    ) -> None:
        self._workout = workout
        self._help_words = help_words
        self._state = state
        self._why = why
        self._what_next = what_next

    def help(self) -> None:
        self._workout.interject(cue("help", words=self._help_words()))

    def tell_how_many(self) -> None:
        self._workout.interject(*self._how_many())

    def tell_floor(self) -> None:
        floor = self._workout.tally.floor
        self._workout.interject(
            cue("no_floor_yet") if floor is None else cue("floor_now", floor=floor)
        )

    def tell_what_next(self) -> None:
        self._workout.interject(*self._what_next())

    def tell_why(self) -> None:
        self._workout.interject(*self._why())

    def tell_how_often(self) -> None:
        self._workout.interject(cue("answer_how_often", 1.0))

    def tell_about_bulging(self) -> None:
        self._answer_mistake("belly", cue("bulging_means", 1.0), cue("answer_bulging", 3.0))

    def tell_about_neck(self) -> None:
        self._answer_mistake("head", cue("answer_neck", 1.0))

    def tell_about_breathing(self) -> None:
        self._answer_mistake("breath", cue("answer_breathing", 1.0))

    def _answer_mistake(self, mistake: Mistake, *answer: Step) -> None:
        """Somebody who asks about a mistake makes it."""
        self._workout.note(mistake)
        self._workout.interject(*answer)

    def _how_many(self) -> Script:
        tally = self._workout.tally
        if tally.set == 0:
            return (cue("how_many_none"),)
        so_far = cue("how_many", perfect=tally.perfect)
        if tally.reps_left == 0 or self._state() not in ("working", "offering_easier"):
            return (so_far,)
        return (so_far, cue("how_many_left", left=tally.reps_left))


ANSWERS: Mapping[Intent, Effect] = {
    "how_many": Questions.tell_how_many,
    "bulging": Questions.tell_about_bulging,
    "neck": Questions.tell_about_neck,
    "breathing": Questions.tell_about_breathing,
    "why": Questions.tell_why,
    "how_often": Questions.tell_how_often,
    "my_floor": Questions.tell_floor,
    "what_next": Questions.tell_what_next,
}
"""Questions that are answered wherever they come."""

EVERYWHERE: tuple[Row, ...] = tuple(
    row
    for state in (*ACTIVE, "paused")
    for row in (
        # Help in the tension check is an explanation of it.
        *((Row(state, "help", None, Questions.help),) if state != "tension_check" else ()),
        *(Row(state, intent, None, answer) for intent, answer in ANSWERS.items()),
    )
)
