"""Wav duplex: a recording as the microphone. It runs as fast as the machine can."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.units import Block, Samples, samples

_BLOCK: Samples = samples(0.02)


class WavDuplex:
    """A Duplex whose microphone is a recording; what the coach says is heard by nobody.

    ``delay`` is that of the duplex that was recorded. ``losses`` are the places in the recording
    at which so many samples were lost.
    """

    def __init__(
        self, recording: Block, delay: Samples = 0, losses: Mapping[Samples, Samples] | None = None
    ) -> None:
        self.delay = delay
        self.name: str | None = None
        self._recording = recording
        self._losses = losses or {}

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        """See Duplex."""
        now = 0
        while now < len(self._recording):
            if now in self._losses:
                lost(self._losses[now])
                now += self._losses[now]
                continue
            end = min([now + _BLOCK, *(at for at in self._losses if at > now)])
            if process(self._recording[now:end]) is None:
                return
            now = end
