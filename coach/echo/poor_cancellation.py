"""Poor cancellation: whether the coach's voice stays in the microphone's signal for good."""

from __future__ import annotations

from coach.echo.residual_echo import ResidualEcho
from coach.units import Samples, samples

_EVERY: Samples = samples(1.0)
"""After so much speech it is looked at again."""

_AFTER: Samples = samples(15.0)
"""So much speech in a row has to leave a strong residual echo. A canceller that works has learnt a
room much sooner, and again after its delay has jumped."""


class PoorCancellation:
    """Follows what is left of the coach's voice while it speaks."""

    def __init__(self, residual: ResidualEcho) -> None:
        self._residual = residual
        self._spoken: Samples = 0
        self._strong: Samples = 0

    def update(self, length: Samples) -> None:
        """Look at the last ``length`` samples."""
        if not self._residual.coach_spoke_within(length):
            return
        self._spoken += length
        if self._spoken >= _EVERY:
            self._strong = self._strong + self._spoken if self._residual.is_strong else 0
            self._spoken = 0

    @property
    def is_certain(self) -> bool:
        """Whether the residual echo may have passed for a voice in all of the latest speech."""
        return self._strong >= _AFTER
