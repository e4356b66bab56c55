"""Fakes: substitutes for tests - a recogniser that hears a script, and a voice that hums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from coach.ports import Word
from coach.units import RATE_HZ, Block, Samples, samples


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words that a ScriptedRecogniser hears from sample ``at`` on, for ``length`` samples."""

    at: Samples
    words: str
    length: Samples = samples(0.5)

    @property
    def end(self) -> Samples:
        return self.at + self.length


class ScriptedRecogniser:
    """A Recogniser that is given what will be said, whatever the sound, and makes results of it.

    Each word appears in the partial result when it ends; the utterance stays until it is closed.
    """

    def __init__(self, utterances: Iterable[Utterance]) -> None:
        self._to_come = sorted(utterances, key=lambda utterance: utterance.at)
        self._now: Samples = 0

    def add(self, utterance: Utterance) -> None:
        """Add an utterance, no earlier than the one that is being said."""
        self._to_come = sorted([*self._to_come, utterance], key=lambda each: each.at)

    def accept_waveform(self, block: Block) -> None:
        self._now += len(block)

    def skip(self, count: Samples) -> None:
        self._now += count

    def partial(self) -> str:
        return " ".join(word.text for word in self._words() if word.end <= self._now)

    def result(self) -> tuple[Word, ...]:
        words = self._words()
        if words:
            self._to_come = self._to_come[1:]
        return words

    def _words(self) -> tuple[Word, ...]:
        if not self._to_come or self._now < self._to_come[0].at:
            return ()
        utterance = self._to_come[0]
        texts = utterance.words.split()
        edges = [utterance.at + utterance.length * i // len(texts) for i in range(len(texts) + 1)]
        return tuple(
            Word(text, start, end, 1.0)
            for text, start, end in zip(texts, edges, edges[1:], strict=False)
        )


class ToneVoice:
    """A Voice that hums a tenth of a second for every letter, but no longer than ``longest``."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        length = samples(0.1) * len(text)
        if longest is not None:
            length = min(length, longest)
        return _hum(length)

    def prepare(self, text: str, *, longest: Samples | None = None) -> Callable[[], Block]:
        return partial(self.render, text, longest=longest)


@cache
def _hum(length: Samples) -> Block:
    wave = np.sin(2 * np.pi * 440.0 / RATE_HZ * np.arange(length))
    return np.asarray(3000.0 * wave, dtype=np.int16)


def speech_sound(utterances: Iterable[Utterance], length: Samples) -> Block:
    """A microphone's sound, mono int16, that is loud during ``utterances`` and quiet elsewhere."""
    sound = np.random.default_rng(0).integers(-3, 4, length).astype(np.int16)
    for utterance in utterances:
        span = sound[utterance.at : utterance.end]
        wave = np.sin(2 * np.pi * 300.0 / RATE_HZ * np.arange(len(span)))
        span += (4000.0 * wave).astype(np.int16)
    return sound
