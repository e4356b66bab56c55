"""Plank: one hold at the end, to build endurance."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, cue, own
from coach.messages.facts import HoldEnded
from coach.session.part import Onward, PartRoom, PartRows
from coach.session.passing_time import hold
from coach.session.pauses import Pauses
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.training.exercise import Hold
from coach.units import Samples

_CLEAR_OF_HALF = 3
"""How many seconds later it asks, so that no announcement of the time cuts the question off."""


class Plank(PartRoom):
    """Holds for as long as the plan says, or else as the hold's own file does. What is reported are
    the seconds that were really held.

    In a long hold it asks who has not said a word whether they are there, while time goes on.
    """

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._held_seconds: int | None = None
        self._asked = False

    def begin(self) -> None:
        self._held_seconds = self._workout.descent = self._workout.seconds_left = None
        self._stage.play(hold(self._hold, None, self._seconds, self._second_passed))

    def leave(self) -> None:
        """Report the seconds held so far, because the session leaves the plank.

        What nobody took part in is not reported.
        """
        if self._held_seconds is not None and not self.is_unattended():
            self._report(whole=False)

    def why(self) -> Script:
        return (own("why", self._hold.why),)

    def is_holding(self) -> bool:
        return self._held_seconds is not None

    def is_unattended(self) -> bool:
        """Whether the coach has asked who is there, and nobody has spoken since."""
        return self._asked and not self._workout.attended

    def break_off(self) -> None:
        """End the hold because the person came down early."""
        self._report(whole=False)
        self._stage.play((cue("hold_over", 1.0),))

    def advise_own_pace(self) -> None:
        """Answer a request for an easier or harder plank, of which there is none."""
        self._workout.interject(cue("hold_as_you_can"))

    @property
    def _hold(self) -> Hold:
        return self._workout.programme.holds[self._workout.routine.hold]

    @property
    def _seconds(self) -> int:
        planned = self._workout.plan.hold_seconds
        return self._hold.seconds if planned is None else round(planned)

    def _second_passed(self, passed: int, total: int, now: Samples) -> None:
        self._workout.seconds_passed(passed, total, now)
        if passed == 0:
            self._held_seconds = 0
            self._asked = self._workout.attended = False
        elif self._held_seconds is not None:
            self._held_seconds = passed
            every = self._workout.routine.answers.asks_after_seconds
            if passed % every == _CLEAR_OF_HALF and passed > every:
                self._ask_who_is_there()
            if passed == total:
                self._report(whole=True)

    def _ask_who_is_there(self) -> None:
        self._asked = not self._workout.attended
        self._workout.attended = False
        if self._asked:
            self._stage.player.ask_aside("ask_there", self._stage.now)

    def _report(self, *, whole: bool) -> None:
        held, self._held_seconds = float(self._held_seconds or 0), None
        name = self._workout.routine.hold
        self._stage.report(HoldEnded(self._stage.now, name, held, whole))


PART = PartRows(
    "plank",
    Plank,
    (
        Row("plank", "arched", None, Plank.break_off, Plank.is_holding),
        Row("plank", "arched", None, Turns.carry_on),
        Row("plank", "done", None, Plank.break_off, Plank.is_holding),
        Onward("plank", ("done", "skip", "skip_plank", "played")),
        Row("plank", "restart", None, Plank.begin),
        Row("plank", "yes", None, Turns.carry_on),
        Row("plank", "ready", None, Turns.carry_on),
        Row("plank", "unanswered", "paused", Pauses.wait_quietly, Plank.is_unattended),
        Row("plank", "unanswered", None, Turns.carry_on),
        Row("plank", "tired", None, Plank.advise_own_pace),
        Row("plank", "easier", None, Plank.advise_own_pace),
        Row("plank", "harder", None, Plank.advise_own_pace),
    ),
    {"plank": frozenset({"no", "resume"})},
    announced="next_plank",
)
