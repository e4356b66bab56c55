"""Way: the parts of a session - those that are done, the present one, and those to come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coach.messages.states import FINAL, INTERRUPTIONS, PARTS, Part, State
from coach.session.table import part_of


@dataclass(frozen=True, slots=True)
class Way:
    """Where a session is on its way. A part that it passed over is in none of the three."""

    done: tuple[Part, ...] = ()
    now: Part | None = None
    to_come: tuple[Part, ...] = ()

    def entered(self, state: State) -> Way:
        """The way once the session has entered ``state``."""
        part = part_of(state)
        if part == self.now or state in (*INTERRUPTIONS, "stopped"):
            return self
        passed = self.done if self.now is None else (*self.done, self.now)
        if part is None:
            return replace(
                self, done=passed, now=None, to_come=() if state in FINAL else self.to_come
            )
        place = PARTS.index(part)
        done = tuple(each for each in passed if PARTS.index(each) < place)
        ahead = tuple(each for each in self.to_come if PARTS.index(each) > place)
        return Way(done, part, ahead)
