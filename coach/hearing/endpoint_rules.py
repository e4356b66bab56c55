"""Endpoint rules: when an utterance begins, pauses and is over.

They look at two things only: how loud the sound has been, and for how long the recogniser's partial
result has been the same.
"""

from __future__ import annotations

from typing import Literal

from coach.audio.loudness import Loudness
from coach.hearing.acceptance import Wanted
from coach.hearing.grammar import Grammar
from coach.hearing.recogniser_feed import Frame
from coach.settings import HearingSettings
from coach.units import Samples, samples

PARTIAL_LAG: Samples = samples(0.8)
"""An utterance began at most this long before its first partial result.

It dates the beginning of an utterance, which may be dated too early but never too late. So it has
a margin that the LISTENING_LAG of a script, for which every rep waits, has not.
"""

Ending = Literal["too long", "quiet", "unchanged", "nothing said", "noise"]
"""The rule by which an utterance is over. After "nothing said" the recogniser may rest."""


class EndpointRules:
    """Follows one utterance after the other; times are samples since the first frame."""

    def __init__(self, grammar: Grammar, settings: HearingSettings) -> None:
        self._grammar = grammar
        self._settings = settings
        self._loudness = Loudness()
        self._residual_echo = 0.0
        self._text_since: Samples = 0
        self._listening_since: Samples = 0
        self.now: Samples = 0
        self.text = ""
        """The partial result."""
        self.said = ""
        """What of it counts: all, or over the coach's speech its urgent end."""
        self.utterance_start: Samples | None = None
        """No later than the beginning of what is being said; None while nobody speaks."""

    def measure(self, frame: Frame) -> None:
        """Take in the level of the next frame."""
        self._loudness.measure(frame.sound, frame.amplified)
        self._residual_echo = frame.residual_echo
        self.now += len(frame.sound)

    def level(self, length: Samples) -> float:
        """The loudest hop of the last ``length`` samples, RMS in int16 units."""
        return self._loudness.recent(length)

    @property
    def peak(self) -> float:
        """The loudest hop of what is being said, as ``level``."""
        return self._loudness.peak(self.utterance_start or 0)

    def is_loud(self, length: Samples) -> bool:
        """Whether the last ``length`` samples are loud enough to wake the recogniser."""
        return self.level(length) >= self._loud

    def begin_listening(self) -> None:
        """Note that the last frame woke the recogniser."""
        self._listening_since = self.now

    def follow(self, text: str, *, over_coach: bool = False) -> bool:
        """Take in a partial result, and return whether it has changed."""
        if text == self.text:
            return False
        if not self.text:
            self.utterance_start = max(0, self.now - PARTIAL_LAG)
        elif not text:
            self.utterance_start = None
        self.text = text
        whole = not over_coach or self._grammar.intent_of(text) is not None
        self.said = text if whole else self._grammar.urgent_end(text)
        self._text_since = self.now
        return True

    def close(self) -> None:
        """Note that the utterance is over; the next one begins."""
        self.text = self.said = ""
        self._text_since = self.now
        self.utterance_start = None

    def may_hush(self) -> bool:
        """Whether an urgent utterance has gone on long enough for the coach to fall silent."""
        settings = self._settings
        unchanged = self.now - self._text_since
        return self._quiet() >= settings.suspect_quiet or unchanged >= settings.suspect_stable

    def ending(self, wanted: Wanted) -> Ending | None:
        """The rule by which the utterance is over; None while it is not."""
        settings = self._settings
        if not self.text:
            return self._ending_without_words()
        if self.now - (self.utterance_start or 0) >= settings.longest_utterance:
            return "too long"
        intent = self._grammar.intent_of(self.said)
        stable = settings.stable
        if intent is None or (self.said != self.text and intent not in wanted.urgent):
            needed, stable = settings.endpoint_unknown, settings.stable_unknown
        elif intent in wanted.urgent:
            needed = settings.urgent_quiet
        else:
            needed = settings.endpoint_quiet
        unchanged = self.now - self._text_since
        if self._quiet() >= needed and unchanged >= settings.settled:
            return "quiet"
        return "unchanged" if unchanged >= stable else None

    def _ending_without_words(self) -> Ending | None:
        settings = self._settings
        idle = self.now - max(self._listening_since, self._text_since)
        if idle < settings.rest_after:
            return None
        quiet = self._loudness.quiet(self.now - settings.rest_after, self._loud)
        if quiet >= settings.rest_after:
            return "nothing said"
        return "noise" if idle >= settings.renew_after else None

    @property
    def _background(self) -> float:
        """The noise or the residual echo, whichever is louder; a person's voice is above it."""
        return max(self._loudness.floor, self._residual_echo)

    @property
    def _loud(self) -> float:
        return self._settings.loud_above_floor * self._background

    def _quiet(self) -> Samples:
        """For how long it has been quiet, measured against the peak of the utterance."""
        start = self.utterance_start or 0
        threshold = max(
            self._settings.quiet_below_peak * self._loudness.peak(start),
            self._settings.quiet_above_floor * self._background,
        )
        return self._loudness.quiet(start, threshold)
