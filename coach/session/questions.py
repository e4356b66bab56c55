"""Questions: the effects of the table that answer a question in a sentence; then it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.dialogue.language import Language
from coach.dialogue.steps import Script, cue, own
from coach.hearing.grammar import Grammar
from coach.messages.events import Heard, Intent
from coach.messages.facts import Mistake
from coach.messages.prompt_ids import PromptId
from coach.session.holds import Holds
from coach.session.table import ON_CALL, wanted_intents
from coach.session.wordings import help_words
from coach.session.workout import Workout
from coach.training.programme import PARTS

_MISTAKES: Mapping[Intent, Mistake] = {"bulging": "belly", "neck": "head", "breathing": "breath"}
"""What a question tells about how the person trains."""

_ANSWERS: Mapping[Intent, PromptId] = {
    "bulging": "answer_bulging",
    "neck": "answer_neck",
    "breathing": "answer_breathing",
    "how_often": "answer_how_often",
}
"""The answers that are always the same."""

_NEXT: Mapping[str, PromptId] = {
    "stretching": "next_stretching",
    "cat_cow": "next_cat_cow",
    "tension_check": "next_tension_check",
    "first_rep": "next_first_rep",
    "slow_descent": "next_slow_descent",
    "stop_point": "next_stop_point",
    "working": "next_working",
    "resting": "next_resting",
    "plank": "next_plank",
    "finished": "next_finished",
}
"""What is said of the part that comes next."""


class Questions:
    """``state`` tells the state of the session, the one that was paused during a pause."""

    def __init__(
        self,
        workout: Workout,
        holds: Holds,
        grammar: Grammar,
        language: Language,
        state: Callable[[], str],
    ) -> None:
        self._workout = workout
        self._holds = holds
        self._grammar = grammar
        self._language = language
        self._state = state

    def help_in(self, state: str, *, on_call: bool) -> None:
        """Tell what can be said in ``state``, or to a box that is ``on_call``."""
        wanted = ON_CALL if on_call else wanted_intents(state)
        words = help_words(self._grammar, self._language, wanted)
        self._workout.interject(cue("help", words=words))

    def answer(self, heard: Heard) -> None:
        mistake = _MISTAKES.get(heard.intent)
        if mistake is not None:
            self._workout.note(mistake)
        self._workout.interject(*self._script(heard.intent))

    def _script(self, intent: Intent) -> Script:
        match intent:
            case "how_many":
                return self._how_many()
            case "my_floor":
                return self._floor()
            case "what_next":
                return (cue(_NEXT[self._next_part()]),)
            case "why":
                return self._why()
            case "bulging":
                return (cue("bulging_means", 1.0), cue(_ANSWERS[intent], 3.0))
            case _:
                return (cue(_ANSWERS[intent], 1.0),)

    def _how_many(self) -> Script:
        tally = self._workout.tally
        if tally.set == 0:
            return (cue("how_many_none"),)
        so_far = cue("how_many", perfect=tally.perfect)
        if tally.reps_left == 0 or self._state() not in ("working", "offering_easier"):
            return (so_far,)
        return (so_far, cue("how_many_left", left=tally.reps_left))

    def _floor(self) -> Script:
        floor = self._workout.tally.floor
        return (cue("no_floor_yet"),) if floor is None else (cue("floor_now", floor=floor),)

    def _why(self) -> Script:
        workout, state = self._workout, self._state()
        if state == "plank":
            return (own("why", workout.programme.holds[workout.routine.hold].why),)
        if state == "stretching":
            return (own("why", self._holds.stretch.why),)
        if state in ("cat_cow", "tension_check", "waiting", "planning"):
            return (cue("answer_why"),)
        return (own("why", workout.exercise.why),)

    def _next_part(self) -> str:
        """What comes after the state: the name of a part, a rest, or the end."""
        state, tally = self._state(), self._workout.tally
        if state == "resting":
            return "working"
        if state in ("working", "offering_easier"):
            if tally.sets_left > 0:
                return "resting"
            state = "working"
        after = PARTS.index(state) + 1 if state in PARTS else 0
        later = (part for part in PARTS[after:] if part in self._workout.parts)
        return next(later, "finished")
