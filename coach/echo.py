"""Echo: the coach's own voice taken out of the microphone, wherever in time it comes back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coach.calibration import Calibration
from coach.delay import LONGEST, DelayFinder
from coach.double_talk import DoubleTalk
from coach.echo_guard import EchoGuard
from coach.leftover import Leftover
from coach.ports import EchoCanceller
from coach.units import Block, Samples, samples, silence

_EARLY: Samples = samples(0.02)
"""How much before its echo the reference is handed to the canceller: a filter looks back only."""

_REACH: Samples = samples(0.1)
"""The canceller finds an echo that is no later than this by itself, its tail included."""

_JUMP: Samples = samples(0.01)
"""Less is a drift of the clocks, which the canceller follows by itself."""


class Echo:
    """Follows the echo's delay and cancels it there. ``canceller`` makes one that knows nothing.

    Without a canceller it only learns how loud the echo is, for ``guard``.
    """

    def __init__(self, canceller: Callable[[], EchoCanceller] | None) -> None:
        self._make_canceller = canceller
        self._canceller = canceller() if canceller else None
        self._finder = DelayFinder()
        self._leftover = Leftover()
        self.guard = EchoGuard(self._leftover)
        self.double_talk = DoubleTalk(self._leftover)
        self._played = silence(LONGEST)
        self._now: Samples = 0
        self._aligned: Samples = 0
        self.delay: Samples | None = None
        """How long after it is handed over the speaker's sound is heard; None until it is known."""

    def align(self, delay: Samples) -> None:
        """Expect the echo no sooner than ``delay``, at most LONGEST, after it is handed over."""
        self._aligned = min(delay, LONGEST)

    @property
    def calibration(self) -> Calibration | None:
        """What was learnt of the devices and may be begun with next time; None for nothing."""
        return None if self.delay is None else Calibration(self.delay)

    def calibrate(self, calibration: Calibration) -> None:
        """Expect the echo where it was then, but no sooner than it can come; see ``align``."""
        self.align(max(self._aligned, calibration.delay - _EARLY))

    def take_out(self, microphone: Block, speaker: Block) -> Block:
        """The microphone's frame without the echo. ``speaker`` was handed over meanwhile."""
        self._follow(self._finder.accept(microphone, speaker))
        count = len(speaker)
        self._played = np.concatenate([self._played, speaker])
        start = len(self._played) - count - self._aligned
        reference = self._played[start : start + count].copy()
        self._played = self._played[count:]
        clean = microphone
        if self._canceller is not None:
            clean = self._canceller.cancel(microphone, reference)
        self._leftover.accept(reference, microphone, clean)
        self._now += count
        self.double_talk.accept(self._now, count)
        return clean

    def _follow(self, delay: Samples | None) -> None:
        if delay is None:
            return
        jump = 0 if self.delay is None else delay - self.delay
        self.delay = delay
        if abs(jump) > _JUMP:
            # The room is the same: what the canceller knows of it holds at the new place.
            self._aligned += jump
            self._leftover.forget()
        if not 0 <= self._aligned <= delay <= self._aligned + _REACH:
            self._aligned = max(0, delay - _EARLY)
            self._leftover.forget()
            if self._make_canceller is not None:
                self._canceller = self._make_canceller()
