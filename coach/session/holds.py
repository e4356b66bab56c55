"""Holds: the effects of the table that stretch, and hold the plank."""

from __future__ import annotations

from coach.dialogue.steps import Step, cue
from coach.messages.events import Heard
from coach.messages.facts import HoldEnded
from coach.session import scripts
from coach.session.workout import Workout
from coach.training.exercise import Hold


class Holds:
    """Stretches before, the plank after. A plank takes ``seconds``; its own where that is None."""

    def __init__(self, workout: Workout, seconds: float | None) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._known_seconds = seconds
        self._held: int | None = None
        self._stretched = 0

    def guards(self) -> dict[str, bool]:
        """The guards that are about holds."""
        return {
            "holding": self._held is not None,
            "stretches_left": self._stretched + 1 < len(self._stretches),
        }

    @property
    def stretch(self) -> Hold:
        """The stretch that is on, or comes next."""
        return self._stretches[self._stretched][0]

    @property
    def _stretches(self) -> list[tuple[Hold, str | None]]:
        holds = [self._workout.programme.holds[name] for name in self._workout.routine.stretches]
        return [(hold, side) for hold in holds for side in hold.sides or (None,)]

    @property
    def _hold(self) -> Hold:
        return self._workout.programme.holds[self._workout.routine.hold]

    @property
    def _seconds(self) -> int:
        known = self._known_seconds
        return self._hold.seconds if known is None else round(known)

    def reach(self, step: Step) -> None:
        """So many seconds of the plank are over."""
        second = int(dict(step.fills)["second"])
        if second == 0:
            self._held = 0
        elif self._held is not None:
            self._held = second
            if second == self._seconds:
                self._report(whole=True)

    def leave(self) -> None:
        """The person has something else to do: the plank is over."""
        if self._held is not None:
            self._report(whole=False)

    def begin_stretching(self, _heard: Heard | None) -> None:
        self._stretched = 0
        self._stage.play(scripts.stretch(*self._stretches[0]))

    def next_stretch(self, _heard: Heard | None) -> None:
        self._stretched += 1
        self._stage.play(scripts.stretch(*self._stretches[self._stretched]))

    def begin_plank(self, _heard: Heard | None) -> None:
        self._held = None
        self._stage.play(scripts.plank(self._hold, self._seconds))

    def break_hold(self, _heard: Heard | None) -> None:
        self._report(whole=False)
        self._stage.play((cue("hold_over", 1.0),))

    def tell_hold(self, _heard: Heard | None) -> None:
        self._workout.interject(cue("hold_as_you_can"))

    def _report(self, *, whole: bool) -> None:
        held, self._held = float(self._held or 0), None
        name = self._workout.routine.hold
        self._stage.report(HoldEnded(self._stage.now, name, held, whole))
