"""Hearing: recogniser output -> Heard. Whole utterances, urgent words first, own end-pointing.

An urgent intent is taken in two steps: ``Suspected`` at the first partial result that reads as
one (the coach hushes, reversibly), ``Heard`` when the partial stands and the sound goes quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from coach.grammar import Grammar
from coach.loudness import Loudness
from coach.messages import Cleared, Heard, Intent, Suspected
from coach.ports import Recogniser, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples, samples

_PARTIAL_LAG: Samples = samples(0.8)
"""An utterance began at most this long before its first partial result."""

_AROUND_CLIP: Samples = samples(0.75)

Finding = Heard | Suspected | Cleared


@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts now: the intents the session has a use for, and the urgent among them.

    An utterance that is not urgent and began before ``since`` was meant for what came before.
    """

    intents: frozenset[Intent] = frozenset()
    urgent: frozenset[Intent] = frozenset()
    since: Samples = 0


class Hearing:
    """The ear of one session. Times are samples since its first block."""

    def __init__(self, recogniser: Recogniser, grammar: Grammar, settings: HearingSettings) -> None:
        self._recogniser = recogniser
        self._grammar = grammar
        self._settings = settings
        self._loudness = Loudness()
        self._beginnings = _beginnings(grammar)
        self._now: Samples = 0
        self._text = ""
        self._text_since: Samples = 0
        self._closed: Samples = 0
        self._suspected_at: Samples | None = None
        self.utterance_start: Samples | None = None
        """Not after the beginning of what is being said; None while nobody speaks."""

    def accept(self, frame: Block, wanted: Wanted) -> list[Finding]:
        """Take in one frame of ``settings.frame`` samples; what was found, in order."""
        self._loudness.accept(frame)
        self._now += len(frame)
        if self._recogniser.accept(frame):
            return self._close(wanted)
        self._follow(self._recogniser.partial())
        if self._listens_to_nothing():
            self._recogniser.result()
            self._closed = self._now
        findings = self._suspect(wanted)
        if self._is_over(wanted):
            findings += self._close(wanted)
        return findings

    def _follow(self, text: str) -> None:
        if text == self._text:
            return
        if not self._text:
            self.utterance_start = max(0, self._now - _PARTIAL_LAG)
        elif not text:
            self.utterance_start = None
        self._text = text
        self._text_since = self._now

    def _suspect(self, wanted: Wanted) -> list[Finding]:
        intent = self._grammar.intent_of(self._text)
        if self._suspected_at is None:
            if intent not in wanted.urgent:
                return []
            self._suspected_at = self._now
            return [Suspected(self._now)]
        if intent in wanted.urgent or self._text in self._beginnings:
            return []
        return self._clear()

    def _clear(self) -> list[Finding]:
        if self._suspected_at is None:
            return []
        self._suspected_at = None
        return [Cleared(self._now)]

    def _is_over(self, wanted: Wanted) -> bool:
        if not self._text:
            return False
        settings = self._settings
        intent = self._grammar.intent_of(self._text)
        if self._now - (self.utterance_start or 0) >= settings.longest_utterance:
            return True
        if intent is None:
            needed = settings.endpoint_unknown
        elif intent in wanted.urgent:
            needed = settings.urgent_quiet
        else:
            needed = settings.endpoint_quiet
        if self._quiet() >= needed:
            return True
        stable = settings.stable if intent is not None else settings.stable_unknown
        return self._now - self._text_since >= stable

    def _listens_to_nothing(self) -> bool:
        """Whether to begin anew: steady noise would stretch one utterance without end.

        The recogniser shows no word of it, but the first one that is said would be glued to it.
        """
        idle = self._now - self._closed
        if self._text or idle < self._settings.idle:
            return False
        return self._quiet() >= self._settings.idle_quiet or idle >= 4 * self._settings.idle

    def _quiet(self) -> Samples:
        start = self.utterance_start or 0
        threshold = max(
            self._settings.quiet_below_peak * self._loudness.peak(start),
            self._settings.quiet_above_floor * self._loudness.floor,
        )
        return self._loudness.quiet(start, threshold)

    def _close(self, wanted: Wanted) -> list[Finding]:
        final = self._recogniser.result()
        self._closed = self._now
        self._text, self._text_since = "", self._now
        self.utterance_start = None
        heard = self._read(final, wanted)
        if heard is None or not heard.accepted:
            cleared = self._clear()
            return [*cleared, heard] if heard else cleared
        self._suspected_at = None
        return [heard]

    def _read(self, words: tuple[Word, ...], wanted: Wanted) -> Heard | None:
        text = " ".join(word.text for word in words)
        intent = self._grammar.intent_of(text)
        if intent is None:
            return None
        confidence = min(word.confidence for word in words)
        start = words[0].start
        urgent = intent in wanted.urgent
        longest = max(word.end - word.start for word in words)
        sure = (
            confidence >= self._settings.least_confidence and longest <= self._settings.longest_word
        )
        in_time = urgent or start >= wanted.since
        return Heard(
            intent,
            text,
            confidence,
            start=start,
            end=max(words[-1].end, start),
            reacted=self._now if self._suspected_at is None else self._suspected_at,
            decided=self._now,
            urgent=urgent,
            accepted=sure and in_time and intent in wanted.intents,
        )


def hear_recording(
    hearing: Hearing, recording: Block, wanted: Wanted, frame: Samples
) -> list[Heard]:
    """What is accepted in a recording, times from its beginning.

    A clip often begins and ends on the word itself: it gets the quiet around it that a room has.
    """
    quiet = np.random.default_rng(0).integers(-3, 4, _AROUND_CLIP).astype(np.int16)
    sound = np.concatenate([quiet, recording, quiet, quiet])
    frames = (sound[start : start + frame] for start in range(0, len(sound) - frame + 1, frame))
    findings = [finding for each in frames for finding in hearing.accept(each, wanted)]
    heard = (each for each in findings if isinstance(each, Heard) and each.accepted)
    return [_earlier(each, _AROUND_CLIP) for each in heard]


def _earlier(heard: Heard, by: Samples) -> Heard:
    times = {name: max(0, getattr(heard, name) - by) for name in ("start", "end")}
    return replace(heard, **times, reacted=heard.reacted - by, decided=heard.decided - by)


def _beginnings(grammar: Grammar) -> frozenset[str]:
    """Every beginning of a sentence with more words to come, so that a hush holds on."""
    beginnings: set[str] = set()
    for sentence in grammar.intents:
        words = sentence.split()
        beginnings.update(" ".join(words[:length]) for length in range(1, len(words)))
    return frozenset(beginnings)
