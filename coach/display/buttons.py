"""Buttons: what may be pressed on a page in place of being said.

A button stands for an intent and goes through the same table as the voice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.units import Samples

BUTTONS: tuple[Intent, ...] = ("pause", "resume", "stop")
"""What can be pressed."""

_MOST_WAITING = 8
"""How many presses wait for the session; of more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed, which stands for ``intent``; ``text`` is what one would say instead."""

    intent: Intent
    text: str


class Buttons:
    """The buttons of a session. Any thread may press; one thread takes the presses."""

    def __init__(self, grammar: Grammar) -> None:
        self._presses = {name: Press(name, grammar.sentences(name)[0]) for name in BUTTONS}
        self._waiting: deque[Press] = deque(maxlen=_MOST_WAITING)

    def press(self, name: str) -> bool:
        """Press the button of this name; whether there is one."""
        found = [press for each, press in self._presses.items() if each == name]
        self._waiting.extend(found)
        return bool(found)

    def take(self, _now: Samples) -> Press | None:
        """The next press; None for none."""
        return self._waiting.popleft() if self._waiting else None


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
