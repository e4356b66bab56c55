"""Mixer: prompts and tones -> the speaker's signal, which can be interrupted at any sample.

A hush holds a prompt, so that it can go on where it was. A prompt on the beat runs on unheard
instead, and a tone is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.messages.actions import Say, Tone
from coach.messages.events import SpeechBegan, Spoken, ToneBegan
from coach.speaking.tones import tone_sound
from coach.units import Block, Samples, gain, samples, silence

_FADE: Samples = samples(0.005)
"""Long enough not to click, short enough to be silent within a block."""

_DUCKED = gain(-15.0)
"""The amplitude factor while somebody speaks over the coach."""

_LOWER: Samples = samples(0.05)
_RAISE: Samples = samples(0.2)
"""How long the volume takes to go down, and up again."""

_KNEE = 16384.0
"""The level above which a sound that is turned up gets louder ever more slowly: half of
what 16 bits can hold."""

_Wide = NDArray[np.int32]
"""A sum of sounds before clipping, shape ``(n,)``."""


@dataclass(slots=True)
class _Speech:
    """A prompt that is being said. ``position`` is how many of its samples have been played."""

    say: Say
    sound: Block
    start: Samples
    position: Samples = 0

    @property
    def left(self) -> Samples:
        return len(self.sound) - self.position

    def ended(self, now: Samples, *, interrupted: bool) -> Spoken:
        return Spoken(self.say.prompt, self.say.text, self.start, now, interrupted)


class Mixer:
    """Plays one prompt at a time, and tones beside it.

    ``cues`` holds the sound of every text, mono int16 at 16 kHz. ``gain_db`` is how much louder
    than that it is played.
    """

    def __init__(self, cues: Mapping[str, Block], gain_db: float = 0.0) -> None:
        self._cues = cues
        self._gain = gain(gain_db)
        self._speech: _Speech | None = None
        self._hushed = False
        self._silent = False
        """Whether nothing has sounded since a hush, so that there is nothing to fade out."""
        self._volume = Volume()
        self._ringing = _wide(0)
        self._tail = _wide(0)

    def say(self, say: Say, now: Samples) -> SpeechBegan:
        """Speak from the next sample on. No other prompt may be playing."""
        self._speech = _Speech(say, self._cues[say.text], now)
        return SpeechBegan(say.prompt, say.text, now)

    def sound(self, tone: Tone, now: Samples) -> ToneBegan:
        """Sound a tone from the next sample on. During a hush it is not heard."""
        if not self._hushed:
            self._ringing = _mixed(self._ringing, tone_sound(tone.name))
        return ToneBegan(tone.name, now)

    def stop(self, now: Samples) -> Spoken | None:
        """Fall silent. The prompt that was being said, if any, counts as interrupted."""
        self._fade_out()
        speech, self._speech = self._speech, None
        return None if speech is None else speech.ended(now, interrupted=True)

    def hush(self) -> None:
        """Fall silent, ready to go on; a prompt on the beat runs on unheard."""
        self._fade_out()
        self._hushed = self._silent = True

    def unhush(self) -> None:
        """Go on after a hush."""
        self._hushed = False

    def duck(self) -> None:
        """Turn the voice down by 15 dB within 50 ms, unless the prompt is on the beat."""
        self._volume.change(_DUCKED, _LOWER)

    def unduck(self) -> None:
        """Turn the voice up again."""
        self._volume.change(1.0, _RAISE)

    def set_gain(self, gain_db: float) -> None:
        """Play everything so many dB louder than it was rendered, from the next sample on."""
        self._gain = gain(gain_db)

    @property
    def until_end(self) -> Samples | None:
        """Samples until the prompt ends; None while it is held or nothing is said."""
        playing = self._playing
        return None if playing is None else playing.left

    def render(self, count: Samples) -> Block:
        """The next ``count`` samples, at most ``until_end``."""
        self._silent = self._hushed
        if self._speech is None and not len(self._ringing) and not len(self._tail):
            self._volume.advance(count)
            return silence(count)
        mixed = _mixed(self._audible(count), self._tail[:count])
        playing = self._playing
        if playing is not None:
            playing.position += count
        self._volume.advance(count)
        self._ringing = self._ringing[count:]
        self._tail = self._tail[count:]
        return _amplified(mixed, self._gain)

    def pop_ended(self, now: Samples) -> Spoken | None:
        """The prompt that has just ended by itself, or None. It is returned once."""
        playing = self._playing
        if playing is None or playing.left > 0:
            return None
        self._speech = None
        return playing.ended(now, interrupted=False)

    @property
    def _playing(self) -> _Speech | None:
        """The prompt whose position advances; None while a hush holds it or nothing is said."""
        if self._speech is None or (self._hushed and not self._speech.say.on_beat):
            return None
        return self._speech

    def _fade_out(self) -> None:
        """Keep a short fade of what sounds, so that its source can be cut off without a click."""
        if not self._silent:
            ramp = np.linspace(1.0, 0.0, _FADE, endpoint=False)
            self._tail = _mixed(self._tail, (self._audible(_FADE) * ramp).astype(np.int32))
        self._ringing = _wide(0)

    def _audible(self, count: Samples) -> _Wide:
        """The next ``count`` samples of prompt and tones, if nothing interrupts them."""
        audible = _wide(count)
        ringing = self._ringing[:count]
        audible[: len(ringing)] += ringing
        speech = self._speech
        if speech is None or self._hushed:
            return audible
        sound = speech.sound[speech.position :][:count]
        if not (speech.say.on_beat or self._volume.untouched):
            sound = np.round(sound * self._volume.ahead(len(sound))).astype(np.int16)
        audible[: len(sound)] += sound
        return audible


def _wide(count: Samples) -> _Wide:
    return np.zeros(count, dtype=np.int32)


def _mixed(one: Block | _Wide, other: Block | _Wide) -> _Wide:
    """The sum of both, as long as the longer of them."""
    mixed = _wide(max(len(one), len(other)))
    mixed[: len(one)] += one
    mixed[: len(other)] += other
    return mixed


def _amplified(sound: _Wide, factor: float) -> Block:
    """The sound times ``factor``, as 16 bits. What is turned up is rounded off above the knee, as
    clipping would make it harder to understand."""
    if factor == 1.0:
        return np.minimum(np.maximum(sound, -32768), 32767).astype(np.int16)
    wanted = sound * factor
    if factor > 1.0:
        level = np.abs(wanted)
        above = np.maximum(level - _KNEE, 0.0)
        rounded = _KNEE + above / (1.0 + above / (32767.0 - _KNEE))
        wanted = np.copysign(np.where(level > _KNEE, rounded, level), wanted)
    amplified: Block = np.round(np.clip(wanted, -32768, 32767)).astype(np.int16)
    return amplified


class Volume:
    """An amplitude factor that changes linearly with time, 1 at first."""

    def __init__(self) -> None:
        self._begin = self._goal = 1.0
        self._length: Samples = 1
        self._done: Samples = 1

    def change(self, goal: float, length: Samples) -> None:
        """Reach ``goal`` after ``length`` samples."""
        if goal != self._goal:
            self._begin = float(self.ahead(1)[0])
            self._goal, self._length, self._done = goal, length, 0

    @property
    def untouched(self) -> bool:
        """Whether the factor is 1 and stays so."""
        return self._goal == 1.0 and self._done >= self._length

    def ahead(self, count: Samples) -> NDArray[np.float64]:
        """The factors of the next ``count`` samples, shape ``(count,)``."""
        way = np.minimum(1.0, np.arange(self._done, self._done + count) / self._length)
        return self._begin + (self._goal - self._begin) * way

    def advance(self, count: Samples) -> None:
        """Move on by ``count`` samples."""
        self._done += count
