"""Torture person: somebody unpredictable in front of the engine, whose time passes in steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np

from coach.echo.canceller import EchoCanceller
from coach.engine import Engine, Observer
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.ports import Word
from coach.session.lesson import Lesson
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance
from coach.training.plan import Plan
from coach.units import Block, Samples, samples, seconds, silence
from tests.stories import Headphones

_LENGTH = samples(3.0)
_ALTERNATING = np.where(np.arange(_LENGTH) % 2, 1, -1).astype(np.int16)
QUIET, NOISE, MUMBLE, SPEECH, CLIPPED = (
    _ALTERNATING * np.int16(level) for level in (3, 300, 1000, 4000, 32767)
)
"""What the microphone hears, of a constant level. What is constant for seconds beside the coach's
voice is taken for its echo, and a word that is no louder for more of it: so talk is softer."""

BLOCKS: tuple[Samples, ...] = (160, 320, 480, 512, 1024, 1600, 4800)


class UnsureRecogniser(ScriptedRecogniser):
    """A ScriptedRecogniser that is as certain of the next utterance as ``confidence`` says."""

    confidence = 1.0

    def result(self) -> tuple[Word, ...]:
        return tuple(replace(word, confidence=self.confidence) for word in super().result())


class Person:
    """One session with the real engine. ``passed`` is called with the seconds that went by.

    The microphone is sliced into blocks of ``block`` samples.
    """

    def __init__(
        self,
        taught: Lesson,
        plan: Plan,
        observers: list[Observer],
        *,
        block: Samples,
        hears_itself: bool,
        passed: Callable[[float], None],
    ) -> None:
        self._recogniser = UnsureRecogniser([])
        canceller: EchoCanceller | None = Headphones() if hears_itself else None
        guard = canceller.guard if canceller else None
        hearing = Endpointer(self._recogniser, taught.grammar, HearingSettings(), guard=guard)
        front_end = FrontEnd(hearing, canceller)
        self.engine = Engine(taught.session(plan), taught.cues, front_end, observers)
        self.now: Samples = 0
        self._block, self._passed = block, passed
        self._speaker: list[Block] = []
        self.gone: str | None = None
        """The device that is lost."""

    @property
    def speaker(self) -> Block:
        """All that the coach has said so far, mono int16."""
        return np.concatenate([silence(0), *self._speaker])

    def wait(self, length_seconds: float, sound: Block = QUIET) -> None:
        """Let time pass, in which the microphone hears ``sound``."""
        left = samples(length_seconds)
        while left > 0 and not self.engine.over:
            count = min(left, self._block)
            heard = silence(count) if self.gone == "microphone" else sound[:count]
            speaker = self.engine.process(heard)
            if speaker is not None:
                self._speaker.append(speaker)
            self._pass(count)
            left -= count

    def say(
        self, words: str, length_seconds: float, confidence: float = 1.0, sound: Block = SPEECH
    ) -> Samples:
        """Say it, and be quiet until it is decided; the sample at which it was said."""
        self._recogniser.confidence = confidence
        self._recogniser.add(Utterance(self.now, words, samples(length_seconds)))
        self.wait(length_seconds, sound)
        said = self.now
        self.wait(0.9)
        return said

    def lose(self, count: Samples) -> None:
        """The sound card drops so many samples."""
        if not self.engine.over:
            self.engine.lose(count)
            self._speaker.append(silence(count))
            self._pass(count)

    def change_devices(self, chance: Random) -> None:
        """Lose a device, or find the one that is lost."""
        if self.gone is not None:
            gone, self.gone = self.gone, None
            self.engine.find_device(gone, "another card")  # type: ignore[arg-type]
            return
        self.gone = chance.choice(["microphone", "speaker", "microphone and speaker"])
        self.engine.lose_device(self.gone, "it was unplugged")  # type: ignore[arg-type]
        if self.gone == "microphone and speaker":  # time stands still until it is back
            self._passed(chance.uniform(0.0, 600.0))
            self.change_devices(chance)

    def _pass(self, count: Samples) -> None:
        self.now += count
        self._passed(seconds(count))
