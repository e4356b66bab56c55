"""Tension check: the person presses the small of the back onto a hand, to learn how that feels."""

from __future__ import annotations

from dataclasses import replace

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, ask, cue, pose
from coach.session.part import Onward, PartRoom, PartRows
from coach.session.pauses import question
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import Samples


class TensionCheck(PartRoom):
    """Explains and asks until the person feels it, or skips it."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._asked = False

    def begin(self) -> None:
        self._asked = False
        self._stage.play(
            (
                pose("tension_knees", 2.0),
                cue("tension_hand", 2.0),
                cue("tension_crush", 2.0),
                cue("tension_keep", 1.0),
                self._question(),
            )
        )

    def has_not_asked(self) -> bool:
        """Whether nothing has been asked yet, so that yes and no are no answers."""
        return not self._asked

    def explain(self) -> None:
        """Explain it in other words to somebody who does not feel it yet."""
        self._stage.play(
            (
                cue("explain_tilt", 1.0),
                cue("explain_draw_in", 2.0),
                self._question(),
            )
        )

    def _question(self) -> Step:
        return replace(ask("ask_tension", "ask_tension_again"), reached=self._begin_to_ask)

    def _begin_to_ask(self, _now: Samples) -> None:
        self._asked = True

    def why(self) -> Script:
        return (cue("answer_why"),)


PART = PartRows(
    "tension_check",
    TensionCheck,
    (
        Row("tension_check", "yes", None, Turns.carry_on, TensionCheck.has_not_asked),
        Row("tension_check", "no", None, Turns.carry_on, TensionCheck.has_not_asked),
        Onward("tension_check", ("done", "yes", "ready", "skip")),
        Row("tension_check", "no", None, TensionCheck.explain),
        Row("tension_check", "help", None, TensionCheck.explain),
        Row("tension_check", "restart", None, TensionCheck.begin),
        *question("tension_check"),
    ),
    {"tension_check": frozenset({"arched", "resume", "played"})},
    announced="next_tension_check",
)
