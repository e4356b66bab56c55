"""Word take: asks for one word, listens until it was said, and judges whether it can be kept.

A microphone block goes in, a speaker block comes out, as in a session. Times are samples since the
take began.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from coach.audio.levels import HOP
from coach.audio.loudness import Loudness
from coach.doctor.noise import clipped_samples, measure_quiet, speech_dbfs
from coach.units import Block, Samples, gain, samples, silence

PATIENCE: Samples = samples(6.0)
"""How long after the question a word may begin."""
LONGEST: Samples = samples(6.0)
"""How long it may last."""

_ECHO_DIES: Samples = samples(0.4)
"""How long the echo of the question may last; nobody answers sooner."""
_QUIET_AFTER: Samples = samples(0.8)
"""So much quiet ends a word; pauses within one are shorter."""
_LEAD: Samples = samples(0.3)
_TAIL: Samples = samples(0.5)
_SHORTEST: Samples = samples(0.08)
"""Less is a click."""
_ABOVE_FLOOR = gain(12.0)
"""How far above the noise something is that may be a word."""
_SOFT_DBFS = -50.0
_LEAST_SNR_DB = 10.0


class WordTake:
    """One try at one word, after the question ``cue``.

    ``delay`` is that of the duplex; ``lost`` is whether it lost sound.
    """

    def __init__(self, cue: Block) -> None:
        self._cue = cue
        self._heard: list[Block] = []
        self._now: Samples = 0
        self._loudness = Loudness()
        self._measured: Samples = 0
        self._rest = silence(0)
        self._loud: tuple[Samples, Samples] | None = None
        self.delay: Samples = 0
        self.lost = False

    def process(self, microphone: Block) -> Block | None:
        """The speaker's block for the microphone's, of the same length; None at the end."""
        self._heard.append(microphone.copy())
        begin, self._now = self._now, self._now + len(microphone)
        self._rest = np.concatenate([self._rest, microphone])
        while len(self._rest) >= HOP:
            self._follow(self._rest[:HOP])
            self._rest = self._rest[HOP:]
        if self._is_over():
            return None
        said = self._cue[begin : self._now]
        return np.concatenate([said, silence(len(microphone) - len(said))])

    def lose(self, _count: Samples) -> None:
        """Sound was lost; the word has to be said again."""
        self.lost = True

    @property
    def word(self) -> Block | None:
        """The word with a little quiet around it; None if there was none."""
        if self._loud is None or self._loud[1] - self._loud[0] < _SHORTEST:
            return None
        start, end = self._loud
        sound = np.concatenate(self._heard)
        return sound[max(start - _LEAD, self._answers_from - _ECHO_DIES, 0) : end + _TAIL]

    @property
    def length(self) -> Samples:
        """How much of the microphone's sound it took."""
        return self._now

    def faults(self) -> Iterator[str]:
        """What speaks against keeping it, each as a sentence."""
        word = self.word
        if self.lost:
            yield "The sound card lost sound."
        if word is None or self._loud is None:
            yield "No word was heard."
            return
        if clipped_samples(word):
            yield "It was too loud: turn the microphone down, or move away from it."
        level = speech_dbfs(word)
        if level < _SOFT_DBFS:
            yield f"It was too soft, at {level:.0f} dBFS: turn the microphone up, or come closer."
        noise = measure_quiet(word[-_TAIL:]).noise_dbfs
        if level - noise < _LEAST_SNR_DB:
            yield f"The room is too loud, {level - noise:.0f} dB below the word."
        if self._loud[1] - self._loud[0] >= LONGEST:
            yield "It did not end: was somebody else talking?"

    @property
    def _answers_from(self) -> Samples:
        return len(self._cue) + self.delay + _ECHO_DIES

    def _follow(self, hop: Block) -> None:
        self._loudness.measure(hop)
        self._measured += HOP
        if self._measured <= self._answers_from:
            return
        if self._loudness.recent(HOP) < self._loudness.floor * _ABOVE_FLOOR:
            return
        start = self._measured - HOP if self._loud is None else self._loud[0]
        self._loud = start, self._measured

    def _is_over(self) -> bool:
        if self._loud is None:
            return self._measured >= self._answers_from + PATIENCE
        start, end = self._loud
        return self._measured - end >= _QUIET_AFTER or end - start >= LONGEST
