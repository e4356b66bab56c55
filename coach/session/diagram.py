"""Diagram: the state machine as a picture, in mermaid's language."""

from __future__ import annotations

from coach.dialogue.machine import OfDest, Row
from coach.messages.states import FINAL, PARTS
from coach.session.intake import Intake
from coach.session.table import COMMON, ROWS


def diagram() -> str:
    """The table as a mermaid state diagram; what one may always say is left out for the eye."""
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
        "    note right of stopped : stop and pain lead here from anywhere",
    ]
    lines += [f"    {state} --> [*]" for state in FINAL]
    return "\n".join(lines)


def _leaves_out(row: Row) -> bool:
    """Whether a row leads past a part, as where a routine has less than all of them or goes on with
    a session that was cut off."""
    if row.effect is Intake.take_up:
        return True
    if row.state not in (*PARTS, "planning") or row.dest not in (*PARTS, "finished"):
        return False
    order = ("planning", *PARTS, "finished")
    return order.index(str(row.dest)) != order.index(row.state) + 1


def _label(row: Row) -> str:
    if row.guard is None or isinstance(row.guard, OfDest):
        return row.trigger
    holds = row.guard.__name__.removeprefix("is_").removeprefix("has_")
    return f"{row.trigger} [{holds}]"
