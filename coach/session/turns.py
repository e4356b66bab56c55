"""Turns: effects that repeat what was said, fall silent, or do nothing."""

from __future__ import annotations

from coach.messages.actions import Silence
from coach.session.workout import Workout


class Turns:
    """Repeats questions and cues. ``asks`` is how often a question is asked in all."""

    def __init__(self, workout: Workout, asks: int) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._asks = asks

    def has_asks_left(self) -> bool:
        """Whether a question that nobody answered may be asked again."""
        return self._stage.asked < self._asks

    def ask_again(self) -> None:
        """Ask the present question again, in its other wording."""
        self._stage.asked += 1
        self._stage.player.ask_again()

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
