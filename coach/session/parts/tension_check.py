"""Tension check: the person presses the small of the back onto a hand, to learn how that feels."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, ask, cue, pose
from coach.session.part import Onward, PartRoom, PartRows
from coach.session.pauses import question


class TensionCheck(PartRoom):
    """Explains and asks until the person feels it, or skips it."""

    def begin(self) -> None:
        self._stage.play(
            (
                pose("tension_knees", 2.0),
                cue("tension_hand", 2.0),
                cue("tension_crush", 2.0),
                cue("tension_keep", 1.0),
                ask("ask_tension", "ask_tension_again"),
            )
        )

    def explain(self) -> None:
        """Explain it in other words to somebody who does not feel it yet."""
        self._stage.play(
            (
                cue("explain_tilt", 1.0),
                cue("explain_draw_in", 2.0),
                ask("ask_tension", "ask_tension_again"),
            )
        )

    def why(self) -> Script:
        return (cue("answer_why"),)


PART = PartRows(
    "tension_check",
    TensionCheck,
    (
        Onward("tension_check", ("done", "yes", "ready", "skip")),
        Row("tension_check", "no", None, TensionCheck.explain),
        Row("tension_check", "help", None, TensionCheck.explain),
        Row("tension_check", "restart", None, TensionCheck.begin),
        *question("tension_check"),
    ),
    {"tension_check": frozenset({"arched", "resume", "played"})},
    announced="next_tension_check",
)
