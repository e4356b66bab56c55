"""Ratings: numbers from zero to ten, for pain before a session, and for effort at its end.

The number for pain is repeated and has to be agreed to, because much depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, ask, cue
from coach.messages.facts import EffortRated, PainRated
from coach.messages.intents import Trigger
from coach.messages.states import State
from coach.session.endings import Endings
from coach.session.intake import Intake
from coach.session.pauses import question
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.training.care import Level
from coach.units import Samples

_About = Literal["pain", "effort"]


class Ratings:
    """``level_of`` is the number that a sentence names. ``take_level`` is called with a number for
    pain that the person has agreed to."""

    def __init__(
        self,
        workout: Workout,
        level_of: Callable[[str], Level | None],
        take_level: Callable[[Level], None],
    ) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._level_of = level_of
        self._take_level = take_level
        self._about: _About = "pain"
        self._level: Level = 0
        self._was_asked = False

    def is_effort_due(self) -> bool:
        """Whether to ask, before the session is over, how hard its sets were."""
        did_sets = self._workout.tally.set > 0
        return self._workout.plan.asks_effort and did_sets and self._about == "pain"

    def is_about_effort(self) -> bool:
        """Whether the present question is how hard it was."""
        return self._about == "effort"

    def has_no_number_yet(self) -> bool:
        """Whether the question has not begun, so that nothing can be an answer to it."""
        return not self._was_asked

    def is_effort_given_up(self) -> bool:
        """Whether nobody has answered how hard it was, so that the session ends without it."""
        return self.is_about_effort() and self._stage.asked > 1

    def ask_pain(self) -> None:
        """Ask how strong the pain is today."""
        self._about = "pain"
        self._ask("ache_scale", ask("ask_ache", "ask_ache_again"))

    def ask_effort(self) -> None:
        """Ask how hard the session was."""
        self._about = "effort"
        self._ask("effort_scale", ask("ask_effort", "ask_effort_again"))

    def ask_anew(self) -> None:
        """Ask the present question from its beginning."""
        if self._about == "pain":
            self.ask_pain()
        else:
            self.ask_effort()

    def repeat_number(self) -> None:
        """Ask whether the number was understood."""
        heard = self._stage.heard
        level = None if heard is None else self._level_of(heard.text)
        if level is not None:
            self._level = level
        self._ask_if_right()

    def _ask_if_right(self) -> None:
        again = ask("ask_level_right", "ask_level_right_again", level=self._level)
        self._stage.play((again,))

    def take_pain(self) -> None:
        """Keep the number for pain, and let it decide what is trained."""
        self._stage.report(PainRated(self._stage.now, self._level))
        self._take_level(self._level)

    def take_effort(self) -> None:
        """Keep the number for effort; the session is over then."""
        heard = self._stage.heard
        level = None if heard is None else self._level_of(heard.text)
        if level is not None:
            self._stage.report(EffortRated(self._stage.now, level))
        self._stage.move_on()

    def _ask(self, scale: Literal["ache_scale", "effort_scale"], asked: Step) -> None:
        """Name the scale, and then ask: only what is said after that is an answer, since the scale
        names numbers itself."""
        self._was_asked = False
        script: Script = (cue(scale), replace(asked, reached=self._begin_turn))
        self._stage.play(script)

    def _begin_turn(self, now: Samples) -> None:
        self._was_asked = True
        self._stage.since = now


ROWS: tuple[Row, ...] = (
    Row("rating", "number", None, Turns.carry_on, Ratings.has_no_number_yet),
    Row("rating", "number", None, Ratings.take_effort, Ratings.is_about_effort),
    Row("rating", "number", "checking_rating", Ratings.repeat_number),
    Row("rating", "skip", "finished", Endings.finish, Ratings.is_about_effort),
    Row("rating", "skip", None, Turns.ask_again),
    Row("rating", "restart", None, Ratings.ask_anew),
    Row("rating", "played", "finished", Endings.finish, Ratings.is_about_effort),
    Row("rating", "played", None, Ratings.ask_pain),
    Row("rating", "unanswered", "finished", Endings.finish, Ratings.is_effort_given_up),
    *question("rating"),
    Row("checking_rating", "yes", "planning", Ratings.take_pain),
    Row("checking_rating", "no", "rating", Ratings.ask_pain),
    Row("checking_rating", "skip", None, Turns.ask_again),
    Row("checking_rating", "restart", "rating", Ratings.ask_pain),
    *question("checking_rating"),
    Row("planning", "played", "rating", Ratings.ask_pain, Intake.wants_level),
)

_NO_ANSWERS: frozenset[Trigger] = frozenset(
    {"ready", "done", "arched", "resume", "easier", "harder"}
)

IGNORED: Mapping[State, frozenset[Trigger]] = {
    "rating": _NO_ANSWERS | {"yes", "no"},
    "checking_rating": _NO_ANSWERS | {"number", "played"},
}
