"""Confirmation: reads an utterance once more, with a recogniser that has heard nothing before it.

What a person says is read the same again. A cough, a bark or a door that came out as a sentence
rarely is: which sentence comes nearest depends on what the recogniser adapted to before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.ports import Recogniser
from coach.settings import HearingSettings
from coach.units import Block, Samples


class Confirmation:
    """Follows the sound that the first recogniser hears; times are samples since its beginning.

    An utterance is read while it goes on, a few frames at a time, so that hardly anything is left
    to do at its end, when the person waits.
    """

    def __init__(
        self, recogniser: Callable[[], Recogniser], grammar: Grammar, settings: HearingSettings
    ) -> None:
        self._make = recogniser
        self._grammar = grammar
        self._settings = settings
        self._kept: deque[Block] = deque()
        self._kept_from: Samples = 0
        self._now: Samples = 0
        self._closed: Samples = 0
        self._recogniser: Recogniser | None = None
        self._unread: deque[Block] = deque()

    def take_in(self, frame: Block) -> None:
        """Take in the next frame of sound, and read on where an utterance is being read."""
        self._kept.append(frame)
        self._now += len(frame)
        longest = self._settings.longest_utterance + self._settings.confirmation_lead_in
        while self._now - self._kept_from > longest:
            self._kept_from += len(self._kept.popleft())
        if self._recogniser is not None:
            self._unread.append(frame)
            self._read(self._recogniser, self._settings.confirmed_at_a_time)

    def begin(self, start: Samples) -> Recogniser:
        """What goes on since ``start`` may be a command: read it from shortly before.

        Returns what reads it, also where that has begun already.
        """
        if self._recogniser is None:
            self._recogniser = self._make()
            since = max(start - self._settings.confirmation_lead_in, self._closed)
            at = self._kept_from
            for frame in self._kept:
                at += len(frame)
                if at > since:
                    self._unread.append(frame)
        return self._recogniser

    def confirms(self, intent: Intent, start: Samples) -> bool:
        """Whether the utterance since ``start``, which is over, means ``intent`` once more."""
        recogniser = self.begin(start)
        self._read(recogniser, len(self._unread))
        text = " ".join(word.text for word in recogniser.result())
        return self._grammar.intent_of(text) == intent

    def close(self) -> None:
        """The utterance is over; the next one begins."""
        self._recogniser = None
        self._unread.clear()
        self._closed = self._now - self._settings.confirmation_overlap

    def _read(self, recogniser: Recogniser, frames: int) -> None:
        for _ in range(min(frames, len(self._unread))):
            recogniser.accept_waveform(self._unread.popleft())
