"""Turns: who speaks next - what is asked or said again, and what nothing comes of."""

from __future__ import annotations

from coach.messages.actions import Silence
from coach.session.workout import Workout


class Turns:
    """Questions and cues that are said once more."""

    def __init__(self, workout: Workout, asks: int) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._asks = asks

    def is_patient(self) -> bool:
        """Whether a question that nobody answered is asked again."""
        return self._stage.asked < self._asks

    def ask_again(self) -> None:
        """Ask the present question in its other wording."""
        self._stage.asked += 1
        self._stage.player.ask_again()

    def say_again(self) -> None:
        """Say the last cue again, in words; a rep that this interrupts begins anew."""
        self._workout.break_off()
        self._stage.player.say_again(self._stage.now)

    def carry_on(self) -> None:
        """Do nothing about it: an answer to what was not asked yet, or no more."""

    def fall_silent(self) -> None:
        """Say nothing; what is to be noticed waits until somebody wants to hear something."""
        self._stage.act(Silence())
        self._stage.player.play((), self._stage.now)
