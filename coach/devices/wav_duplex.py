"""Wav duplex: a recording as the microphone. It runs as fast as the machine can."""

from __future__ import annotations

from collections.abc import Callable

from coach.units import Block, Samples, samples

_BLOCK: Samples = samples(0.02)


class WavDuplex:
    """A Duplex whose microphone is a recording; what the coach says goes to ``on_block``."""

    def __init__(self, recording: Block, on_block: Callable[[Block, Block], None]) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._recording = recording
        self._on_block = on_block

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        """See Duplex. A recording loses no audio: ``lost`` is never called."""
        for start in range(0, len(self._recording), _BLOCK):
            microphone = self._recording[start : start + _BLOCK]
            speaker = process(microphone)
            if speaker is None:
                return
            self._on_block(microphone, speaker)
