"""Buttons: what may be pressed in place of being said, on a page or in home automation.

A button stands for an intent and goes through the same table as the voice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from coach.hearing.grammar import Grammar
from coach.messages.events import Origin
from coach.messages.intents import Intent
from coach.units import Samples

START = "start"
"""It only begins a session that waits: a "ready" counts elsewhere, too, for something else."""

COMMANDS: Mapping[str, Intent] = {
    **{START: "ready"},
    **{"pause": "pause", "resume": "resume", "stop": "stop"},
}
"""What home automation can send, and what it means."""

_STYLE: tuple[Intent, ...] = (
    *("louder", "quieter"),
    *("talk_less", "talk_more", "speak_slower", "speak_faster"),
)

BUTTONS: Mapping[str, Intent] = {**COMMANDS, **{intent: intent for intent in _STYLE}}
"""What can be pressed on a page, and what it means."""

_MOST_WAITING = 8
"""How many presses wait for the session; of more, the oldest are forgotten."""

_FRESH_SECONDS = 5.0
"""For how long a press waits. Without a microphone no session takes one; what was pressed then
shall not begin a session, or end one, an hour later."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed, which stands for ``intent``; ``text`` is what one would say instead."""

    intent: Intent
    text: str
    origin: Origin = "page"


class Buttons:
    """The buttons of a session. Any thread may press; one thread takes the presses.

    ``seconds_now`` is a monotonic clock. ``counts`` is asked when a press is taken, whether the
    button of that name does anything now.
    """

    def __init__(
        self,
        grammar: Grammar,
        meanings: Mapping[str, Intent] = BUTTONS,
        origin: Literal["page", "bridge"] = "page",
        *,
        seconds_now: Callable[[], float] = lambda: 0.0,
        counts: Callable[[str], bool] = lambda _name: True,
    ) -> None:
        self._presses = {
            name: Press(intent, grammar.sentences(intent)[0], origin)
            for name, intent in meanings.items()
        }
        self._seconds_now = seconds_now
        self._counts = counts
        self._waiting: deque[tuple[float, str]] = deque(maxlen=_MOST_WAITING)

    def press(self, name: str) -> bool:
        """Press the button of this name; whether there is one."""
        known = name in self._presses
        if known:
            self._waiting.append((self._seconds_now(), name))
        return known

    def take(self, _now: Samples) -> Press | None:
        """The next press that still counts; None for none."""
        while self._waiting:
            pressed_at, name = self._waiting.popleft()
            is_fresh = self._seconds_now() - pressed_at <= _FRESH_SECONDS
            if is_fresh and self._counts(name):
                return self._presses[name]
        return None


class RecordedPresses:
    """The presses of a session that was recorded, each with the sample at which it was taken."""

    def __init__(self, presses: Iterable[tuple[Samples, Press]]) -> None:
        self._presses = [*presses]

    @property
    def places(self) -> tuple[Samples, ...]:
        """The samples at which there are presses."""
        return tuple(at for at, _ in self._presses)

    def take(self, now: Samples) -> Press | None:
        """The next press that was taken until ``now``; None for none."""
        due = self._presses and self._presses[0][0] <= now
        return self._presses.pop(0)[1] if due else None
