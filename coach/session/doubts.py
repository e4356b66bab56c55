"""Doubts: "stop", pain or alarm was heard, but perhaps it was the coach's own voice, or a cough.

The coach listens, and then asks.

It is silent from the first syllable on, so whatever is said again is a person's, and is obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from coach.dialogue.machine import OfDest, Row
from coach.dialogue.steps import LONGEST_UTTERANCE, Script, cue, listening
from coach.messages.actions import Silence
from coach.messages.intents import Intent, Trigger
from coach.messages.prompt_ids import PromptId
from coach.messages.states import ACTIVE, FINAL, State
from coach.session.endings import Endings
from coach.session.pauses import Pauses
from coach.session.questions import ANSWERS
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import Samples

_LISTENS_SECONDS = 2.0
"""How long the coach is silent before it asks."""

_PATIENCE_SECONDS = 8.0
"""How long it waits for the answer. That is less than for other questions: a question to somebody
who has said nothing should cost no more time than it must."""

_QUESTIONS: Mapping[Intent, PromptId] = {"pain": "doubt_pain", "alarm": "doubt_alarm"}

_ANSWERS: frozenset[Intent] = frozenset({"yes", "no", "repeat"})
"""What means nothing before the question: it was said to something else."""


class Doubts:
    """``came_from`` returns the state that the session left last."""

    def __init__(self, workout: Workout, pauses: Pauses, came_from: Callable[[], State]) -> None:
        self._stage = workout.stage
        self._pauses = pauses
        self._came_from = came_from
        self._arose_in: State = "waiting"
        self._of: Intent = "stop"
        self._asked = False

    @property
    def unasked(self) -> frozenset[Intent]:
        """The intents that do not count yet, because nothing was asked."""
        return frozenset() if self._asked else _ANSWERS

    def is_of_pain(self) -> bool:
        """Whether it is pain that was perhaps told."""
        return self._of == "pain"

    def is_of_alarm(self) -> bool:
        """Whether it is an alarm that was perhaps told."""
        return self._of == "alarm"

    def has_asked(self) -> bool:
        """Whether the question has begun."""
        return self._asked

    def arose_in(self, state: State) -> bool:
        """Whether ``state`` was interrupted."""
        return self._arose_in == state

    def listen(self) -> None:
        """Break off what is going on, and listen; then ask."""
        heard = self._stage.heard
        self._of = "stop" if heard is None else heard.intent
        self._asked = False
        self._arose_in = self._came_from()
        # What a pause has interrupted stays as it is.
        if self._arose_in != "paused":
            self._pauses.suspend()
        question = cue(_QUESTIONS.get(self._of, "doubt_stop"), _PATIENCE_SECONDS)
        asks = replace(question, settle=LONGEST_UTTERANCE, reached=self._begin_to_ask)
        self._be_silent((listening(_LISTENS_SECONDS), asks))

    def await_answer(self) -> None:
        """Break off the question, which may itself be what was heard, and wait for its answer."""
        self._be_silent((listening(_PATIENCE_SECONDS),))

    def listen_in_between(self) -> None:
        """Listen, and then continue: there is no session that could be ended."""
        self._stage.act(Silence())
        self._stage.interject((listening(_LISTENS_SECONDS),))

    def _be_silent(self, script: Script) -> None:
        """Play a script that begins in silence, and before which no notice is said."""
        self._stage.act(Silence())
        self._stage.player.play(script, self._stage.now)

    def _begin_to_ask(self, _now: Samples) -> None:
        self._asked = True
        self._stage.turn()


EVERYWHERE: tuple[Row, ...] = (
    Row("waiting", "doubted", None, Doubts.listen_in_between, Workout.is_on_call),
    *(Row(state, "doubted", "in_doubt", Doubts.listen) for state in (*ACTIVE, "paused")),
    *(Row(state, "doubted", None, Doubts.listen_in_between) for state in FINAL),
)
"""The rows that lead into doubt, from everywhere."""

ROWS: tuple[Row, ...] = (
    Row("in_doubt", "stop", "stopped", Endings.stop),
    Row("in_doubt", "pain", "stopped", Endings.end_in_pain),
    Row("in_doubt", "alarm", "stopped", Endings.end_in_alarm),
    Row("in_doubt", "yes", "stopped", Endings.end_in_pain, Doubts.is_of_pain),
    Row("in_doubt", "yes", "stopped", Endings.end_in_alarm, Doubts.is_of_alarm),
    Row("in_doubt", "yes", "stopped", Endings.stop),
    Row("in_doubt", "doubted", None, Doubts.await_answer, Doubts.has_asked),
    Row("in_doubt", "doubted", None, Turns.carry_on),
    Row("in_doubt", "repeat", None, Turns.say_again),
    Row("in_doubt", "pause", "paused", Pauses.announce),
    Row("in_doubt", "device_lost", "paused", Pauses.announce_devices),
    Row("in_doubt", "device_found", "paused", Pauses.announce_devices),
)

_RETURNS: tuple[Trigger, ...] = ("no", "not_me", "resume", "played")

RETURNS: tuple[Row, ...] = tuple(
    row
    for trigger in _RETURNS
    for row in (
        *(
            Row("in_doubt", trigger, state, Pauses.go_on, OfDest(Doubts.arose_in))
            for state in ACTIVE
        ),
        Row("in_doubt", trigger, "paused", Pauses.keep_waiting),
    )
)
"""The rows that lead back to the state that a doubt interrupted."""

IGNORED: frozenset[Trigger] = frozenset(
    {
        *("ready", "done", "arched", "skip", "help", "easier", "harder", "slower", "faster"),
        *("restart", "unanswered"),
        *ANSWERS,
    }
)
"""While a session may be about to end, nothing else is asked or changed."""
