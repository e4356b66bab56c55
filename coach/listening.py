"""Listening: microphone and speaker frames -> findings, the coach's own voice taken out first."""

from __future__ import annotations

from coach.echo import Echo
from coach.hearing import Finding, Hearing
from coach.judging import Wanted
from coach.messages import Event
from coach.units import Block, Samples


class Listening:
    """The ear of one session beside a speaker.

    ``hearing`` should have the guard of ``echo``; without an echo there is no speaker to be heard.
    """

    def __init__(self, hearing: Hearing, echo: Echo | None = None) -> None:
        self.frame: Samples = hearing.frame
        self._hearing = hearing
        self._echo = echo

    @property
    def utterance_start(self) -> Samples | None:
        """See Hearing."""
        return self._hearing.utterance_start

    def align(self, delay: Samples) -> None:
        """See Echo."""
        if self._echo is not None:
            self._echo.align(delay)

    def observe(self, event: Event) -> None:
        """Keep up with what the coach says."""
        if self._echo is not None:
            self._echo.guard.observe(event)

    def accept(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Finding]:
        """Take in one frame of what was heard, and what went to the speaker meanwhile."""
        if self._echo is not None:
            microphone = self._echo.take_out(microphone, speaker)
        return self._hearing.accept(microphone, wanted)
