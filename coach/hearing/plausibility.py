"""Plausibility: how likely it is that somebody spoke the words that were read in an utterance.

The recogniser finds words in a cough or a bark, too. Three nearly independent measures tell these
from speech: how certain a voice detector is, how certain the recogniser is, and how long the words
take per letter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from coach.ports import VoiceDetector, Word
from coach.settings import PlausibilitySettings
from coach.units import Block, silence


class VoiceCertainty:
    """Follows the sound of one utterance, in blocks of any length."""

    def __init__(self, detector: VoiceDetector, windows: int) -> None:
        self._detector = detector
        self._windows = windows
        self._waiting = silence(0)
        self._probabilities: list[float] = []
        detector.begin()

    def take_in(self, block: Block) -> None:
        """Take in the next block."""
        sound = np.concatenate([self._waiting, block])
        whole = len(sound) // self._detector.window * self._detector.window
        for start in range(0, whole, self._detector.window):
            window = sound[start : start + self._detector.window]
            self._probabilities.append(self._detector.probability(window))
        self._waiting = sound[whole:]

    def certainty(self) -> float:
        """The mean probability, 0 to 1, of the windows in which the detector was most certain."""
        highest = sorted(self._probabilities)[-self._windows :]
        return sum(highest) / self._windows


def plausibility(voice: float, words: Sequence[Word], settings: PlausibilitySettings) -> float:
    """The log odds, up to a constant, that ``words`` (at least one) were spoken.

    ``voice`` is the certainty of a voice, from 0 to 1. The weights were fitted by logistic
    regression.
    """
    letters = sum(len(word.text) for word in words)
    length = sum(word.end - word.start for word in words)
    pace = min(max(length / letters, 1.0), settings.slow_letter)
    certain = min(max(voice, settings.least_odds), 1.0 - settings.least_odds)
    return (
        math.log(certain / (1.0 - certain))
        + settings.confidence * min(word.confidence for word in words)
        + settings.pace * math.log(pace / settings.slow_letter)
    )
