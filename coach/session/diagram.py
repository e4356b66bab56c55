"""Diagram: the state machine as a Mermaid state diagram."""

from __future__ import annotations

from coach.dialogue.machine import OfDest, Row
from coach.messages.states import FINAL, PARTS
from coach.session.intake import Intake
from coach.session.ratings import Ratings
from coach.session.table import COMMON, ROWS


def diagram() -> str:
    """The table as a Mermaid state diagram, without the rows of ``COMMON``, to keep it readable."""
    lines = ["stateDiagram-v2", "    [*] --> waiting"]
    arrows: dict[tuple[str, str], list[str]] = {}
    common = frozenset(COMMON)
    for row in ROWS:
        if row not in common and row.dest is not None and not _leaves_out(row):
            arrows.setdefault((row.state, row.dest), []).append(_label(row))
    for (source, dest), labels in arrows.items():
        lines.append(f"    {source} --> {dest}: {', '.join(dict.fromkeys(labels))}")
    lines += [
        "    note right of planning : a session that was cut off goes on where it was",
        "    note right of paused : pause leads here from anywhere, resume leads back",
        "    note right of in_doubt : stop, pain or alarm in doubt leads here, no leads back",
        "    note right of stopped : stop, pain and alarm lead here from anywhere, a denial back",
    ]
    lines += [f"    {state} --> [*]" for state in FINAL]
    return "\n".join(lines)


def _leaves_out(row: Row) -> bool:
    """Whether a row skips a part: the routine lacks the part, or a session that was cut off is
    resumed."""
    if row.effect is Intake.resume:
        return True
    if row.effect is Ratings.ask_effort:
        return row.state != "plank"
    if row.state not in (*PARTS, "planning") or row.dest not in (*PARTS, "finished"):
        return False
    order = ("planning", *PARTS, "finished")
    return order.index(str(row.dest)) != order.index(row.state) + 1


def _label(row: Row) -> str:
    if row.guard is None or isinstance(row.guard, OfDest):
        return row.trigger
    holds = row.guard.__name__.removeprefix("is_").removeprefix("has_")
    return f"{row.trigger} [{holds}]"
