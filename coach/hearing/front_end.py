"""Front end: microphone and speaker frames -> what was noticed in them.

Levels are measured first, then the coach's own voice is cancelled, then utterances are found.
"""

from __future__ import annotations

from coach.audio.clipping import Clipping
from coach.audio.levels import LevelMeter, MeasuredFrame
from coach.echo.canceller import Calibration, EchoCanceller
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, HearingEvent
from coach.messages.events import (
    DoubleTalkBegan,
    DoubleTalkEnded,
    EchoFound,
    EchoRemains,
    Event,
    Heard,
    MicrophoneClipped,
)
from coach.settings import ClippingSettings
from coach.units import Block, Samples, samples

Noticed = (
    HearingEvent | EchoFound | EchoRemains | DoubleTalkBegan | DoubleTalkEnded | MicrophoneClipped
)

_REPORTED_AGAIN: Samples = samples(0.01)
"""A delay is reported again when it differs from the last reported one by more than this."""


class FrontEnd:
    """All signal processing of one session, beside a speaker.

    ``endpointer`` should have the guard of ``canceller``. Without a canceller, the microphone is
    assumed not to hear the speaker.
    """

    def __init__(self, endpointer: Endpointer, canceller: EchoCanceller | None = None) -> None:
        self.frame: Samples = endpointer.frame
        """The length of every frame."""
        self._endpointer = endpointer
        self.canceller = canceller
        self._meter = LevelMeter()
        self._clipping = Clipping(ClippingSettings())
        self._now: Samples = 0
        self._reported: Samples | None = None
        self._remains_reported = False

    @property
    def utterance_start(self) -> Samples | None:
        """No later than the beginning of what is being said; None while nobody speaks."""
        return self._endpointer.utterance_start

    def align(self, delay: Samples) -> None:
        """The device adds at least ``delay`` between a speaker block and its echo."""
        if self.canceller is not None:
            self.canceller.align(delay)

    @property
    def calibration(self) -> Calibration | None:
        """What was learnt of the devices and may be used next time; None for nothing."""
        return None if self.canceller is None else self.canceller.calibration

    def calibrate(self, calibration: Calibration) -> None:
        """Expect the echo at the delay of an earlier session, but no sooner than ``align`` says."""
        if self.canceller is not None:
            self.canceller.calibrate(calibration)

    def observe(self, event: Event) -> None:
        """Follow what the coach says, what audio is lost, and when a device is lost or found."""
        if self.canceller is not None:
            self.canceller.guard.observe(event)

    def process(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Noticed]:
        """Take in one frame of the microphone, and what went to the speaker meanwhile.

        The caller may write into both afterwards.
        """
        self._now += len(microphone)
        measured = self._meter.measure(microphone.copy())
        clipped = [MicrophoneClipped(self._now)] * self._clipping.detect(measured)
        if self.canceller is None:
            return [*clipped, *self._endpointer.process(measured, wanted)]
        return [*clipped, *self._cancelled(self.canceller, measured, speaker, wanted)]

    def _cancelled(
        self, canceller: EchoCanceller, microphone: MeasuredFrame, speaker: Block, wanted: Wanted
    ) -> list[Noticed]:
        went_on = canceller.double_talk.going_on
        clean = canceller.cancel(microphone, speaker)
        found: list[Noticed] = [*self._echo_found(canceller.delay), *self._echo_remains(canceller)]
        findings = self._endpointer.process(clean, wanted)
        if any(isinstance(finding, Heard) and finding.accepted for finding in findings):
            canceller.double_talk.resolve()
        goes_on = canceller.double_talk.going_on
        if goes_on == went_on:
            return [*found, *findings]
        changed = DoubleTalkBegan(self._now) if goes_on else DoubleTalkEnded(self._now)
        return [*found, changed, *findings]

    def _echo_remains(self, canceller: EchoCanceller) -> list[EchoRemains]:
        if self._remains_reported or not canceller.poor.is_certain:
            return []
        self._remains_reported = True
        return [EchoRemains(self._now)]

    def _echo_found(self, delay: Samples | None) -> list[EchoFound]:
        last = self._reported
        if delay is None or (last is not None and abs(delay - last) <= _REPORTED_AGAIN):
            return []
        self._reported = delay
        return [EchoFound(self._now, delay)]
