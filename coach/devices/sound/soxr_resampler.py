"""Soxr resampler: sound from one rate to another, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
import soxr

from coach.units import Block


class Resampler:
    """A stream of samples from one rate to another; each keeps its place in time."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        same = from_hz == to_hz
        self._soxr: Any = None if same else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32")

    def resample(self, block: Block) -> Block:
        """What is complete by now, which may be nothing."""
        if self._soxr is None:
            return block
        wide = self._soxr.resample_chunk(block.astype(np.float32))
        narrow: Block = np.clip(np.rint(wide), -32768, 32767).astype(np.int16)
        return narrow
