"""Recogniser feed: decodes only while there is sound, from shortly before the sound began.

The samples that are not decoded are skipped in the recogniser's time, so that its words are timed
right.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from coach.ports import Recogniser, Word
from coach.units import Block, Samples


class RecogniserFeed:
    """A recogniser that decodes from the first loud frame until ``rest`` is called.

    It also decodes up to ``lead_in`` samples of the quiet before, without which a word at the very
    beginning of the sound is not recognised.
    """

    def __init__(self, recogniser: Recogniser, lead_in: Samples) -> None:
        self._recogniser = recogniser
        self._lead_in = lead_in
        self._held: deque[Block] = deque()
        self._held_for: Samples = 0
        self.listening = False
        """Whether frames are decoded at once."""

    def feed(self, frame: Block, *, loud: bool) -> None:
        """Decode a frame, or keep it as lead-in while nothing ``loud`` has come yet."""
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
        """Close the utterance and return it; decoding goes on."""
        return self._recogniser.result()

    def rest(self) -> None:
        """Discard the utterance and wait for the next loud frame."""
        self._recogniser.result()
        self.listening = False


Awake = Callable[[Samples], bool]
"""Whether the recogniser can be used at a sample; not called again once it returned True.

Raises ModelError when the recogniser will never be usable.
"""

_AT_A_TIME = 2
"""Frames decoded per frame that arrives, so that a backlog shrinks as fast as it grew."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Sound for the recogniser, which was multiplied by the factor ``amplified``.

    ``residual_echo`` is the expected level of the coach's voice in it before that, RMS in int16
    units; see ResidualEcho.
    """

    sound: Block
    residual_echo: float
    amplified: float = 1.0


class Backlog:
    """Keeps frames until the recogniser can be used; with ``awake`` None it always can."""

    def __init__(self, awake: Awake | None = None) -> None:
        self._awake = awake
        self._held: deque[Frame] = deque()
        self.arrived: Samples = 0
        """How many samples were taken in."""
        self.awake_since: Samples | None = 0 if awake is None else None
        """The sample at which the recogniser was first usable; None while it is not."""

    def take_in(self, frame: Frame) -> list[Frame]:
        """The frames to decode now that ``frame`` has come, in order."""
        self._held.append(frame)
        self.arrived += len(frame.sound)
        if self.awake_since is None and self._awake is not None and self._awake(self.arrived):
            self.awake_since = self.arrived
        if self.awake_since is None:
            return []
        return [self._held.popleft() for _ in range(min(_AT_A_TIME, len(self._held)))]
