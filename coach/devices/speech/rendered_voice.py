"""Rendered voice: speaks texts ahead of time with a synthesiser, and caches the cues on disk.

It does what all voices have in common: their rate, their loudness, and fitting into a given time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import soxr

from coach.devices.speech.cue_cache import CueCache
from coach.dialogue.delivery import USUAL_RATE_WPM
from coach.errors import VoiceError
from coach.speaking.mastering import LOUDNESS_LUFS, Waveform, master
from coach.units import RATE_HZ, Block, Samples, samples, silence

_LOGGER = logging.getLogger("coach.voice")

DEFAULT_RATE_WPM = USUAL_RATE_WPM
"""Words per minute."""

_RATES_WPM = (80, 450)
"""The slowest and the fastest rate."""

_CACHE_FORMAT = 3
"""Increase it whenever the same text comes to sound different, so that old cues are not used."""


@dataclass(frozen=True, slots=True)
class RenderedSpeech:
    """Speech as a synthesiser makes it: mono, full scale 1.0, at its ``rate_hz``; maybe empty."""

    sound: Waveform
    rate_hz: int


class Synthesiser(Protocol):
    """Text to speech. One thread only."""

    identity: str
    """Engine, versions and voice: everything that shapes the sound besides text and rate."""

    def speak(self, text: str, rate_wpm: int) -> RenderedSpeech:
        """The text at about so many words per minute. Raises VoiceError."""
        ...


class RenderedVoice:
    """A Voice. ``rate_wpm`` is 80 to 450; at 150 a voice speaks about as fast as it is meant to.

    Raises VoiceError for a rate that cannot be spoken. One thread only.
    """

    def __init__(
        self, synthesiser: Synthesiser, cache: Path, rate_wpm: int = DEFAULT_RATE_WPM
    ) -> None:
        slowest, fastest = _RATES_WPM
        if not slowest <= rate_wpm <= fastest:
            raise VoiceError(
                f"a rate of {rate_wpm} words a minute cannot be spoken: "
                f"choose {slowest} to {fastest}"
            )
        self._synthesiser = synthesiser
        self._cache = CueCache(cache)
        self._rate_wpm = rate_wpm
        self.spoken = 0
        """How many wordings were not in the cache."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        name = self._name(text, longest)
        kept = self._cache.read(name)
        return self._rendered(name, text, longest) if kept is None else kept

    def prepare(self, text: str, *, longest: Samples | None = None) -> Callable[[], Block]:
        """See the port.

        The sound comes from the cache. If that was deleted since, the text is spoken again, and if
        that fails it is silence, because a text should not end a session. Where the cache cannot be
        written, the sound stays in memory.
        """
        name = self._name(text, longest)
        if self._cache.has(name):
            return partial(self._recall, text, longest)
        cue = self._rendered(name, text, longest)
        return partial(self._recall, text, longest) if self._cache.has(name) else lambda: cue

    def clear_unsaid(self) -> None:
        """Remove from the cache what nobody says any more; see CueCache."""
        cleared = self._cache.clear()
        if cleared:
            _LOGGER.info("cues that are no longer said were removed: %d", cleared)

    def _recall(self, text: str, longest: Samples | None) -> Block:
        try:
            return self.render(text, longest=longest)
        except (VoiceError, OSError, RuntimeError) as error:  # soundfile's are RuntimeErrors
            _LOGGER.error("%r was to be said: %s", text, error)  # noqa: TRY400 - a line, no traceback
            return silence(longest or samples(1.0))

    def _name(self, text: str, longest: Samples | None) -> str:
        """What a cue is called in the cache. Raises VoiceError for an empty text."""
        if not text.strip():
            raise VoiceError("there is nothing to say")
        facts = [text, self._rate_wpm, longest, self._synthesiser.identity, RATE_HZ, LOUDNESS_LUFS]
        key = json.dumps([_CACHE_FORMAT, *facts])
        return hashlib.sha256(key.encode()).hexdigest()[:32]

    def _rendered(self, name: str, text: str, longest: Samples | None) -> Block:
        self.spoken += 1
        cue = self._fitted(text, longest)
        self._cache.keep(name, cue)
        return cue

    def _fitted(self, text: str, longest: Samples | None) -> Block:
        """The cue, spoken faster step by step until it is no longer than ``longest``."""
        rate_wpm = self._rate_wpm
        while True:
            cue = self._cue(text, rate_wpm)
            if longest is None or len(cue) <= longest:
                return cue
            if rate_wpm == _RATES_WPM[1]:
                raise VoiceError(f"{text!r} cannot be spoken within {longest / RATE_HZ:.2f} s")
            needed = rate_wpm * len(cue) / longest
            rate_wpm = min(_RATES_WPM[1], max(rate_wpm + 5, round(needed)))

    def _cue(self, text: str, rate_wpm: int) -> Block:
        speech = self._synthesiser.speak(text, rate_wpm)
        cue = master(soxr.resample(speech.sound, speech.rate_hz, RATE_HZ, "VHQ"))
        if len(cue) == 0:
            raise VoiceError(f"the voice speaks {text!r} as silence")
        return cue
