"""Plank: one hold at the end, to build endurance."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, cue, own
from coach.messages.facts import HoldEnded
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.session.passing_time import hold
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.training.exercise import Hold
from coach.units import Samples


class Plank(PartRoom):
    """Holds for as long as the plan says, or else as the hold's own file does. What is reported are
    the seconds that were really held."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._held_seconds: int | None = None

    def begin(self) -> None:
        self._held_seconds = None
        self._stage.play(hold(self._hold, None, self._seconds, self._second_passed))

    def leave(self) -> None:
        """Report the seconds held so far, because the session leaves the plank."""
        if self._held_seconds is not None:
            self._report(whole=False)

    def why(self) -> Script:
        return (own("why", self._hold.why),)

    def is_holding(self) -> bool:
        return self._held_seconds is not None

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
        elif self._held_seconds is not None:
            self._held_seconds = passed
            if passed == total:
                self._report(whole=True)

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
        Onward("plank", ("done", "skip", "played")),
        Row("plank", "restart", None, Plank.begin),
        Row("plank", "easier", None, Plank.advise_own_pace),
        Row("plank", "harder", None, Plank.advise_own_pace),
    ),
    {"plank": MOVING},
    announced="next_plank",
)
