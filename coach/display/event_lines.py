"""Event lines: what goes over the socket of events, in JSON Lines as in the journal.

What was said and heard does not go over it, and nothing of a person's health does to whoever does
not ask for that: no number for pain or effort, no question about health, and not why something
happened, which may be pain.
"""

from __future__ import annotations

import json
from typing import Any

from coach.display.status import Status
from coach.messages.events import Event
from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    FloorFound,
    HoldEnded,
    PainRated,
    RepBegan,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.messages.journal import to_record

_PLAIN = (FloorFound, HoldEnded, RepBegan, RepCorrected, SessionBegan, SessionResumed, SetBegan)
"""What has nothing about health in it."""

_WHOLE = (*_PLAIN, ExerciseChosen, RepEnded, SessionEnded, StateChanged)
_ABOUT_HEALTH = (EffortRated, PainRated, ScreeningPassed)

_REASON = "reason"


def is_told(event: Event) -> bool:
    """Whether anybody is told of the event."""
    return isinstance(event, (*_WHOLE, *_ABOUT_HEALTH))


def line_of(event: Event, before: Status, after: Status, *, health: bool) -> str | None:
    """The line of an event between two statuses; None if it does not go over.

    ``health`` is whether it may tell of the person's health.
    """
    record = to_record(event) if is_told(event) else None
    if record is None or health:
        return _line(record)
    match event:
        case StateChanged():
            changed = before.state != after.state or event.source is None
            moved = {**record, "from": event.source and before.state, "to": after.state}
            return _line(_without("trigger", moved)) if changed else None
        case SessionEnded():
            outcome = "stopped" if event.outcome == "pain" else event.outcome
            return None if before.has_ended else _line({**record, "outcome": outcome})
        case ExerciseChosen() | RepEnded():
            return _line(_without(_REASON, record))
        case _ if isinstance(event, _ABOUT_HEALTH):
            return None
        case _:
            return _line(record)


def status_line(status: Status, *, health: bool) -> str:
    """The line that tells everything of a moment: the first one, and after every change."""
    told: dict[str, Any] = {
        "event": "status",
        "state": status.whole_state if health else status.state,
        "session": status.in_session,
        "exercise": status.exercise,
        "set": status.set,
        "sets": status.sets,
        "rep": status.rep,
        "reps": status.reps,
        "perfect_reps": status.perfect_reps,
        "floor": status.floor,
        "problems": sorted(status.problems),
        "last_session": status.last_session,
        "sessions_this_week": status.sessions_this_week,
    }
    if health:
        told |= {"pain": status.pain, "effort": status.effort}
    return str(_line(told))


def _without(key: str, record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


def _line(record: dict[str, Any] | None) -> str | None:
    return None if record is None else json.dumps(record, ensure_ascii=False) + "\n"
