"""Confirmation: a second reading of an utterance, before it counts.

The second recogniser has heard nothing before the utterance. What a person says, it reads as the
first one did. A cough, a bark or a door that the first one took for a sentence, it rarely does:
which sentence is nearest depends on what a recogniser has adapted to. A voice detector tells
whether there was a voice at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from coach.hearing.grammar import Grammar
from coach.hearing.plausibility import VoiceCertainty, plausibility
from coach.messages.intents import Intent
from coach.ports import Recogniser, VoiceDetector, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples

Confirmed = Literal["confirmed", "not confirmed", "hardly a voice"]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads one utterance for the second time."""

    recogniser: Recogniser
    voice: VoiceCertainty


class Confirmation:
    """Follows the sound that the first recogniser hears; times are samples since its beginning.

    An utterance is read while it goes on, a few frames at a time, so that hardly anything is left
    to do at its end, when the person waits.
    """

    def __init__(
        self,
        recogniser: Callable[[], Recogniser],
        detector: VoiceDetector,
        grammar: Grammar,
        settings: HearingSettings,
    ) -> None:
        self._make_recogniser = recogniser
        self._detector = detector
        self._grammar = grammar
        self._settings = settings
        self._kept: deque[Block] = deque()
        self._kept_from: Samples = 0
        self._now: Samples = 0
        self._closed: Samples = 0
        self._reader: _Reader | None = None
        self._unread: deque[Block] = deque()

    def take_in(self, frame: Block) -> None:
        """Take in the next frame of sound, and read on where an utterance is being read."""
        self._kept.append(frame)
        self._now += len(frame)
        longest = self._settings.longest_utterance + self._settings.confirmation_lead_in
        while self._now - self._kept_from > longest:
            self._kept_from += len(self._kept.popleft())
        if self._reader is not None:
            self._unread.append(frame)
            self._read(self._reader, self._settings.confirmed_at_a_time)

    def begin(self, start: Samples) -> None:
        """Begin to read an utterance that began at ``start`` and may be a command."""
        self._reader_from(start)

    def _reader_from(self, start: Samples) -> _Reader:
        if self._reader is None:
            windows = self._settings.plausibility.voiced_windows
            voice = VoiceCertainty(self._detector, windows)
            self._reader = _Reader(self._make_recogniser(), voice)
            since = max(start - self._settings.confirmation_lead_in, self._closed)
            at = self._kept_from
            for frame in self._kept:
                at += len(frame)
                if at > since:
                    self._unread.append(frame)
        return self._reader

    def confirms(self, intent: Intent, words: Sequence[Word], start: Samples) -> Confirmed:
        """Judge the utterance that began at ``start`` and is over.

        ``words`` is the first reading of it, and ``intent`` what they mean.
        """
        reader = self._reader_from(start)
        self._read(reader, len(self._unread))
        settings = self._settings.plausibility
        if plausibility(reader.voice.certainty(), words, settings) < settings.least:
            return "hardly a voice"
        again = " ".join(word.text for word in reader.recogniser.result())
        return "confirmed" if self._grammar.intent_of(again) == intent else "not confirmed"

    def voice_certainty(self, start: Samples) -> float:
        """How certain the detector is, 0 to 1, of a voice in what was said since ``start``."""
        voice = VoiceCertainty(self._detector, self._settings.plausibility.voiced_windows)
        at = self._kept_from
        for frame in self._kept:
            at += len(frame)
            if at > start:
                voice.take_in(frame)
        return voice.certainty()

    def close(self) -> None:
        """Forget the utterance, which is over; the next one begins."""
        self._reader = None
        self._unread.clear()
        self._closed = self._now - self._settings.confirmation_overlap

    def _read(self, reader: _Reader, frames: int) -> None:
        for _ in range(min(frames, len(self._unread))):
            frame = self._unread.popleft()
            reader.recogniser.accept_waveform(frame)
            reader.voice.take_in(frame)
