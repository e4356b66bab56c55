"""Stretching: thighs and hips, before everything else, if the person sits a lot or was in pain."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, own
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.session.passing_time import hold
from coach.session.workout import Workout
from coach.training.exercise import Hold


class Stretching(PartRoom):
    """The stretches of the routine one after the other, on each side where they have sides."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._done = 0

    def begin(self) -> None:
        self._done = 0
        self._stretch()

    def has_stretches_left(self) -> bool:
        return self._done + 1 < len(self._stretches)

    def go_on(self) -> None:
        """Go on to the other side or the next stretch."""
        self._done += 1
        self._stretch()

    def why(self) -> Script:
        stretch, _side = self._stretches[self._done]
        return (own("why", stretch.why),)

    @property
    def _stretches(self) -> list[tuple[Hold, str | None]]:
        holds = [self._workout.programme.holds[name] for name in self._workout.routine.stretches]
        return [(stretch, side) for stretch in holds for side in stretch.sides or (None,)]

    def _stretch(self) -> None:
        stretch, side = self._stretches[self._done]
        self._workout.seconds_left = None
        self._stage.play(hold(stretch, side, stretch.seconds, self._workout.seconds_passed))


PART = PartRows(
    "stretching",
    Stretching,
    (
        Row("stretching", "done", None, Stretching.go_on, Stretching.has_stretches_left),
        Row("stretching", "skip", None, Stretching.go_on, Stretching.has_stretches_left),
        Row("stretching", "played", None, Stretching.go_on, Stretching.has_stretches_left),
        Onward("stretching", ("done", "skip", "skip_stretching", "played")),
        Row("stretching", "restart", None, Stretching.begin),
    ),
    {"stretching": MOVING | {"arched"}},
    announced="next_stretching",
)
