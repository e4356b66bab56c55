"""Holds: the effects of the table that stretch, and hold the plank."""

from __future__ import annotations

from coach import script
from coach.facts import HoldEnded
from coach.messages import Heard
from coach.steps import Step, cue
from coach.workout import Workout


class Holds:
    """Stretches before, the plank after. A plank takes ``seconds``."""

    def __init__(self, workout: Workout, seconds: float) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._seconds = round(seconds)
        self._held: int | None = None

    def guards(self) -> dict[str, bool]:
        """The guards that are about holds."""
        return {"holding": self._held is not None}

    def reach(self, step: Step) -> None:
        """So many seconds of the plank are over."""
        self._held = int(dict(step.fills)["second"])
        if self._held == self._seconds:
            self._report(whole=True)

    def leave(self) -> None:
        """The person has something else to do: the plank is over."""
        if self._held is not None:
            self._report(whole=False)

    def begin_stretching(self, _heard: Heard | None) -> None:
        holds = self._workout.programme.holds
        stretches = [holds[name] for name in self._workout.routine.stretches]
        self._stage.play(script.stretching(stretches))

    def begin_plank(self, _heard: Heard | None) -> None:
        self._held = None
        hold = self._workout.programme.holds[self._workout.routine.hold]
        self._stage.play(script.plank(hold, self._seconds))

    def break_hold(self, _heard: Heard | None) -> None:
        self._report(whole=False)
        self._stage.play((cue("hold_over", 1.0),))

    def tell_hold(self, _heard: Heard | None) -> None:
        self._workout.interject(cue("hold_as_you_can"))

    def _report(self, *, whole: bool) -> None:
        held, self._held = float(self._held or 0), None
        name = self._workout.routine.hold
        self._stage.report(HoldEnded(self._stage.now, name, held, whole))
