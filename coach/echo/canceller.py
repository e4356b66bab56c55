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
from coach.echo.delay_estimator import LONGEST, DelayEstimator, RoomResponse, Shift
from coach.echo.double_talk import DoubleTalk
from coach.echo.far_end import LEAST_LATE, FarEnd
from coach.echo.poor_cancellation import PoorCancellation
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

_ALIKE = 0.3
_ALIKE_ELSEWHERE = 0.4
"""How like the known response a window's must be where it is expected, and anywhere else."""

_UNLIKE = 12
"""So many windows in a row that are unlike it are of another room, or it was learnt badly."""

_PLAIN = 0.2
"""The least peak, of a response whose norm is 1, by which a room is known."""

CLIPPED = 32_767
"""A sample that no filter adapts to: libspeexdsp holds its filter while a microphone clips."""

_STEERED_WITHIN: Samples = samples(0.8)
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
        self.poor = PoorCancellation(self._residual)
        self._clock_drift = ClockDrift()
        self._far_end = FarEnd(LONGEST)
        self._now: Samples = 0
        self._aligned: Samples = 0
        """The delay that ``align`` was given last."""
        self.delay: Samples | None = None
        """From handing sound to the speaker until its echo arrives; None until it is known."""
        self._pace = 0.0
        """By how much the far-end signal is delayed more with every sample."""
        self._response = RoomResponse()
        self._unlike = 0

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
            left = self._filtered(self._filter, microphone.sound, far_end)
            output = self._output_meter.measure(left)
            clean = self._clean_meter.measure(_no_louder(output, microphone))
        self._residual.measure(self._far_end_meter.measure(far_end), microphone, clean, output)
        self._now += len(speaker)
        self.double_talk.update(self._now, len(speaker))
        self.poor.update(len(speaker))
        return clean

    def _filtered(self, adaptive: AdaptiveFilter, microphone: Block, far_end: Block) -> Block:
        """What the filter leaves. In hops that were lost it stays as it is, and time goes on."""
        lost = ~microphone.reshape(-1, HOP).any(axis=1)
        if not lost.any():
            return adaptive.cancel(microphone, far_end)
        held = microphone.copy()
        held[::HOP][lost] = CLIPPED
        return np.where(np.repeat(lost, HOP), microphone, adaptive.cancel(held, far_end))

    def _follow(self, delay: Samples | None) -> None:
        """Move the far-end signal to where the echo was just found, if it was."""
        if delay is not None:
            self._reach(delay)
        if self._estimator.latest is not None and self.delay is not None:
            self._measure(self._estimator.latest)
            self._steer()

    def _reach(self, delay: Samples) -> None:
        """Begin anew where the filter cannot reach an echo at ``delay``."""
        self.delay = delay
        if self._fits(self._far_end.late, delay):
            return
        self._far_end.move(delay - _EARLY)
        self._residual.forget()
        self._forget_response()
        if self._make_filter is not None:
            self._filter = self._make_filter()

    def _forget_response(self) -> None:
        self._response, self._unlike = RoomResponse(), 0
        self._clock_drift.restart()

    def _measure(self, latest: Samples) -> None:
        """Tell where the echo is now, by the window that has just ended."""
        found = self._find(latest)
        if found is None:
            return
        late, shift = found
        self._response.learn(shift)
        at = self._now - shift.age
        delay = late - self._clock_drift.likely_pace * shift.age + shift.by
        if self._clock_drift.explains(at, delay):
            self._clock_drift.add(at, delay)
        else:
            # The room is the same: what the filter has learnt holds at the new delay, too.
            self._far_end.move(late + shift.by)
            self._clock_drift.jump(at, delay)
            self._residual.forget()

    def _find(self, latest: Samples) -> tuple[float, Shift] | None:
        """How late the far end is where the response is like the known one, and by how much off."""
        late, pace, peak = self._far_end.late, self._clock_drift.likely_pace, self._response.peak
        shift = self._estimator.compare(late, pace, self._response)
        if peak is None:
            plain = shift is not None and float(np.max(shift.response)) > _PLAIN
            return (late, shift) if shift is not None and plain else None
        if shift is None or shift.likeness < _ALIKE:
            late = float(latest - peak)
            shift = self._estimator.compare(late, pace, self._response)
            if shift is None:
                return None
            if shift.likeness < _ALIKE_ELSEWHERE:
                self._unlike += 1
                if self._unlike == _UNLIKE:
                    self._forget_response()
                return None
        self._unlike = 0
        return late, shift

    def _steer(self) -> None:
        """Keep the echo where the filter has learnt it, even if the drift changes."""
        begins = not self._pace
        self._pace = self._clock_drift.pace
        expected = self._clock_drift.forecast(self._now)
        if not self._pace or expected is None:
            return
        if begins:
            # The filter has not kept up with the drift; where it has got to is worth little.
            self._far_end.move(expected)
        off = float(np.clip(expected - self._far_end.late, -_MOST_OFF, _MOST_OFF))
        self._pace += off / _STEERED_WITHIN

    def _fits(self, late: float, delay: Samples) -> bool:
        """Whether the filter reaches the echo when the far-end signal is read ``late``."""
        least = LEAST_LATE if delay >= _EARLY + LEAST_LATE else 0
        return least <= late <= delay <= late + _REACH


def _no_louder(output: MeasuredFrame, microphone: MeasuredFrame) -> Block:
    """The filter's output, but the microphone itself in every hop that the filter made louder.

    A filter that has adapted to the user's speech subtracts what is not there.
    """
    louder = np.repeat(output.energies > microphone.energies, HOP)
    return np.where(louder, microphone.sound, output.sound)
