"""Self speech: what the coach says itself is not taken for an answer.

Where cancellation works, a level is enough: an utterance no louder than what the coach's own voice
leaves behind is that voice. Where it does not (the first seconds, no library, a way of the echo
that has just changed) only urgent words are taken, and none that the coach is saying.
"""

from __future__ import annotations

import math
import re

from coach.echo.residual_echo import ResidualEcho
from coach.messages.events import AudioLost, DeviceFound, DeviceLost, Event, SpeechBegan, Spoken
from coach.units import Samples, gain, samples

_LATELY: Samples = samples(0.5)
"""For how long the coach's words are its own after it ended: the room, and the recogniser's lag."""

_SETTLED: Samples = samples(1.5)
"""For so long after a gap the echo does not fit what was played; what is urgent waits _LATELY."""

_LEAST_EXCESS = gain(10.0) ** 2
_LEAST_EXCESS_URGENT = gain(6.0) ** 2
_INAUDIBLE_DB = 20.0
_WORD = re.compile(r"[\w']+")


class SelfSpeechGuard:
    """Knows what the coach is saying, and how much of it is left in the microphone."""

    def __init__(self, leftover: ResidualEcho) -> None:
        self._residual = leftover
        self._saying: list[tuple[frozenset[str], Samples | None]] = []

    def observe(self, event: Event) -> None:
        """Keep up with what the coach says, and with what nobody heard."""
        match event:
            case AudioLost():
                self._residual.be_deaf(event.at + event.samples)
            case DeviceLost():
                self._residual.be_deaf(math.inf)
            case DeviceFound():
                self._residual.hear_again()
            case SpeechBegan():
                self._saying.append((frozenset(_WORD.findall(event.text.lower())), None))
            case Spoken() if self._saying:
                words, _ = self._saying.pop()
                recent = [each for each in self._saying if _ends_after(each, event.end - _LATELY)]
                self._saying = [*recent, (words, event.end)]
            case _:
                pass

    @property
    def level(self) -> float:
        """How loud what is left of the coach's voice is just now; see ResidualEcho."""
        return self._residual.level

    def to_suppress_db(self, length: Samples) -> float:
        """By how much what is left of the coach's voice in the last ``length`` samples is in the
        way: not at all where the user is far louder, for suppression takes from the words as well.
        """
        excess = max(1e-3, self._residual.latest_excess(length))
        return min(_INAUDIBLE_DB, max(0.0, _INAUDIBLE_DB - 10 * math.log10(excess)))

    def is_own_voice(self, start: Samples, end: Samples, *, urgent: bool) -> bool:
        """Whether the sound between is hardly louder than what is left of the coach's voice, or
        where something was lost, which nothing can be told of.

        What is urgent gets the benefit of the doubt.
        """
        leftover = self._residual
        if not self.coach_speaks(start, end):
            return False
        if start < leftover.deaf_until + (_LATELY if urgent else _SETTLED):
            return True
        least = _LEAST_EXCESS_URGENT if urgent else _LEAST_EXCESS
        return leftover.excess(start, end) < least or leftover.is_uncancelled(start, end)

    def coach_speaks(self, start: Samples, end: Samples) -> bool:
        """See ResidualEcho."""
        return self._residual.coach_speaks(start, end)

    def is_heard_lately(self, length: Samples) -> bool:
        """Whether the coach's voice was to be heard in the last ``length`` samples, or shortly
        before: where its echo comes from may not be known yet.
        """
        return self._residual.spoke_lately(length + _LATELY)

    def is_up(self, start: Samples, end: Samples) -> bool:
        """Whether only what is urgent, and not the coach's own words, may count there."""
        return self.coach_speaks(start - _LATELY, end) and self._residual.is_strong

    def are_own_words(self, text: str, start: Samples) -> bool:
        """Whether the coach has every word of ``text`` in what it says or just said."""
        words = set(text.split())
        since = start - _LATELY
        return any(words <= each[0] for each in self._saying if _ends_after(each, since))


def _ends_after(saying: tuple[frozenset[str], Samples | None], at: Samples) -> bool:
    return saying[1] is None or saying[1] > at
