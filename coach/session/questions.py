"""Questions: answers what a person asks in a sentence or two, after which the session continues."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.dialogue.machine import Effect, Row
from coach.dialogue.steps import Script, Step, cue
from coach.messages.facts import Mistake
from coach.messages.intents import Intent
from coach.messages.states import ACTIVE, State
from coach.session.passing_time import in_fives
from coach.session.workout import Workout
from coach.units import seconds

_MINUTES_A_DAY = 24 * 60


class Questions:
    """``help_words`` returns what can be said now. During a pause, ``state``, ``why`` and
    ``what_next`` refer to the state that the pause interrupted, else to the present one.
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
        self._stage = workout.stage
        self._help_words = help_words
        self._state = state
        self._why = why
        self._what_next = what_next

    def help(self) -> None:
        self._workout.interject(cue("help", words=self._help_words()))

    def answer_how_many(self) -> None:
        self._workout.interject(*self._how_many())

    def answer_how_long(self) -> None:
        self._workout.interject(*self._how_long())

    def answer_which_set(self) -> None:
        self._workout.interject(*self._which_set())

    def answer_floor(self) -> None:
        floor = self._workout.tally.floor
        self._workout.interject(
            cue("no_floor_yet") if floor is None else cue("floor_now", floor=floor)
        )

    def answer_what_next(self) -> None:
        self._workout.interject(*self._what_next())

    def answer_time(self) -> None:
        """Tell the time: that of the session's beginning, and what has passed since."""
        begun = self._workout.plan.minute
        if begun is None:
            self._workout.interject(cue("no_clock"))
            return
        minutes = int(begun + seconds(self._stage.now) / 60) % _MINUTES_A_DAY
        hour = cue("time_is", 0.2, hour=minutes // 60 % 12 or 12)
        past = minutes % 60
        self._workout.interject(hour, *((cue("time_past", minutes=past),) if past else ()))

    def answer_why(self) -> None:
        self._workout.interject(*self._why())

    def answer_how_often(self) -> None:
        self._workout.interject(cue("answer_how_often", 1.0))

    def answer_bulging(self) -> None:
        self._workout.bulges += 1
        self._answer_mistake("belly", cue("bulging_means", 1.0), cue("answer_bulging", 3.0))

    def answer_neck(self) -> None:
        self._answer_mistake("head", cue("answer_neck", 1.0))

    def answer_breathing(self) -> None:
        self._answer_mistake("breath", cue("answer_breathing", 1.0))

    def _answer_mistake(self, mistake: Mistake, *answer: Step) -> None:
        """Answer, and note the mistake: somebody who asks about it probably makes it."""
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

    def _how_long(self) -> Script:
        """What is left of a rest, a hold or a set; elsewhere, what comes next."""
        tally, seconds_left = self._workout.tally, self._workout.seconds_left
        if self._state() in _TIMED and seconds_left is not None:
            return (cue("seconds_left", seconds_left=in_fives(seconds_left)),)
        if self._state() in _IN_SET:
            return (cue("how_many_left", left=tally.reps_left), *self._sets_left())
        return self._what_next()

    def _which_set(self) -> Script:
        workout, tally = self._workout, self._workout.tally
        if "working" not in workout.parts:
            return self._what_next()
        if tally.set == 0:
            return (cue("sets_later"),)
        if self._state() in _IN_SET:
            return (cue("which_set", set=tally.set), *self._sets_left())
        if tally.sets_left and self._state() == "resting":
            return (cue("next_set", set=tally.set + 1, exercise=workout.exercise.name),)
        return (cue("sets_over"),)

    def _sets_left(self) -> Script:
        left = self._workout.tally.sets_left
        return (cue("sets_left", sets_left=left) if left > 0 else cue("last_set"),)


_TIMED: frozenset[State] = frozenset({"stretching", "resting", "plank"})
_IN_SET: frozenset[State] = frozenset(
    {"working", "offering_break", "offering_easier", "asking_there"}
)

ANSWERS: Mapping[Intent, Effect] = {
    "how_many": Questions.answer_how_many,
    "how_long": Questions.answer_how_long,
    "which_set": Questions.answer_which_set,
    "bulging": Questions.answer_bulging,
    "neck": Questions.answer_neck,
    "breathing": Questions.answer_breathing,
    "why": Questions.answer_why,
    "how_often": Questions.answer_how_often,
    "my_floor": Questions.answer_floor,
    "what_next": Questions.answer_what_next,
    "what_time": Questions.answer_time,
}
"""The questions that are answered in every active state and during a pause."""

EVERYWHERE: tuple[Row, ...] = tuple(
    row
    for state in (*ACTIVE, "paused")
    for row in (
        # The tension check answers "help" with an explanation of its own.
        *((Row(state, "help", None, Questions.help),) if state != "tension_check" else ()),
        *(Row(state, intent, None, answer) for intent, answer in ANSWERS.items()),
    )
)
