"""Backlog: what was heard before the recogniser was there, and how it is caught up with.

None of it is lost or judged otherwise: it is only understood later. It is caught up with at twice
the pace at which it comes, so that no block takes long to work on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from coach.units import Block, Samples

Awake = Callable[[Samples], bool]
"""Whether the recogniser is there at a sample. It is not asked again after it was.

Raises ModelError when it will never be.
"""

_AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """Sound to be understood, and by what it was ``amplified``.

    ``leftover`` is how loud the rest of the coach's voice was in it before that.
    """

    sound: Block
    leftover: float
    amplified: float = 1.0


class Backlog:
    """Frames on their way to the recogniser. ``awake`` is None where it is always there."""

    def __init__(self, awake: Awake | None = None) -> None:
        self._awake = awake
        self._held: deque[Frame] = deque()
        self.arrived: Samples = 0
        """Samples that were taken in."""
        self.awake_since: Samples | None = 0 if awake is None else None
        """When the recogniser was first there; None while it is not."""

    def take_in(self, frame: Frame) -> list[Frame]:
        """What to work on now that ``frame`` has come, in order."""
        self._held.append(frame)
        self.arrived += len(frame.sound)
        if self.awake_since is None and self._awake is not None and self._awake(self.arrived):
            self.awake_since = self.arrived
        if self.awake_since is None:
            return []
        return [self._held.popleft() for _ in range(min(_AT_A_TIME, len(self._held)))]
