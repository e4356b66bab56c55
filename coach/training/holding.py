"""Holding: how long the plank of today is, from how long the last one was."""

from __future__ import annotations

from coach.training.history import Day, Training

TIME_OFF_DAYS = 14
"""Days without training after which the next session is gentler than the last."""

SHORTEST_HOLD_SECONDS = 10.0
LONGEST_HOLD_SECONDS = 60.0
HOLD_STEP_SECONDS = 5.0
"""The bounds of the plank's length, and the step by which it changes from session to session."""


def hold_seconds(last: Training | None, today: Day, *, in_care: bool) -> float | None:
    """One step longer than last time after a hold to its end, unless in care after pain; one step
    shorter after time off. None for a person who has not held one yet."""
    if last is None or last.hold_seconds is None:
        return None
    steps = round(last.hold_seconds / HOLD_STEP_SECONDS, 3) // 1
    if today - last.day >= TIME_OFF_DAYS:
        steps -= 1
    elif last.hold_whole and not in_care:
        steps += 1
    return min(LONGEST_HOLD_SECONDS, max(SHORTEST_HOLD_SECONDS, steps * HOLD_STEP_SECONDS))
