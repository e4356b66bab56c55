"""Screening: questions about health, before the first session and again after half a year.

They are no questionnaire that anybody has validated. Who answers yes is sent to a doctor or a
physiotherapist first, and with signs of pressed nerves at once. The answers are not kept: only the
day on which all were given, and whether advice was needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, ask, cue
from coach.messages.facts import ScreeningPassed, SessionResumed
from coach.messages.intents import Trigger
from coach.messages.prompt_ids import PromptId
from coach.messages.states import State
from coach.session.endings import Endings
from coach.session.intake import Intake
from coach.session.pauses import Pauses, question
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import Samples

_ABOUT: tuple[Step, ...] = (
    ask("ask_heart", "ask_heart_again"),
    ask("ask_fainting", "ask_fainting_again"),
    ask("ask_recent", "ask_recent_again"),
    ask("ask_bones", "ask_bones_again"),
    ask("ask_nerves", "ask_nerves_again"),
)
"""The questions, in order."""

_AT_ONCE: PromptId = "ask_nerves"
"""The question to which yes means that somebody has to look at it today."""

_ADVISED = ask("ask_advised", "ask_advised_again")


class Screening:
    """``welcome`` says before the first question what a person has to know."""

    def __init__(self, workout: Workout, welcome: Callable[[], None]) -> None:
        self._stage = workout.stage
        self._plan = workout.plan
        self._welcome = welcome
        self._place = 0
        self._asked: PromptId | None = None
        self._is_affirmed = False
        self._advised = False

    def is_due(self) -> bool:
        """Whether the person has to be asked before this session."""
        return self._plan.screens

    def asks_about_nerves(self) -> bool:
        """Whether the present question is the one that cannot wait."""
        return self._asked == _AT_ONCE

    def asks_if_advised(self) -> bool:
        """Whether the present question is whether somebody who knows was asked."""
        return self._asked == _ADVISED.prompt

    def begin(self) -> None:
        """Ask the first question."""
        self._welcome()
        self.begin_again()

    def begin_again(self) -> None:
        """Ask all of them again."""
        self._advised = False
        self._ask_about(0, cue("screening_intro"))

    def agree(self) -> None:
        """Send the person to be advised, or go on where they have been."""
        if self.asks_if_advised():
            self._advised = True
            self.go_on()
        elif self._asked is not None:
            self._is_affirmed = True
            self._ask(_ADVISED, cue("doctor_first"))

    def go_on(self) -> None:
        """Ask the next question; after the last one the person may train.

        As long as no question has begun, "no" only corrects a "yes" to the one before.
        """
        if self._asked is None and not self._is_affirmed:
            return
        if self._place + 1 < len(_ABOUT):
            self._ask_about(self._place + 1)
            return
        self._asked, self._is_affirmed = None, False
        self._stage.report(ScreeningPassed(self._stage.now, self._advised))
        self._stage.notice(cue("screening_over"))
        self._stage.move_on()

    def ask_last_again(self) -> None:
        """Ask the last question that was answered again."""
        self._ask_about(self._place if self._is_affirmed else max(0, self._place - 1))

    def take_back(self) -> None:
        """Ask the question again whose answer has ended the session."""
        self._stage.report(SessionResumed(self._stage.now))
        self._ask_about(self._place)

    def _ask_about(self, place: int, *before: Step) -> None:
        self._place, self._is_affirmed = place, False
        self._ask(_ABOUT[place], *before)

    def _ask(self, asked: Step, *before: Step) -> None:
        self._asked = None
        script: Script = (*before, replace(asked, reached=partial(self._begin_turn, asked.prompt)))
        self._stage.play(script)

    def _begin_turn(self, asked: PromptId | None, now: Samples) -> None:
        """What was said before a question began is no answer to it."""
        self._asked = asked
        self._stage.since = now


_BEGINNINGS: tuple[Trigger, ...] = ("ready", "yes", "skip")
_MISHEARD: tuple[Trigger, ...] = ("no", "not_me")

ROWS: tuple[Row, ...] = (
    *(
        row
        for each in _BEGINNINGS
        for row in (
            # Without a speaker the coach cannot be heard, so no session begins.
            Row("waiting", each, None, Turns.carry_on, Pauses.is_mute),
            Row("waiting", each, "screening", Screening.begin, Screening.is_due),
            Row("waiting", each, "planning", Intake.begin),
        )
    ),
    Row("screening", "yes", "stopped", Endings.end_for_help, Screening.asks_about_nerves),
    Row("screening", "yes", None, Screening.agree),
    Row("screening", "no", "stopped", Endings.end_until_advised, Screening.asks_if_advised),
    Row("screening", "no", None, Screening.go_on),
    # What was misheard can be mended, for a while even where it has ended the session.
    *(Row("screening", each, None, Screening.ask_last_again) for each in ("not_me", "go_back")),
    *(
        Row("stopped", each, "screening", Screening.take_back, Endings.was_ended_by_answer)
        for each in _MISHEARD
    ),
    Row("screening", "skip", None, Turns.ask_again),
    Row("screening", "restart", None, Screening.begin_again),
    Row("screening", "played", "planning", Intake.begin_again),
    *question("screening"),
)

IGNORED: Mapping[State, frozenset[Trigger]] = {
    "screening": frozenset({"ready", "done", "arched", "resume"}),
}
