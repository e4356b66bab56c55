"""Front end: microphone and speaker frames -> findings, the coach's own voice taken out first."""

from __future__ import annotations

from coach.audio.clipping import Clipping
from coach.echo.canceller import Calibration, EchoCanceller
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, HearingEvent
from coach.messages.events import (
    DoubleTalkBegan,
    DoubleTalkEnded,
    EchoFound,
    Event,
    Heard,
    MicrophoneClipped,
)
from coach.settings import ClippingSettings
from coach.units import Block, Samples, samples

Noticed = HearingEvent | EchoFound | DoubleTalkBegan | DoubleTalkEnded | MicrophoneClipped

_ELSEWHERE: Samples = samples(0.01)
"""An echo that is found so far from where it was last made known is made known again."""


class FrontEnd:
    """The ear of one session beside a speaker.

    ``hearing`` should have the guard of ``echo``; without an echo there is no speaker to be heard.
    """

    def __init__(self, hearing: Endpointer, echo: EchoCanceller | None = None) -> None:
        self.frame: Samples = hearing.frame
        self._endpointer = hearing
        self.echo = echo
        """What takes the coach's own voice out, if anything does."""
        self._clipping = Clipping(ClippingSettings())
        self._now: Samples = 0
        self._made_known: Samples | None = None

    @property
    def utterance_start(self) -> Samples | None:
        """See Endpointer."""
        return self._endpointer.utterance_start

    def align(self, delay: Samples) -> None:
        """See EchoCanceller."""
        if self.echo is not None:
            self.echo.align(delay)

    @property
    def calibration(self) -> Calibration | None:
        """See EchoCanceller."""
        return None if self.echo is None else self.echo.calibration

    def calibrate(self, calibration: Calibration) -> None:
        """See EchoCanceller."""
        if self.echo is not None:
            self.echo.calibrate(calibration)

    def observe(self, event: Event) -> None:
        """Keep up with what the coach says."""
        if self.echo is not None:
            self.echo.guard.observe(event)

    def process(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Noticed]:
        """Take in one frame of what was heard, and what went to the speaker meanwhile."""
        self._now += len(microphone)
        clipped = [MicrophoneClipped(self._now)] * self._clipping.detect(microphone)
        if self.echo is None:
            return [*clipped, *self._endpointer.process(microphone, wanted)]
        return [*clipped, *self._without_echo(self.echo, microphone, speaker, wanted)]

    def _without_echo(
        self, echo: EchoCanceller, microphone: Block, speaker: Block, wanted: Wanted
    ) -> list[Noticed]:
        went_on = echo.double_talk.going_on
        clean = echo.take_out(microphone, speaker)
        found = self._echo_found(echo.delay)
        findings = self._endpointer.process(clean, wanted)
        if any(isinstance(finding, Heard) and finding.accepted for finding in findings):
            echo.double_talk.resolve()
        goes_on = echo.double_talk.going_on
        if goes_on == went_on:
            return [*found, *findings]
        changed = DoubleTalkBegan(self._now) if goes_on else DoubleTalkEnded(self._now)
        return [*found, changed, *findings]

    def _echo_found(self, delay: Samples | None) -> list[EchoFound]:
        known = self._made_known
        if delay is None or (known is not None and abs(delay - known) <= _ELSEWHERE):
            return []
        self._made_known = delay
        return [EchoFound(self._now, delay)]
