"""Machine: a state machine from a table of rows, run by ``transitions``; it knows no state by name.

Effects and guards stand in the table as unbound methods, so that a type checker knows each of them.
They are bound to the objects of their classes, the rooms of a session, when the machine is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from transitions import Machine as TransitionsMachine

from coach.messages.intents import Trigger
from coach.messages.states import State

Effect = Callable[[Any], None]
"""What a row does: an unbound method of the class of one of the rooms."""

Guard = Callable[[Any], bool]
"""Whether a row may be taken: an unbound method of the class of one of the rooms."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class OfDest:
    """A guard that is called with the state that the row leads to."""

    holds: Callable[[Any, State], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """In ``state``, ``trigger`` leads to ``dest`` and runs ``effect``, if ``guard`` holds.

    Without ``dest`` the state stays the same. Rows of one state and trigger are tried in order.
    """

    state: State
    trigger: Trigger
    dest: State | None
    effect: Effect
    guard: Guard | OfDest | None = None


class _Model:
    """The object on which ``transitions`` keeps the state."""

    state: State
    trigger: Any


class Machine:
    """Runs the table. ``take`` is called with every row that is taken, before its effect.

    The machine begins in the first of ``states``; ``ignored`` has the triggers that have no effect
    in each state. Raises KeyError for an effect or guard whose class is not among ``rooms``.
    """

    def __init__(
        self,
        states: Sequence[State],
        rows: Sequence[Row],
        ignored: Mapping[State, Set[Trigger]],
        rooms: Iterable[object],
        take: Callable[[Row], None],
    ) -> None:
        self._model = _Model()
        self._ignored = ignored
        self._rooms = {type(room).__name__: room for room in rooms}
        TransitionsMachine(
            self._model,
            states=list(states),
            initial=states[0],
            transitions=[self._transition(row, take) for row in rows],
            auto_transitions=False,
            queued=True,
        )

    @property
    def state(self) -> State:
        return self._model.state

    def trigger(self, trigger: Trigger) -> None:
        """Take the first row of the state whose guard holds; an ignored trigger has no effect."""
        if trigger not in self._ignored[self.state]:
            self._model.trigger(trigger)

    def _transition(self, row: Row, take: Callable[[Row], None]) -> dict[str, Any]:
        return {
            "trigger": row.trigger,
            "source": row.state,
            "dest": row.dest,
            "conditions": [] if row.guard is None else [self._guard(row, row.guard)],
            "after": [lambda: take(row), self._bound(row.effect)],
        }

    def _guard(self, row: Row, guard: Guard | OfDest) -> Callable[[], bool]:
        if not isinstance(guard, OfDest):
            return self._bound(guard)
        room, dest = self._room_of(guard.holds), row.dest or row.state
        return lambda: guard.holds(room, dest)

    def _bound(self, method: Callable[[Any], Result]) -> Callable[[], Result]:
        room = self._room_of(method)
        return lambda: method(room)

    def _room_of(self, method: Callable[..., Any]) -> object:
        return self._rooms[method.__qualname__.partition(".")[0]]
