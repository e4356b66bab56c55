"""Corrections: the last verdict on a rep, taken back because the person says that it was wrong.

Only the last one, and only for a while: later nobody is sure any more which rep is meant.
"""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.stage import Stage
from coach.dialogue.steps import Script, cue
from coach.messages.facts import RepCorrected
from coach.messages.states import State
from coach.session.pauses import Pauses
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import Samples, samples

_LONGEST_AGO: Samples = samples(20.0)
"""How long after a verdict somebody may begin to correct it."""


def is_recent(stage: Stage, at: Samples) -> bool:
    """Whether what is being said may still correct what was decided at a sample."""
    return stage.heard is not None and stage.heard.start <= at + _LONGEST_AGO


class Corrections:
    """Gives the last rep the other verdict, and says how many are perfect now."""

    def __init__(self, workout: Workout, pauses: Pauses) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._pauses = pauses

    def was_lost(self) -> bool:
        """Whether the last rep was lost a short while ago. No rep may have come down since: that
        one is perfect anyway, and a correction would be meant for it."""
        verdict = self._workout.verdict
        lost = verdict is not None and not verdict.perfect
        return lost and self._is_recent() and not self._workout.awaits_verdict()

    def was_counted(self) -> bool:
        """Whether the last rep was perfect a short while ago, or is about to be."""
        verdict = self._workout.verdict
        counted = verdict is not None and verdict.perfect and self._is_recent()
        return counted or self._workout.awaits_verdict()

    def undo(self) -> None:
        """Count the lost rep as perfect, and go on with the set."""
        script = self._give_back()
        self._workout.tally.set_is_over = False
        self._go_on(script)

    def undo_in_between(self) -> None:
        """Count the lost rep as perfect; what is going on goes on."""
        self._workout.interject(*self._give_back())

    def discount(self) -> None:
        """Count the perfect rep as none, and go on with the set."""
        self._go_on(self._take_away())

    def discount_in_between(self) -> None:
        """Count the perfect rep as none; what is going on goes on."""
        self._workout.interject(*self._take_away())

    def undo_in_pause(self) -> None:
        """Count the lost rep as perfect, and after the pause go on with the set."""
        script = self._give_back()
        if self._pauses.paused_in == "working":
            self._workout.tally.set_is_over = False
        self._stay_paused(script)

    def discount_in_pause(self) -> None:
        """Count the perfect rep as none, and after the pause go on with the set."""
        self._stay_paused(self._take_away())

    def _is_recent(self) -> bool:
        verdict = self._workout.verdict
        return verdict is not None and is_recent(self._stage, verdict.at)

    def _give_back(self) -> Script:
        workout, tally = self._workout, self._workout.tally
        floor_before = tally.floor
        self._overturn(perfect=True)
        corrected = cue("corrected", 1.0, perfect=tally.perfect)
        if tally.floor == floor_before:
            return (corrected,)
        if tally.floor is None:
            tally.find_floor()
        workout.report_floor()
        return (corrected, cue("floor_now", 1.0, floor=tally.working_floor))

    def _take_away(self) -> Script:
        if self._workout.awaits_verdict():
            self._workout.count_perfect()
        self._overturn(perfect=False)
        return (cue("discounted", 1.0, perfect=self._workout.tally.perfect),)

    def _overturn(self, *, perfect: bool) -> None:
        workout, tally = self._workout, self._workout.tally
        count = workout.verdict.count if workout.verdict else 0.0
        workout.verdict = None
        tally.overturn(perfect=perfect, count=count)
        fact = RepCorrected(self._stage.now, tally.name, tally.set, tally.reps_done, perfect)
        self._stage.report(fact)

    def _go_on(self, script: Script) -> None:
        self._workout.descent = None
        self._stage.play((*script, *self._workout.next_rep()))

    def _stay_paused(self, script: Script) -> None:
        self._workout.interject(*script)
        if self._pauses.paused_in == "working":
            self._pauses.resume_with(self._workout.another_rep())


_BETWEEN: tuple[State, ...] = ("resting", "asking_there", "plank")

EVERYWHERE: tuple[Row, ...] = (
    Row("working", "undo", None, Corrections.undo, Corrections.was_lost),
    Row("working", "undo", None, Turns.carry_on),
    Row("working", "discount", None, Corrections.discount, Corrections.was_counted),
    Row("working", "discount", None, Turns.carry_on),
    Row("offering_break", "undo", None, Turns.carry_on),
    Row("offering_break", "discount", None, Turns.carry_on),
    Row("offering_easier", "undo", "working", Corrections.undo, Corrections.was_lost),
    Row("offering_easier", "undo", None, Turns.carry_on),
    Row("offering_easier", "discount", None, Turns.carry_on),
    *(
        row
        for state in _BETWEEN
        for row in (
            Row(state, "undo", None, Corrections.undo_in_between, Corrections.was_lost),
            Row(state, "undo", None, Turns.carry_on),
            Row(state, "discount", None, Corrections.discount_in_between, Corrections.was_counted),
            Row(state, "discount", None, Turns.carry_on),
        )
    ),
    Row("paused", "undo", None, Corrections.undo_in_pause, Corrections.was_lost),
    Row("paused", "undo", None, Turns.carry_on),
    Row("paused", "discount", None, Corrections.discount_in_pause, Corrections.was_counted),
    Row("paused", "discount", None, Turns.carry_on),
)
"""The rows of every state in which a rep may have had its verdict a short while ago."""

SEARCHING: tuple[State, ...] = ("first_rep", "stop_point")
"""The states whose own rows take an arch back while the floor is looked for."""

STATES: frozenset[State] = frozenset(row.state for row in EVERYWHERE)
