"""Slow descent: the first counted descent, as far as the back stays flat."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, cue, own
from coach.session.lifting_scripts import arched_in_descent, descent
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.session.parts.sets import Sets
from coach.session.parts.stop_point import StopPoint
from coach.session.workout import Workout


class SlowDescent(PartRoom):
    """One descent; if the back arches in it, the search for the stop point begins."""

    def begin(self) -> None:
        workout = self._workout
        workout.descent = None
        workout.tally.look_for_floor()
        self._stage.play((*workout.set_up(), *self._script()))

    def in_rep_before_stop(self) -> bool:
        """Whether an arch now belongs to the descent, and the routine has the stop point."""
        return self._workout.is_in_rep() and "stop_point" in self._workout.routine.parts

    def note_arch(self) -> None:
        """Remember where the back arched, in a routine without the stop point."""
        self._workout.note_arch()
        self._stage.play(arched_in_descent())

    def in_new_tempo(self, announcement: Step) -> Script:
        return (announcement, *self._script())

    def _script(self) -> Script:
        workout = self._workout
        exercise, tally = workout.exercise, workout.tally
        whole = own("range", exercise.text("range"))
        return (
            cue("descent_intro"),
            whole if tally.floor is None else cue("floor_now", floor=tally.floor),
            cue("descent_warning", 1.0),
            *descent(exercise, tally.working_floor, workout),
        )


PART = PartRows(
    "slow_descent",
    SlowDescent,
    (
        Row(
            "slow_descent",
            "arched",
            "stop_point",
            StopPoint.begin_arched,
            SlowDescent.in_rep_before_stop,
        ),
        Row("slow_descent", "arched", None, SlowDescent.note_arch, Workout.is_in_rep),
        Row("slow_descent", "arched", None, Sets.reset_back),
        Onward("slow_descent", ("skip", "played")),
        Row("slow_descent", "restart", None, SlowDescent.begin),
    ),
    {"slow_descent": MOVING | {"done"}},
    announced="next_slow_descent",
)
