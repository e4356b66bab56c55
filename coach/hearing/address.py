"""Address: whether an utterance that was not understood was plainly meant for the coach.

It was if it is a voice, short, preceded by quiet, and about as loud as the last command. Talk,
television and people far away are not. This matters only while the coach waits for an answer.
"""

from __future__ import annotations

from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.confirmation import Confirmation
from coach.ports import Word
from coach.settings import AddressSettings
from coach.units import Samples, gain


class Address:
    """Follows the utterances of one session. Levels are those of ``EndpointRules.level``."""

    def __init__(
        self,
        settings: AddressSettings,
        guard: SelfSpeechGuard | None,
        confirmation: Confirmation | None,
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._confirmation = confirmation
        self._command_level: float | None = None
        self._last_end: Samples | None = None

    def note_command(self, level: float, end: Samples) -> None:
        """Note how loud a command that counted was, and when it ended."""
        self._command_level = level
        self._last_end = end

    def note_other(self, end: Samples) -> None:
        """Note the end of an utterance that did not count."""
        self._last_end = end

    def is_plain(self, words: tuple[Word, ...], level: float) -> bool:
        """Whether ``words`` (at least one), which did not count, were meant as an answer."""
        settings, start, end = self._settings, words[0].start, words[-1].end
        reference = self._command_level
        if reference is None or level < reference * gain(-settings.softer_db):
            return False
        if len(words) > settings.most_words or end - start > settings.longest:
            return False
        if self._last_end is not None and start - self._last_end < settings.quiet_before:
            return False
        if self._guard is not None and self._guard.coach_speaks(start, end):
            return False
        if self._confirmation is None:
            return True
        return self._confirmation.voice_certainty(start) >= settings.voice
