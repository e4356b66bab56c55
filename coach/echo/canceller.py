"""Canceller: the coach's own voice taken out of the microphone, wherever in time it comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coach.audio.loudness import HOP
from coach.echo.clock_drift import ClockDrift
from coach.echo.delay_estimator import LONGEST, DelayEstimator
from coach.echo.double_talk import DoubleTalk
from coach.echo.far_end import LEAST_LATE, FarEnd
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.ports import AdaptiveFilter
from coach.units import Block, Samples, samples

_EARLY: Samples = samples(0.02)
"""How much before its echo the reference is handed to the canceller: a filter looks back only."""

_REACH: Samples = samples(0.03)
"""An echo that comes no later than this behind its reference is left there. What is later is
aligned: delay that the canceller's filter has to bridge is missing from the room's tail.
"""

_JUMP: Samples = samples(0.01)
"""Less is for the canceller to learn."""

_STEERED_WITHIN: Samples = samples(3.0)
"""An echo that drifts otherwise than it did is back where the canceller has it after so long."""

_MOST_OFF = 4.0  # samples; what is further off is no drift


class EchoCanceller:
    """Follows the echo's delay and cancels it there. ``canceller`` makes one that knows nothing.

    Without a canceller it only learns how loud the echo is, for ``guard``.
    """

    def __init__(self, canceller: Callable[[], AdaptiveFilter] | None) -> None:
        self._make_canceller = canceller
        self._canceller = canceller() if canceller else None
        self._estimator = DelayEstimator()
        self._residual = ResidualEcho()
        self.guard = SelfSpeechGuard(self._residual)
        self.double_talk = DoubleTalk(self._residual)
        self._clock_drift = ClockDrift()
        self._far_end = FarEnd(LONGEST)
        self._now: Samples = 0
        self._aligned: Samples = 0
        self.delay: Samples | None = None
        """How long after it is handed over the speaker's sound is heard; None until it is known."""
        self._found_at: Samples = 0
        self._pace = 0.0
        self._kept: float | None = None

    def align(self, delay: Samples) -> None:
        """Expect the echo no sooner than ``delay``, at most LONGEST, after it is handed over.

        Where it is expected already it is so by as much later, or sooner, as ``delay`` is now.
        """
        later = delay - self._aligned
        self._aligned = delay
        self._far_end.move(self._far_end.late + later)
        if self.delay is not None and later:
            self.delay = max(0, self.delay + later)
            self._estimator = DelayEstimator()
            self._clock_drift.restart()

    @property
    def calibration(self) -> Calibration | None:
        """What was learnt of the devices and may be begun with next time; None for nothing."""
        return None if self.delay is None else Calibration(self.delay)

    def calibrate(self, calibration: Calibration) -> None:
        """Expect the echo where it was then, but no sooner than it can come; see ``align``."""
        self._far_end.move(max(self._far_end.late, calibration.delay - _EARLY))

    def take_out(self, microphone: Block, speaker: Block) -> Block:
        """The microphone's frame without the echo. ``speaker`` was handed over meanwhile."""
        self._follow(self._estimator.estimate(microphone, speaker))
        reference = self._far_end.read(speaker, self._pace)
        clean = cancelled = microphone
        if self._canceller is not None:
            cancelled = self._canceller.cancel(microphone, reference)
            clean = _no_louder(cancelled, microphone)
        self._residual.measure(reference, microphone, clean, cancelled)
        self._now += len(speaker)
        self.double_talk.update(self._now, len(speaker))
        return clean

    def _follow(self, delay: Samples | None) -> None:
        if delay is None:
            return
        late, jump = self._far_end.late, self._jump(delay)
        if abs(jump) > _JUMP:
            # The room is the same: what the canceller knows of it holds at the new place.
            late += round(jump)
            self._clock_drift.restart()
            self._residual.forget()
        self._clock_drift.add(self._now, self._estimator.latest)
        self.delay, self._found_at = delay, self._now
        if not self._fits(late, delay):
            late = delay - _EARLY
            self._residual.forget()
            if self._make_canceller is not None:
                self._canceller = self._make_canceller()
            self._kept = None
        self._far_end.move(late)
        self._steer()

    def _steer(self) -> None:
        """Keep the echo where the canceller has learned it, though the drift may change."""
        lag = self._estimator.latest - self._far_end.late
        self._kept = lag if self._kept is None else self._kept
        off = float(np.clip(lag - self._kept, -_MOST_OFF, _MOST_OFF))
        self._pace = self._clock_drift.pace and self._clock_drift.pace + off / _STEERED_WITHIN

    def _jump(self, delay: Samples) -> float:
        """By how much more than the drift the delay has changed."""
        if self.delay is None:
            return 0.0
        return delay - self.delay - self._clock_drift.pace * (self._now - self._found_at)

    def _fits(self, late: float, delay: Samples) -> bool:
        least = LEAST_LATE if self._clock_drift.pace and delay >= _EARLY + LEAST_LATE else 0
        return least <= late <= delay <= late + _REACH


def _no_louder(cancelled: Block, microphone: Block) -> Block:
    """The microphone itself in every hop in which cancelling made it louder.

    A filter that has learnt from somebody's speech takes out what is not there.
    """
    before, after = (
        np.sum(np.square(block.reshape(-1, HOP).astype(np.float64)), axis=1)
        for block in (microphone, cancelled)
    )
    return np.where(np.repeat(after > before, HOP), microphone, cancelled)


@dataclass(frozen=True, slots=True)
class Calibration:
    """``delay`` is how long after it is handed over the speaker's sound is heard."""

    delay: Samples
