"""Recogniser feed: the recogniser rests while it is quiet, and hears what led up to a sound.

Time goes on while it rests, so its words keep their places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from coach.ports import Recogniser, Word
from coach.units import Block, Samples


class RecogniserFeed:
    """A recogniser that listens from the first loud frame until it is told to rest.

    It hears up to ``lead_in`` samples of the quiet before: words that begin with the sound are
    not recognised without.
    """

    def __init__(self, recogniser: Recogniser, lead_in: Samples) -> None:
        self._recogniser = recogniser
        self._lead_in = lead_in
        self._held: deque[Block] = deque()
        self._held_for: Samples = 0
        self.listening = False
        """Whether what is accepted is decoded at once."""

    def feed(self, frame: Block, *, loud: bool) -> None:
        """Decode a frame, or hold it back while nothing loud has come yet."""
        if self.listening:
            self._recogniser.accept_waveform(frame)
            return
        self._held.append(frame)
        self._held_for += len(frame)
        if loud:
            self._open()
        while self._held_for > self._lead_in:
            forgotten = len(self._held.popleft())
            self._held_for -= forgotten
            self._recogniser.skip(forgotten)

    def _open(self) -> None:
        self.listening = True
        while self._held:
            self._recogniser.accept_waveform(self._held.popleft())
        self._held_for = 0

    def partial(self) -> str:
        """See Recogniser; empty while it rests."""
        return self._recogniser.partial() if self.listening else ""

    def result(self) -> tuple[Word, ...]:
        """Close the utterance; it goes on listening."""
        return self._recogniser.result()

    def rest(self) -> None:
        """Close the utterance, of which nothing is wanted, and wait for the next loud frame."""
        self._recogniser.result()
        self.listening = False


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
