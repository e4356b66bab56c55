"""Endpointer: microphone frames -> Heard. Whole utterances, urgent words first, own end-pointing.

An urgent intent is taken in two steps: ``Suspected`` when a partial result reads as one (the
coach hushes, reversibly), ``Heard`` when the partial stands and the sound goes quiet.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coach.audio.agc import AutomaticGain
from coach.audio.loudness import Loudness
from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.acceptance import Acceptance, Wanted
from coach.hearing.grammar import Grammar
from coach.hearing.recogniser_feed import Awake, Backlog, Frame, RecogniserFeed
from coach.messages.events import Cleared, Heard, RecogniserReady, Suspected
from coach.ports import NoiseSuppressor, Recogniser, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples, samples

_PARTIAL_LAG: Samples = samples(0.8)
"""An utterance began at most this long before its first partial result."""

AROUND_CLIP: Samples = samples(0.75)
"""The quiet that ``hear_recording`` puts in front of a recording."""

HearingEvent = Heard | Suspected | Cleared | RecogniserReady


@dataclass(frozen=True, slots=True)
class Thought:
    """What went on in hearing, for who wants to know why something was heard or not."""

    at: Samples
    what: str
    detail: str = ""


Explain = Callable[[Thought], None]


def keep_to_oneself(_: Thought) -> None:
    """For who does not want to know."""


class Endpointer:
    """The ear of one session. Times are samples since its first block.

    ``explain`` is told of every Thought, in order. ``awake`` tells when the recogniser may be
    asked; until then what is said is kept for it.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        grammar: Grammar,
        settings: HearingSettings,
        suppressor: NoiseSuppressor | None = None,
        explain: Explain = keep_to_oneself,
        guard: SelfSpeechGuard | None = None,
        awake: Awake | None = None,
    ) -> None:
        self.frame: Samples = settings.frame
        self._feed = RecogniserFeed(recogniser, settings.lead_in)
        self._grammar = grammar
        self._settings = settings
        self._suppressor = suppressor
        self._explain = explain
        self._guard = guard
        self._judge = Acceptance(grammar, settings, guard)
        self._gain = AutomaticGain(settings.gain, settings.frame)
        self._loudness = Loudness()
        self._beginnings = _beginnings(grammar)
        self._backlog = Backlog(awake)
        self._residual = 0.0
        self._now: Samples = 0
        self._text = ""
        self._text_since: Samples = 0
        self._listening_since: Samples = 0
        self._suspected_at: Samples | None = None
        self.utterance_start: Samples | None = None
        """Not after the beginning of what is being said; None while nobody speaks."""

    def process(self, frame: Block, wanted: Wanted) -> list[HearingEvent]:
        """Take in one frame of ``frame`` samples; what was found, in order."""
        left = 0.0 if self._guard is None else self._guard.level
        frame = self._amplify(frame)
        if self._suppressor is not None:
            echo_db = 0.0 if self._guard is None else self._guard.to_suppress_db(len(frame))
            frame = self._suppressor.suppress(frame, echo_db)
        was_awake = self._backlog.awake_since is not None
        findings: list[HearingEvent] = []
        for each in self._backlog.take_in(Frame(frame, left, self._gain.factor)):
            findings += self._understand(each, wanted)
        if was_awake or self._backlog.awake_since is None:
            return findings
        return [RecogniserReady(self._backlog.arrived), *findings]

    def _understand(self, each: Frame, wanted: Wanted) -> list[HearingEvent]:
        frame, self._residual = each.sound, each.leftover
        self._loudness.measure(frame, each.amplified)
        self._now += len(frame)
        self._listen(frame)
        self._follow(self._feed.partial())
        findings = self._suspect(wanted)
        rule = self._ending(wanted)
        if rule is not None:
            findings += self._close(rule, wanted)
        return findings

    def _amplify(self, frame: Block) -> Block:
        """Before noise is suppressed: libspeexdsp takes what is very soft for noise."""
        before = self._gain.factor
        foreign = self._guard is not None and self._guard.is_heard_lately(len(frame))
        amplified = self._gain.amplify(frame, foreign=foreign)
        if self._gain.factor > before:
            self._note("amplifies", f"by {20 * math.log10(self._gain.factor):.0f} dB")
        return amplified

    def _listen(self, frame: Block) -> None:
        listened = self._feed.listening
        loud = self._loudness.recent(len(frame)) >= self._loud
        self._feed.feed(frame, loud=loud)
        if self._feed.listening and not listened:
            self._listening_since = self._now
            self._note("listens", f"level {self._loudness.recent(len(frame)):.0f}")

    @property
    def _floor(self) -> float:
        """The noise, or what is left of the coach's voice: whoever means something is louder."""
        return max(self._loudness.floor, self._residual)

    @property
    def _loud(self) -> float:
        return self._settings.loud_above_floor * self._floor

    def _follow(self, text: str) -> None:
        if text == self._text:
            return
        if not self._text:
            self.utterance_start = max(0, self._now - _PARTIAL_LAG)
        elif not text:
            self.utterance_start = None
        self._text = text
        self._text_since = self._now
        self._note("thinks", f"«{text}»")

    def _suspect(self, wanted: Wanted) -> list[HearingEvent]:
        intent = self._grammar.intent_of(self._text)
        if self._suspected_at is not None:
            if intent in wanted.urgent or self._text in self._beginnings:
                return []
            return self._clear()
        if intent not in wanted.urgent or not self._pauses():
            return []
        if not self._judge.suspects(self._text, self._now - _PARTIAL_LAG // 2, self._now):
            return []
        self._suspected_at = self._backlog.arrived
        self._note("suspects", str(intent))
        return [Suspected(self._backlog.arrived)]

    def _pauses(self) -> bool:
        settings = self._settings
        stood = self._now - self._text_since
        return self._quiet() >= settings.suspect_quiet or stood >= settings.suspect_stable

    def _clear(self) -> list[HearingEvent]:
        if self._suspected_at is None:
            return []
        self._suspected_at = None
        self._note("clears")
        return [Cleared(self._backlog.arrived)]

    def _ending(self, wanted: Wanted) -> str | None:
        """By which rule the utterance is over; None while it is not."""
        if not self._feed.listening:
            return None
        settings = self._settings
        if not self._text:
            return self._idle_ending()
        if self._now - (self.utterance_start or 0) >= settings.longest_utterance:
            return "too long"
        intent = self._grammar.intent_of(self._text)
        stable = settings.stable
        if intent is None:
            needed, stable = settings.endpoint_unknown, settings.stable_unknown
        elif intent in wanted.urgent:
            needed = settings.urgent_quiet
        else:
            needed = settings.endpoint_quiet
        stood = self._now - self._text_since
        if self._quiet() >= needed and stood >= settings.settled:
            return "quiet"
        return "unchanged" if stood >= stable else None

    def _idle_ending(self) -> str | None:
        settings = self._settings
        idle = self._now - max(self._listening_since, self._text_since)
        if idle < settings.rest_after:
            return None
        quiet = self._loudness.quiet(self._now - settings.rest_after, self._loud)
        if quiet >= settings.rest_after:
            return "nothing said"
        return "noise" if idle >= settings.renew_after else None

    def _quiet(self) -> Samples:
        start = self.utterance_start or 0
        threshold = max(
            self._settings.quiet_below_peak * self._loudness.peak(start),
            self._settings.quiet_above_floor * self._floor,
        )
        return self._loudness.quiet(start, threshold)

    def _close(self, rule: str, wanted: Wanted) -> list[HearingEvent]:
        self._text_since = self._now
        if rule == "nothing said":
            self._feed.rest()
            self._note("rests")
            return self._clear()
        # A word that shows only when steady sound is cut for its length was not said by anybody.
        said_nothing, words = not self._text, self._feed.result()
        self._text = ""
        self.utterance_start = None
        self._note("closes", f"{rule}: {_told(words)}")
        if said_nothing or not words:
            return self._clear()
        decided = self._backlog.arrived
        reacted = decided if self._suspected_at is None else self._suspected_at
        judgement = self._judge.judge(words, wanted, reacted, decided)
        self._note("judges", judgement.verdict)
        heard = judgement.heard
        if heard is None or not heard.accepted:
            cleared = self._clear()
            return [*cleared, heard] if heard else cleared
        self._suspected_at = None
        return [heard]

    def _note(self, what: str, detail: str = "") -> None:
        self._explain(Thought(self._now, what, detail))


def hear_recording(hearing: Endpointer, recording: Block, wanted: Wanted) -> list[Heard]:
    """What is accepted in a recording, times from its beginning.

    A clip often begins and ends on the word itself: it gets the quiet around it that a room has.
    """
    frame = hearing.frame
    quiet = np.random.default_rng(0).integers(-3, 4, AROUND_CLIP).astype(np.int16)
    sound = np.concatenate([quiet, recording, quiet, quiet])
    frames = (sound[start : start + frame] for start in range(0, len(sound) - frame + 1, frame))
    findings = [finding for each in frames for finding in hearing.process(each, wanted)]
    heard = (each for each in findings if isinstance(each, Heard) and each.accepted)
    return [_earlier(each, AROUND_CLIP) for each in heard]


def _earlier(heard: Heard, by: Samples) -> Heard:
    times = {name: max(0, getattr(heard, name) - by) for name in ("start", "end")}
    return replace(heard, **times, reacted=heard.reacted - by, decided=heard.decided - by)


def _told(words: tuple[Word, ...]) -> str:
    return " ".join(f"{word.text}({word.confidence:.2f})" for word in words) or "no words"


def _beginnings(grammar: Grammar) -> frozenset[str]:
    """Every beginning of a sentence with more words to come, so that a hush holds on."""
    beginnings: set[str] = set()
    for sentence in grammar.intents:
        words = sentence.split()
        beginnings.update(" ".join(words[:length]) for length in range(1, len(words)))
    return frozenset(beginnings)
