"""Canceller: removes the coach's own voice from the microphone, whatever the delay of its echo.

The adaptive filter itself is an adapter's. Here its two signals are aligned: the delay between them
is found, followed when it jumps or drifts, and bridged outside of the filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coach.audio.levels import HOP, LevelMeter, MeasuredFrame
from coach.echo.clock_drift import ClockDrift
from coach.echo.delay_estimator import LONGEST, DelayEstimator
from coach.echo.double_talk import DoubleTalk
from coach.echo.far_end import LEAST_LATE, FarEnd
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.ports import AdaptiveFilter
from coach.units import Block, Samples, samples

_EARLY: Samples = samples(0.02)
"""How long before its echo the filter is given the far-end signal: a filter looks back only."""

_REACH: Samples = samples(0.03)
"""Up to this lag the filter models the delay itself; beyond it the far-end signal is delayed, since
delay that the filter has to bridge is missing at the end of the room's response.
"""

_JUMP: Samples = samples(0.01)
"""A delay that changes by less is left to the filter, which adapts to it."""

_STEERED_WITHIN: Samples = samples(3.0)
"""How long it takes to bring a drifting echo back to where the filter has learnt it."""

_MOST_OFF: Samples = 4
"""A larger misalignment is no drift, and is corrected no faster than this one."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is known of a microphone and a speaker from one session to the next.

    ``delay`` is from handing sound to the speaker until its echo arrives.
    """

    delay: Samples


class EchoCanceller:
    """Follows the delay of the echo and cancels the echo there.

    ``make_filter`` makes an AdaptiveFilter that has learnt nothing yet. With None nothing is
    cancelled: only the level of the echo is learnt, for ``guard``.
    """

    def __init__(self, make_filter: Callable[[], AdaptiveFilter] | None) -> None:
        self._make_filter = make_filter
        self._filter = make_filter() if make_filter else None
        self._output_meter, self._clean_meter = LevelMeter(), LevelMeter()
        self._far_end_meter = LevelMeter()
        self._estimator = DelayEstimator()
        self._residual = ResidualEcho()
        self.guard = SelfSpeechGuard(self._residual)
        self.double_talk = DoubleTalk(self._residual)
        self._clock_drift = ClockDrift()
        self._far_end = FarEnd(LONGEST)
        self._now: Samples = 0
        self._aligned: Samples = 0
        """The delay that ``align`` was given last."""
        self.delay: Samples | None = None
        """From handing sound to the speaker until its echo arrives; None until it is known."""
        self._found_at: Samples = 0
        self._pace = 0.0
        """By how much the far-end signal is delayed more with every sample."""
        self._kept: float | None = None
        """The lag at which the filter has learnt the echo; None for a new filter."""

    def align(self, delay: Samples) -> None:
        """The device adds at least ``delay`` between a speaker block and its echo.

        ``delay`` is at most LONGEST. A delay of the echo that is known already changes by as much.
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
        """What was learnt of the devices and may be used next time; None for nothing."""
        return None if self.delay is None else Calibration(self.delay)

    def calibrate(self, calibration: Calibration) -> None:
        """Expect the echo at the delay of an earlier session, but no sooner than ``align`` says."""
        self._far_end.move(max(self._far_end.late, calibration.delay - _EARLY))

    def cancel(self, microphone: MeasuredFrame, speaker: Block) -> MeasuredFrame:
        """The microphone's frame without the echo; ``speaker`` was handed over meanwhile."""
        self._follow(self._estimator.estimate(microphone.sound, speaker))
        far_end = self._far_end.read(speaker, self._pace)
        clean = output = microphone
        if self._filter is not None:
            output = self._output_meter.measure(self._filter.cancel(microphone.sound, far_end))
            clean = self._clean_meter.measure(_no_louder(output, microphone))
        self._residual.measure(self._far_end_meter.measure(far_end), microphone, clean, output)
        self._now += len(speaker)
        self.double_talk.update(self._now, len(speaker))
        return clean

    def _follow(self, delay: Samples | None) -> None:
        """Move the far-end signal to where the echo was just found, if it was."""
        if delay is None:
            return
        late, jump = self._far_end.late, self._jump(delay)
        if abs(jump) > _JUMP:
            # The room is the same: what the filter has learnt holds at the new delay, too.
            late += round(jump)
            self._clock_drift.restart()
            self._residual.forget()
        self._clock_drift.add(self._now, self._estimator.latest)
        self.delay, self._found_at = delay, self._now
        if not self._fits(late, delay):
            late = delay - _EARLY
            self._residual.forget()
            if self._make_filter is not None:
                self._filter = self._make_filter()
            self._kept = None
        self._far_end.move(late)
        self._steer()

    def _steer(self) -> None:
        """Keep the echo where the filter has learnt it, even if the drift changes."""
        lag = self._estimator.latest - self._far_end.late
        self._kept = lag if self._kept is None else self._kept
        off = float(np.clip(lag - self._kept, -_MOST_OFF, _MOST_OFF))
        self._pace = self._clock_drift.pace
        if self._pace:
            self._pace += off / _STEERED_WITHIN

    def _jump(self, delay: Samples) -> float:
        """By how many samples the delay has changed beyond what the drift explains."""
        if self.delay is None:
            return 0.0
        return delay - self.delay - self._clock_drift.pace * (self._now - self._found_at)

    def _fits(self, late: float, delay: Samples) -> bool:
        """Whether the filter reaches the echo when the far-end signal is read ``late``."""
        least = LEAST_LATE if self._clock_drift.pace and delay >= _EARLY + LEAST_LATE else 0
        return least <= late <= delay <= late + _REACH


def _no_louder(output: MeasuredFrame, microphone: MeasuredFrame) -> Block:
    """The filter's output, but the microphone itself in every hop that the filter made louder.

    A filter that has adapted to the user's speech subtracts what is not there.
    """
    louder = np.repeat(output.energies > microphone.energies, HOP)
    return np.where(louder, microphone.sound, output.sound)
