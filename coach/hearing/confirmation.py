"""Confirmation: a second and a third reading of an utterance, before it counts.

The second recogniser has heard nothing before the utterance. What a person says, it reads as the
first one did. A cough, a bark or a door that the first one took for a sentence, it rarely does:
which sentence is nearest depends on what a recogniser has adapted to. The third one reads the
utterance without its late reverberation. Little of a cough is left then that anybody may have
spoken; in a room that rings, it is the one that reads a command right. A voice detector tells
whether there was a voice at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from coach.audio.late_reverberation import LateReverberation
from coach.hearing.grammar import Grammar
from coach.hearing.plausibility import VoiceCertainty, plausibility
from coach.messages.intents import ENDING, Intent
from coach.ports import Recogniser, VoiceDetector, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples

Confirmed = Literal["confirmed", "not confirmed", "hardly a voice"]


class _Reader:
    """Reads one utterance again, with or without its late reverberation."""

    def __init__(
        self, recogniser: Recogniser, voice: VoiceCertainty, late: LateReverberation | None = None
    ) -> None:
        self._recogniser = recogniser
        self._voice = voice
        self._late = late
        self._unread: deque[Block] = deque()

    def take_in(self, frame: Block) -> None:
        """Keep a frame until it is read."""
        self._unread.append(frame)

    def read(self, frames: int) -> int:
        """Read ``frames`` frames at most. Returns how many there were."""
        count = min(frames, len(self._unread))
        for _ in range(count):
            frame = self._unread.popleft()
            sound = frame if self._late is None else self._late.suppress(frame)
            self._recogniser.accept_waveform(sound)
            self._voice.take_in(sound)
        return count

    def finish(self) -> tuple[tuple[Word, ...], float]:
        """Read what is left. Returns all words, and the certainty of a voice, 0 to 1."""
        self.read(len(self._unread))
        return self._recogniser.result(), self._voice.certainty()


class Confirmation:
    """Follows the sound that the first recogniser hears; times are samples since its beginning.

    An utterance is read while it goes on, a few frames at a time, so that hardly anything is left
    to do at its end, when the person waits.
    """

    def __init__(
        self,
        recogniser: Callable[[], Recogniser],
        detector: Callable[[], VoiceDetector],
        grammar: Grammar,
        settings: HearingSettings,
    ) -> None:
        self._make_recogniser = recogniser
        self._detectors = detector(), detector()
        self._grammar = grammar
        self._settings = settings
        self._kept: deque[Block] = deque()
        self._kept_from: Samples = 0
        self._now: Samples = 0
        self._closed: Samples = 0
        self._readers: tuple[_Reader, _Reader] | None = None

    def take_in(self, frame: Block) -> None:
        """Take in the next frame of sound, and read on where an utterance is being read."""
        self._kept.append(frame)
        self._now += len(frame)
        longest = self._settings.longest_utterance + self._settings.confirmation_lead_in
        while self._now - self._kept_from > longest:
            self._kept_from += len(self._kept.popleft())
        if self._readers is None:
            return
        left = self._settings.confirmed_at_a_time
        for reader in self._readers:
            reader.take_in(frame)
            left -= reader.read(left)

    def begin(self, start: Samples) -> None:
        """Begin to read an utterance that began at ``start`` and may be a command."""
        self._readers_from(start)

    def _readers_from(self, start: Samples) -> tuple[_Reader, _Reader]:
        if self._readers is None:
            plain, clean = map(self._voice, self._detectors)
            self._readers = (
                _Reader(self._make_recogniser(), plain),
                _Reader(self._make_recogniser(), clean, LateReverberation()),
            )
            since = max(start - self._settings.confirmation_lead_in, self._closed)
            for frame in self._kept_since(since):
                for reader in self._readers:
                    reader.take_in(frame)
        return self._readers

    def _voice(self, detector: VoiceDetector) -> VoiceCertainty:
        return VoiceCertainty(detector, self._settings.plausibility.voiced_windows)

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
        (again, voice), (clean, clean_voice) = (each.finish() for each in self._readers_from(start))
        if not self._plausible(voice, words):
            return "hardly a voice"
        spoken = self._plausible(clean_voice, clean)
        if self._means(again) == intent:
            confirmed = spoken or self._means(clean) == intent
        else:
            # What would end the session is asked about instead.
            confirmed = spoken and intent not in ENDING and _text(clean) == _text(words)
        return "confirmed" if confirmed else "not confirmed"

    def _plausible(self, voice: float, words: Sequence[Word]) -> bool:
        settings = self._settings.plausibility
        return bool(words) and plausibility(voice, words, settings) >= settings.least

    def _means(self, words: Sequence[Word]) -> Intent | None:
        return self._grammar.intent_of(_text(words))

    def voice_certainty(self, start: Samples) -> float:
        """How certain the detector is, 0 to 1, of a voice in what was said since ``start``."""
        voice = self._voice(self._detectors[0])
        for frame in self._kept_since(start):
            voice.take_in(frame)
        return voice.certainty()

    def close(self) -> None:
        """Forget the utterance, which is over; the next one begins."""
        self._readers = None
        self._closed = self._now - self._settings.confirmation_overlap


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
