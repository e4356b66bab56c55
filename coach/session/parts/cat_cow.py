"""Cat cow: the back is rounded and arched in turn, on hands and knees, at breathing pace."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, cue, pose
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.training.programme import Routine
from coach.units import samples


class CatCow(PartRoom):
    """As many rounds as the routine has, each of two breaths on the beat."""

    def begin(self) -> None:
        self._stage.play(_script(self._workout.routine))

    def why(self) -> Script:
        return (cue("answer_why"),)


def _script(routine: Routine) -> Script:
    breath = samples(routine.cat_cow.breath_seconds)
    steps = [pose("cat_cow_setup", 2.0)]
    for round_ in range(1, routine.cat_cow.rounds + 1):
        steps.append(Step("cat", (("round", round_),), breath, on_beat=True, anchor=True))
        steps.append(Step("cow", (), breath, on_beat=True))
    return tuple(steps)


PART = PartRows(
    "cat_cow",
    CatCow,
    (
        Onward("cat_cow", ("done", "skip", "played")),
        Row("cat_cow", "restart", None, CatCow.begin),
    ),
    {"cat_cow": MOVING | {"arched"}},
    announced="next_cat_cow",
)
