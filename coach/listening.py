"""Listening: microphone and speaker frames -> findings, the coach's own voice taken out first."""

from __future__ import annotations

from coach.echo import Echo
from coach.hearing import Finding, Hearing
from coach.judging import Wanted
from coach.messages import DoubleTalkBegan, DoubleTalkEnded, Event, Heard
from coach.units import Block, Samples

Noticed = Finding | DoubleTalkBegan | DoubleTalkEnded


class Listening:
    """The ear of one session beside a speaker.

    ``hearing`` should have the guard of ``echo``; without an echo there is no speaker to be heard.
    """

    def __init__(self, hearing: Hearing, echo: Echo | None = None) -> None:
        self.frame: Samples = hearing.frame
        self._hearing = hearing
        self.echo = echo
        """What takes the coach's own voice out, if anything does."""
        self._now: Samples = 0

    @property
    def utterance_start(self) -> Samples | None:
        """See Hearing."""
        return self._hearing.utterance_start

    def align(self, delay: Samples) -> None:
        """See Echo."""
        if self.echo is not None:
            self.echo.align(delay)

    def observe(self, event: Event) -> None:
        """Keep up with what the coach says."""
        if self.echo is not None:
            self.echo.guard.observe(event)

    def accept(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Noticed]:
        """Take in one frame of what was heard, and what went to the speaker meanwhile."""
        self._now += len(microphone)
        if self.echo is None:
            return [*self._hearing.accept(microphone, wanted)]
        went_on = self.echo.double_talk.going_on
        clean = self.echo.take_out(microphone, speaker)
        findings = self._hearing.accept(clean, wanted)
        if any(isinstance(finding, Heard) and finding.accepted for finding in findings):
            self.echo.double_talk.resolve()
        goes_on = self.echo.double_talk.going_on
        if goes_on == went_on:
            return [*findings]
        changed = DoubleTalkBegan(self._now) if goes_on else DoubleTalkEnded(self._now)
        return [changed, *findings]
