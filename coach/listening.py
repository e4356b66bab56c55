"""Listening: microphone and speaker frames -> findings, the coach's own voice taken out first."""

from __future__ import annotations

import numpy as np

from coach.hearing import Finding, Hearing
from coach.judging import Wanted
from coach.ports import EchoCanceller
from coach.units import Block, Samples, silence


class Listening:
    """The ear of one session beside a speaker; without a canceller it hears its own echo."""

    def __init__(self, hearing: Hearing, canceller: EchoCanceller | None = None) -> None:
        self.frame: Samples = hearing.frame
        self._hearing = hearing
        self._canceller = canceller
        self._reference = silence(0)

    @property
    def utterance_start(self) -> Samples | None:
        """See Hearing."""
        return self._hearing.utterance_start

    def align(self, delay: Samples) -> None:
        """Tell how much later than it is handed over the speaker's sound is played, before any.

        A little less than the truth is fine: the canceller finds the rest, up to its length.
        """
        self._reference = silence(delay)

    def accept(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Finding]:
        """Take in one frame of what was heard, and what went to the speaker meanwhile."""
        if self._canceller is not None:
            played = np.concatenate([self._reference, speaker])
            self._reference = played[len(microphone) :]
            microphone = self._canceller.cancel(microphone, played[: len(microphone)])
        return self._hearing.accept(microphone, wanted)
