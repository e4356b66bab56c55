"""Board: what home automation is to see, made of the lines that the coach sends.

Whoever reads the coach's socket writes it, and the thread of the broker publishes what is new. It
holds one value for each topic, and the last few events: it does not grow while there is no broker.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

COACH = "coach"
ONLINE, OFFLINE = "online", "offline"
ON, OFF = "ON", "OFF"
UNKNOWN = "None"
"""What Home Assistant takes for no value."""

OF_HEALTH = ("pain", "effort")
"""Topics that there are only when health may be told."""

_MOST_EVENTS = 50
_NUMBERS = ("set", "rep", "perfect_reps", "sessions_this_week")
_OUTCOMES = ("finished", "stopped", "abandoned")
SESSION_EVENTS = ("started", "resumed", *_OUTCOMES)
SESSION_EVENTS_WITH_HEALTH = (*SESSION_EVENTS, "pain")
REP_EVENTS = ("perfect", "lost", "corrected")
REP, SESSION = "event/rep", "event/session"

Published = tuple[str, str]
"""A topic below the device's own, and a payload."""


class Board:
    """Safe for two threads. ``wake`` is called when there is something to publish."""

    def __init__(self, wake: Callable[[], None], *, health: bool) -> None:
        self._wake = wake
        self._health = health
        self._lock = threading.Lock()
        self._states: dict[str, str] = {COACH: OFFLINE}
        self._events: deque[Published] = deque(maxlen=_MOST_EVENTS)
        self._is_open: bool | None = None

    def take(self, line: Mapping[str, Any]) -> None:
        """Take over what a line of the coach tells; what it may not tell is left out."""
        with self._lock:
            match line.get("event"):
                case "status":
                    self._take_status(line)
                case "rep":
                    kind = "perfect" if line.get("perfect") else "lost"
                    self._happen(REP, kind, _some(line, "exercise", "set", "rep", "reps"))
                case "rep_corrected":
                    fields = _some(line, "exercise", "set", "rep", "perfect")
                    self._happen(REP, "corrected", fields)
                case "session":
                    self._take_session(line)
                case _:
                    return
        self._wake()

    def lose_coach(self) -> None:
        """Note that the coach tells nothing any more."""
        with self._lock:
            self._states[COACH] = OFFLINE
            self._is_open = None
        self._wake()

    def states(self) -> dict[str, str]:
        """The payload of every topic that is retained."""
        with self._lock:
            return dict(self._states)

    def pop_event(self) -> Published | None:
        """The next event, which is told once and to nobody later; None for none."""
        with self._lock:
            return self._events.popleft() if self._events else None

    def forget_events(self) -> None:
        """Forget what happened while nobody could be told."""
        with self._lock:
            self._events.clear()

    def _take_status(self, line: Mapping[str, Any]) -> None:
        in_session = line.get("session") is True
        problems = line.get("problems")
        told = {
            COACH: ONLINE,
            "state": _text(line.get("state")),
            "exercise": _text(line.get("exercise")).replace("_", " "),
            **{name: _text(line.get(name)) for name in _NUMBERS},
            "turning_point": _text(line.get("floor")),
            "last_session": _text(line.get("last_session")),
            "session": ON if in_session else OFF,
            "problem": ON if problems else OFF,
            "problem/attributes": json.dumps({"problems": problems or []}),
        }
        if self._health:
            told |= {name: _text(line[name]) for name in OF_HEALTH if name in line}
        self._states |= told
        self._note_session(in_session=in_session)

    def _note_session(self, *, in_session: bool) -> None:
        """A session that was on when the coach was found did not begin now, and one ends by a line
        of its own."""
        if in_session:
            if self._is_open is False:
                self._happen(SESSION, "started", {})
            self._is_open = True
        elif self._is_open is None:
            self._is_open = False

    def _take_session(self, line: Mapping[str, Any]) -> None:
        """A session that nobody began ends, too; that is nobody's concern."""
        if line.get("phase") == "resumed":
            self._happen(SESSION, "resumed", {})
            self._is_open = True
        elif line.get("phase") == "end" and self._is_open:
            known = SESSION_EVENTS_WITH_HEALTH if self._health else SESSION_EVENTS
            outcome = str(line.get("outcome"))
            how = outcome if outcome in known else "stopped"
            self._happen(SESSION, how, _some(line, "perfect_reps"))
            self._is_open = False

    def _happen(self, topic: str, kind: str, fields: Mapping[str, Any]) -> None:
        self._events.append((topic, json.dumps({"event_type": kind, **fields})))


def _some(line: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Of these fields those that the line has; an exercise in words."""
    found = {name: line[name] for name in names if name in line}
    if "exercise" in found:
        found["exercise"] = _text(found["exercise"]).replace("_", " ")
    return found


def _text(value: object) -> str:
    return UNKNOWN if value in (None, "") else str(value)
