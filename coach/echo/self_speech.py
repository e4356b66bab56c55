"""Self speech: keeps the coach from taking its own voice for an answer.

Where cancellation works, levels are enough: an utterance no louder than the residual echo has
lately been is the coach's own. Where it does not (in the first seconds, without the library, or
just after the path of the echo has changed) only what is urgent or far louder counts, and no words
that the coach is saying.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from coach.echo.residual_echo import ResidualEcho
from coach.messages.events import AudioLost, DeviceFound, DeviceLost, Event, SpeechBegan, Spoken
from coach.units import Samples, gain, samples

_LATELY: Samples = samples(0.5)
"""How long words stay the coach's own after it has said them: reverberation and recogniser lag."""

_SETTLED: Samples = samples(1.5)
"""How long after a gap the echo may not fit the far end. Urgent words wait for _LATELY only."""

_LEAST_SPREAD = gain(3.0) ** 2
"""The least that the spread of the coach's own voice is taken for: softer sound is nobody's."""

_INAUDIBLE_DB = 20.0
"""How far below the user's voice a residual echo should be."""

_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class _Levels:
    """Ratios of energies above which an utterance is the user's. An ``urgent`` one, of which rather
    one too many is taken than one too few, is so above a lower one, and ``doubtful`` above a still
    lower one; below that the sound is the coach's own. ``plain`` is so loud that it is the user's
    even where the residual echo may pass for a voice.
    """

    doubtful: float
    urgent: float
    other: float
    plain: float


_AT_FIRST = _Levels(gain(5.0) ** 2, gain(7.5) ** 2, gain(10.0) ** 2, math.inf)
"""Against what is expected of the residual echo …"""

_ABOVE_SPREAD = _Levels(1.0, gain(1.5) ** 2, gain(3.0) ** 2, gain(6.0) ** 2)
"""… and, once that is known, against what few windows of it exceed …"""

_AT_MOST = _Levels(gain(5.0) ** 2, gain(10.0) ** 2, gain(15.0) ** 2, gain(20.0) ** 2)
"""… but again against what is expected: somebody who talks to others over the coach, and is not
understood, is in the spread as well, and then says stop."""


class SelfSpeechGuard:
    """Knows what the coach is saying, and how much of it remains in the microphone's signal."""

    def __init__(self, residual: ResidualEcho) -> None:
        self._residual = residual
        self._saying: list[tuple[frozenset[str], Samples | None]] = []
        self._first_said = math.inf

    def observe(self, event: Event) -> None:
        """Follow what the coach says, what audio is lost, and when a device is lost or found."""
        match event:
            case AudioLost():
                self._residual.ignore_until(event.at + event.samples)
            case DeviceLost():
                self._residual.ignore_until(math.inf)
            case DeviceFound():
                self._residual.restart()
            case SpeechBegan():
                self._first_said = min(self._first_said, event.at)
                self._saying.append((frozenset(_WORD.findall(event.text.lower())), None))
            case Spoken() if self._saying:
                words, _ = self._saying.pop()
                recent = [each for each in self._saying if _ends_after(each, event.end - _LATELY)]
                self._saying = [*recent, (words, event.end)]
            case _:
                pass

    @property
    def level(self) -> float:
        """The residual echo expected just now, RMS of pre-emphasised sound in int16 units."""
        return self._residual.level

    def suppression_db(self, length: Samples) -> float:
        """By how many dB to suppress the residual echo in the last ``length`` samples, 0 to 20.

        It is 0 where the user is far louder, since suppression also takes from the user's words,
        and before the coach has said anything.
        """
        if math.isinf(self._first_said):
            return 0.0
        excess = max(1e-3, self._residual.latest_excess(length))
        return min(_INAUDIBLE_DB, max(0.0, _INAUDIBLE_DB - 10 * math.log10(excess)))

    def is_own_voice(self, start: Samples, end: Samples, *, urgent: bool) -> bool:
        """Whether the sound of this span is hardly louder than the expected residual echo.

        Also true where audio was lost while the coach spoke, or where its voice made the microphone
        clip, since there nothing can be compared. An ``urgent`` utterance gets the benefit of the
        doubt.
        """
        residual = self._residual
        if not self.coach_speaks(start, end):
            return False
        if start < residual.unheard_until + (_LATELY if urgent else _SETTLED):
            return True
        if not urgent and start < residual.clipped_until:
            return True
        levels = self._levels(start)
        least = levels.urgent if urgent else levels.other
        return residual.excess(start, end) < least or residual.is_misaligned(start, end)

    def is_doubtful(self, text: str, start: Samples, end: Samples) -> bool:
        """Whether an urgent utterance may be the coach's own voice, and may as well be a person's.

        So it is beside lost sound, where nothing can be compared, and in a narrow range of levels.
        Words that the coach is saying have to be louder than others for that, and where its echo
        may pass for a voice they are its own.
        """
        residual = self._residual
        if not self.coach_speaks(start, end):
            return False
        excess, own = residual.excess(start, end), self.are_own_words(text, start)
        levels = self._levels(start)
        least, certain = (levels.urgent, levels.other) if own else (levels.doubtful, levels.urgent)
        if start < residual.unheard_until + _LATELY:
            return excess >= least or not own
        if own and residual.is_strong:
            return False
        return least <= excess < certain and not residual.is_misaligned(start, end)

    def leave_out(self, start: Samples, end: Samples) -> None:
        """A sentence was understood in that span: what is loud there is no measure of the echo."""
        self._residual.spread.leave_out(start, end)

    def _levels(self, start: Samples) -> _Levels:
        """Of an utterance that began at ``start``."""
        upper = self._residual.spread.upper(start)
        if upper is None:
            return _AT_FIRST
        upper = max(upper, _LEAST_SPREAD)
        above, most = _ABOVE_SPREAD, _AT_MOST
        return _Levels(
            min(upper * above.doubtful, most.doubtful),
            min(upper * above.urgent, most.urgent),
            min(upper * above.other, most.other),
            min(upper * above.plain, most.plain),
        )

    def coach_speaks(self, start: Samples, end: Samples) -> bool:
        """Whether the coach's voice, or its reverberation, could be heard in this span.

        The earcon that opens a session is no voice: it makes no word that could be taken for one.
        """
        spoken_from = max(start, self._first_said)
        return spoken_from < end and self._residual.coach_speaks(int(spoken_from), end)

    def coach_spoke_within(self, length: Samples) -> bool:
        """Whether the coach could be heard in the last ``length`` samples or half a second before.

        The delay of its echo may not be known yet, hence the half second.
        """
        return self._residual.coach_spoke_within(length + _LATELY)

    def is_plain(self, start: Samples, end: Samples) -> bool:
        """Whether no residual echo that there has been lately comes near the sound of this span."""
        return self._residual.excess(start, end) >= self._levels(start).plain

    def is_strict(self, start: Samples, end: Samples) -> bool:
        """Whether in this span only what is urgent or plain counts, and none of the coach's own
        words.
        """
        return self.coach_speaks(start - _LATELY, end) and self._residual.is_strong

    def are_own_words(self, text: str, start: Samples) -> bool:
        """Whether every word of ``text`` is in what the coach says or has just said."""
        words = set(text.split())
        since = start - _LATELY
        return any(words <= each[0] for each in self._saying if _ends_after(each, since))


def _ends_after(saying: tuple[frozenset[str], Samples | None], at: Samples) -> bool:
    return saying[1] is None or saying[1] > at
