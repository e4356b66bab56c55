"""Machine: drives a table of rows with ``transitions``; it knows no state by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from transitions import Machine as TransitionsMachine

from coach.messages.events import Heard


@dataclass(frozen=True, slots=True)
class Row:
    """In ``state``, ``trigger`` leads to ``dest`` by ``effect`` while ``guard`` holds."""

    state: str
    trigger: str
    dest: str | None
    effect: str
    guard: str | None = None


Guard = Callable[[str, Heard | None], bool]
Take = Callable[[Row, Heard | None], None]


class _Model:
    """What ``transitions`` keeps its state in."""

    state: str
    trigger: Any


class Machine:
    """The table in motion. ``guard`` answers for a guard's name; ``take`` does a row.

    The first of ``states`` is where it begins; ``ignored`` are the triggers of each state that
    nothing comes of.
    """

    def __init__(
        self,
        states: Sequence[str],
        rows: Sequence[Row],
        ignored: Mapping[str, Set[str]],
        guard: Guard,
        take: Take,
    ) -> None:
        self._model = _Model()
        self._ignored = ignored
        TransitionsMachine(
            self._model,
            states=list(states),
            initial=states[0],
            transitions=[_transition(row, guard, take) for row in rows],
            auto_transitions=False,
            queued=True,
        )

    @property
    def state(self) -> str:
        return self._model.state

    def trigger(self, trigger: str, heard: Heard | None = None) -> None:
        """Take the first row of the state whose guard holds; nothing for an ignored trigger."""
        if trigger not in self._ignored[self.state]:
            self._model.trigger(trigger, heard)


def _transition(row: Row, guard: Guard, take: Take) -> dict[str, Any]:
    return {
        "trigger": row.trigger,
        "source": row.state,
        "dest": row.dest,
        "conditions": [partial(guard, row.guard)] if row.guard else [],
        "after": [partial(take, row)],
    }
