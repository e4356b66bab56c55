"""Confirmation: a second reading of an utterance, and in doubt a third, before it counts.

The second recogniser has heard nothing before the utterance. What a person says, it reads as the
first one did. A cough, a bark or a door that the first one took for a sentence, it rarely does:
which sentence is nearest depends on what a recogniser has adapted to. A voice detector tells
whether there was a voice at all.

Where the two readings differ, or it may not have been a person, a third recogniser reads the
utterance without its late reverberation. Little of a cough is left then that anybody may have
spoken; in a room that rings, it is the one that reads a command right.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coach.audio.late_reverberation import LateReverberation
from coach.hearing.grammar import Grammar
from coach.hearing.plausibility import VoiceCertainty, plausibility
from coach.messages.intents import ENDING, Intent
from coach.ports import Recogniser, VoiceDetector, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples

Confirmed = Literal["confirmed", "not confirmed", "hardly a voice"]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads one utterance again, from the sample ``since``."""

    recogniser: Recogniser
    voice: VoiceCertainty
    since: Samples

    def read(self, sound: Block) -> None:
        """Read the next block of it."""
        self.recogniser.accept_waveform(sound)
        self.voice.take_in(sound)


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
        self._reads_on = False
        self._unread: deque[Block] = deque()

    def take_in(self, frame: Block) -> None:
        """Take in the next frame of sound, and read on where it may belong to a command."""
        self._kept.append(frame)
        self._now += len(frame)
        longest = self._settings.longest_utterance + self._settings.confirmation_lead_in
        while self._now - self._kept_from > longest:
            self._kept_from += len(self._kept.popleft())
        if self._reader is not None:
            self._unread.append(frame)
            if self._reads_on:
                self._read(self._reader, self._settings.confirmed_at_a_time)

    def read_on(self, start: Samples) -> None:
        """Begin, or go on, to read an utterance that began at ``start`` and may be a command."""
        self._reader_from(start)
        self._reads_on = True

    def hold(self) -> None:
        """Leave unread for now what comes of an utterance that looks like no command."""
        self._reads_on = False

    def _reader_from(self, start: Samples) -> _Reader:
        if self._reader is None:
            since = max(start - self._settings.confirmation_lead_in, self._closed)
            self._reader = _Reader(self._make_recogniser(), self._voice(), since)
            self._unread.extend(self._kept_since(since))
        return self._reader

    def _voice(self) -> VoiceCertainty:
        return VoiceCertainty(self._detector, self._settings.plausibility.voiced_windows)

    def _kept_since(self, since: Samples) -> Iterator[Block]:
        """The kept frames that end after ``since``."""
        at = self._kept_from
        for frame in self._kept:
            at += len(frame)
            if at > since:
                yield frame

    def confirms(self, intent: Intent, words: Sequence[Word], start: Samples) -> Confirmed:
        """Judge the utterance that began at ``start`` and is over.

        ``words`` is the first reading of it, and ``intent`` what they mean.
        """
        reader = self._reader_from(start)
        self._read(reader, len(self._unread))
        settings = self._settings.plausibility
        spoken = plausibility(reader.voice.certainty(), words, settings)
        if spoken < settings.least:
            return "hardly a voice"
        same = self._means(reader.recogniser.result()) == intent
        if same and spoken >= settings.certain:
            return "confirmed"
        clean = self._without_reverberation(reader.since)
        again = self._reads(clean)
        if same and self._means(again) == intent:
            return "confirmed"
        # What would end the session is asked about where the first two readings differ.
        may_count = same or (intent not in ENDING and _text(again) == _text(words))
        if may_count and self._is_spoken(again, clean):
            return "confirmed"
        return "not confirmed"

    def _without_reverberation(self, since: Samples) -> list[Block]:
        late = LateReverberation()
        return [late.suppress(frame) for frame in self._kept_since(since)]

    def _reads(self, sound: Sequence[Block]) -> tuple[Word, ...]:
        recogniser = self._make_recogniser()
        for frame in sound:
            recogniser.accept_waveform(frame)
        return recogniser.result()

    def _is_spoken(self, words: Sequence[Word], sound: Sequence[Block]) -> bool:
        settings = self._settings.plausibility
        return (
            bool(words) and plausibility(self._voice_in(sound), words, settings) >= settings.least
        )

    def _means(self, words: Sequence[Word]) -> Intent | None:
        return self._grammar.intent_of(_text(words))

    def voice_certainty(self, start: Samples) -> float:
        """How certain the detector is, 0 to 1, of a voice in what was said since ``start``."""
        return self._voice_in(self._kept_since(start))

    def _voice_in(self, sound: Iterable[Block]) -> float:
        voice = self._voice()
        for frame in sound:
            voice.take_in(frame)
        return voice.certainty()

    def close(self) -> None:
        """Forget the utterance, which is over; the next one begins."""
        self._reader = None
        self._reads_on = False
        self._unread.clear()
        self._closed = self._now - self._settings.confirmation_overlap

    def _read(self, reader: _Reader, frames: int) -> None:
        for _ in range(min(frames, len(self._unread))):
            reader.read(self._unread.popleft())


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
