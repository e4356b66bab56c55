"""Plank: one hold at the end, to build endurance; its seconds are those that were held."""

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
    """As long as the plan says, else as the hold's own file does."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._held_seconds: int | None = None

    def begin(self) -> None:
        self._held_seconds = None
        self._stage.play(hold(self._hold, None, self._seconds, self._second_passed))

    def leave(self) -> None:
        """The person has something else to do: what is held is over."""
        if self._held_seconds is not None:
            self._report(whole=False)

    def why(self) -> Script:
        return (own("why", self._hold.why),)

    def is_holding(self) -> bool:
        return self._held_seconds is not None

    def break_off(self) -> None:
        """The person came down before the end."""
        self._report(whole=False)
        self._stage.play((cue("hold_over", 1.0),))

    def tell_hold(self) -> None:
        """There is no easier plank, and no harder one."""
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
        Row("plank", "easier", None, Plank.tell_hold),
        Row("plank", "harder", None, Plank.tell_hold),
    ),
    {"plank": MOVING},
    announced="next_plank",
)
