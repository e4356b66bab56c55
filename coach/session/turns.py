"""Turns: effects that repeat what was said, fall silent, or do nothing."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.steps import Step
from coach.messages.actions import Silence, Tone
from coach.session.workout import Workout

_WITH_ANSWERS = 3
"""At which time a question is asked with its answers."""


class Turns:
    """Repeats questions and cues. ``asks`` is how often a question is asked in all; ``answers``
    returns the cue that says what can be answered now."""

    def __init__(self, workout: Workout, asks: int, answers: Callable[[], Step]) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._asks = asks
        self._answers = answers

    def has_asks_left(self) -> bool:
        """Whether a question that nobody answered may be asked again."""
        return self._stage.asked < self._asks

    def ask_again(self) -> None:
        """Ask the present question again, in its other wording, which is no longer; from the third
        time on with what can be answered."""
        self._stage.asked += 1
        if self._stage.asked < _WITH_ANSWERS:
            self._stage.player.ask_again()
        else:
            self._stage.player.ask_with(self._answers(), self._stage.now, again=True)

    def tell_not_understood(self) -> None:
        """Show somebody who answered that it was not understood: by a tone, then by the answers.

        After that it is silent, because what it hears may not be meant for it.
        """
        self._stage.missed += 1
        if self._stage.missed == 1:
            self._stage.act(Tone("not_understood"))
        elif self._stage.missed == _WITH_ANSWERS - 1:
            self._stage.player.ask_with(self._answers(), self._stage.now, again=False)

    def say_again(self) -> None:
        """Repeat the last cue in words; a rep that this interrupts starts again."""
        self._workout.break_off()
        self._stage.player.say_again(self._stage.now)

    def carry_on(self) -> None:
        """Do nothing, for a trigger that needs no reaction here."""

    def fall_silent(self) -> None:
        """Stop speaking; notices wait until the next script is played."""
        self._stage.act(Silence())
        self._stage.player.play((), self._stage.now)
