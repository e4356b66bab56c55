"""Machine: drives the table with ``transitions``; it knows no state by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from transitions import Machine as TransitionsMachine

from coach.messages import Heard
from coach.rows import STATES, Row
from coach.table import IGNORED, ROWS

Guard = Callable[[str, Heard | None], bool]
Take = Callable[[Row, Heard | None], None]


class _Model:
    """What ``transitions`` keeps its state in."""

    state: str
    trigger: Any


class Machine:
    """The table in motion. ``guard`` answers for a guard's name; ``take`` does a row."""

    def __init__(self, guard: Guard, take: Take) -> None:
        self._model = _Model()
        TransitionsMachine(
            self._model,
            states=list(STATES),
            initial=STATES[0],
            transitions=[_transition(row, guard, take) for row in ROWS],
            auto_transitions=False,
            queued=True,
        )

    @property
    def state(self) -> str:
        return self._model.state

    def trigger(self, trigger: str, heard: Heard | None = None) -> None:
        """Take the first row of the state whose guard holds; nothing for an ignored trigger."""
        if trigger not in IGNORED[self.state]:
            self._model.trigger(trigger, heard)


def _transition(row: Row, guard: Guard, take: Take) -> dict[str, Any]:
    return {
        "trigger": row.trigger,
        "source": row.state,
        "dest": row.dest,
        "conditions": [partial(guard, row.guard)] if row.guard else [],
        "after": [partial(take, row)],
    }
