"""Stop point: finds the floor, which is the count of the descent below which the back arches."""

from __future__ import annotations

from typing import NamedTuple

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, cue
from coach.session.corrections import is_recent
from coach.session.lifting_scripts import arched_in_descent, descent
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.session.parts.sets import Sets
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import Samples


class _Arch(NamedTuple):
    """When an arch was noted, which count was reached, and how many descents were left after it:
    None in the slow descent before the search."""

    at: Samples
    reached: float
    descents_left: int | None


class StopPoint(PartRoom):
    """A few descents find the floor. If it is known already, one descent probes half a count below
    it where the plan asks for that."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._descents_left = 0
        self._floor_announced = False
        self._floor_before: tuple[float | None, bool] = (None, False)
        self._arches: list[_Arch] = []
        self._may_undo = False

    def begin(self) -> None:
        self._workout.descent = None
        self._remember()
        self._stage.play((*self._workout.set_up(), *self._script()))

    def begin_arched(self) -> None:
        """Begin with the arch of the slow descent as the first result."""
        self._remember()
        self._note_arch(None)
        rested = (*arched_in_descent(), *self._workout.set_up())
        self._stage.play((*rested, *self._script()))

    def search_again(self) -> None:
        """Start the search again from what was known before it."""
        tally = self._workout.tally
        self._workout.descent = None
        tally.look_for_floor()
        tally.floor, tally.probing = self._floor_before
        self._remember()
        self._stage.play(self._script())

    def was_noted(self) -> bool:
        """Whether an arch was noted a short while ago, and is not taken back yet."""
        return self._may_undo and is_recent(self._stage, self._arches[-1].at)

    def undo(self) -> None:
        """Take the last arch back, and do the descent again that it ended."""
        tally = self._workout.tally
        self._workout.descent = None
        self._may_undo = self._floor_announced = False
        undone = self._arches.pop()
        tally.look_for_floor()
        tally.floor, tally.probing = self._floor_before
        for arch in self._arches:
            tally.note_arch(arch.reached)
        if undone.descents_left is None:
            again = self._script()
        else:
            self._descents_left = undone.descents_left
            again = self._descent()
        self._stage.play((cue("taken_back", 1.0), *self._workout.set_up(), *again))

    def note_arch(self) -> None:
        """Remember where the back arched; after the last descent, set and announce the floor."""
        self._note_arch(self._descents_left)
        rested = arched_in_descent()
        if self._descents_left:
            self._stage.play((*rested, *self._workout.set_up(), *self._next_descent()))
        else:
            self._stage.play((*rested, *self._floor_announcement()))

    def has_descents_left(self) -> bool:
        return self._descents_left > 0

    def lower_again(self) -> None:
        self._stage.play(self._next_descent())

    def has_floor_to_announce(self) -> bool:
        return not self._floor_announced

    def announce_floor(self) -> None:
        self._stage.play(self._floor_announcement())

    def in_new_tempo(self, announcement: Step) -> Script | None:
        return None if self._floor_announced else (announcement, *self._descent())

    def _remember(self) -> None:
        """Remember what was known before the search."""
        self._floor_before = self._workout.tally.floor, self._workout.tally.probing
        self._arches, self._may_undo = [], False

    def _note_arch(self, descents_left: int | None) -> None:
        count = self._workout.note_arch()
        self._arches.append(_Arch(self._stage.now, count, descents_left))
        self._may_undo = True

    def _script(self) -> Script:
        self._floor_announced = False
        tally = self._workout.tally
        searches = tally.floor is None or tally.has_arched
        if not searches and not tally.probing:
            self._descents_left = 0
            return self._floor_announcement()
        self._descents_left = self._workout.routine.stop_point.descents if searches else 1
        intro = cue("stop_point_intro" if searches else "probe_intro", 1.0)
        return (intro, *self._next_descent())

    def _next_descent(self) -> Script:
        self._descents_left -= 1
        return self._descent()

    def _descent(self) -> Script:
        workout = self._workout
        return descent(workout.exercise, workout.tally.probed_floor, workout)

    def _floor_announcement(self) -> Script:
        self._floor_announced = True
        floor = self._workout.tally.find_floor()
        self._workout.report_floor()
        full = floor == self._workout.exercise.tempo.counts
        return (cue("floor_is_full" if full else "floor_is", 1.0, floor=floor),)


PART = PartRows(
    "stop_point",
    StopPoint,
    (
        Row("stop_point", "arched", None, StopPoint.note_arch, Workout.is_in_rep),
        Row("stop_point", "arched", None, Sets.reset_back),
        Row("stop_point", "undo", None, StopPoint.undo, StopPoint.was_noted),
        Row("stop_point", "undo", None, Turns.carry_on),
        Row("stop_point", "played", None, StopPoint.lower_again, StopPoint.has_descents_left),
        Row(
            "stop_point", "played", None, StopPoint.announce_floor, StopPoint.has_floor_to_announce
        ),
        Onward("stop_point", ("played", "skip")),
        Row("stop_point", "restart", None, StopPoint.search_again),
    ),
    {"stop_point": MOVING | {"done"}},
    announced="next_stop_point",
)
