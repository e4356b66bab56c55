"""Speaking: prompts -> speaker blocks. Cut off at once when interrupted, hushed reversibly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.messages import Say, SpeechBegan, Spoken
from coach.units import Block, Samples, gain, samples, silence

_FADE: Samples = samples(0.005)
"""Long enough not to click, short enough to be silent within a block."""

_DUCKED = gain(-15.0)
_LOWER: Samples = samples(0.05)
_RAISE: Samples = samples(0.2)


class _Volume:
    """A gain on its way to another in a straight line, the same however sound is sliced."""

    def __init__(self) -> None:
        self._begin = self._goal = 1.0
        self._length: Samples = _RAISE
        self._done: Samples = _RAISE

    def change(self, goal: float, length: Samples) -> None:
        """Be at ``goal`` after ``length`` samples."""
        if goal != self._goal:
            self._begin = float(self.ahead(1)[0])
            self._goal, self._length, self._done = goal, length, 0

    def next(self, count: Samples) -> NDArray[np.float64]:
        """The gains of the next ``count`` samples."""
        gains = self.ahead(count)
        self._done += count
        return gains

    def ahead(self, count: Samples) -> NDArray[np.float64]:
        """The same, without moving on."""
        way = np.minimum(1.0, np.arange(self._done, self._done + count) / self._length)
        return self._begin + (self._goal - self._begin) * way


@dataclass(slots=True)
class _Speech:
    """A prompt under way. ``position`` is how much of its sound has been played."""

    say: Say
    sound: Block
    start: Samples
    position: Samples = 0

    @property
    def left(self) -> Samples:
        return len(self.sound) - self.position

    def ended(self, now: Samples, *, interrupted: bool) -> Spoken:
        return Spoken(self.say.prompt, self.say.text, self.start, now, interrupted)


class Speaking:
    """Plays one prompt at a time. ``cues`` holds the sound of every wording, 16 kHz."""

    def __init__(self, cues: Mapping[str, Block]) -> None:
        self._cues = cues
        self._speech: _Speech | None = None
        self._hushed = False
        self._volume = _Volume()
        self._tail: Block = silence(0)

    def say(self, say: Say, now: Samples) -> SpeechBegan:
        """Speak from the next sample on; nothing may be being said."""
        self._speech = _Speech(say, self._cues[say.text], now)
        return SpeechBegan(say.prompt, say.text, now)

    def stop(self, now: Samples) -> Spoken | None:
        """Fall silent; what was being said, if anything, counts as interrupted."""
        speech = self._speech
        if speech is None:
            return None
        self._fade_out()
        self._speech = None
        return speech.ended(now, interrupted=True)

    def hush(self) -> None:
        """Fall silent, ready to go on where it was; what is on the beat runs on unheard."""
        self._fade_out()
        self._hushed = True

    def unhush(self) -> None:
        self._hushed = False

    def duck(self) -> None:
        """Speak more softly within 50 ms, by 15 dB; what is on the beat stays as it is."""
        self._volume.change(_DUCKED, _LOWER)

    def unduck(self) -> None:
        self._volume.change(1.0, _RAISE)

    @property
    def until_end(self) -> Samples | None:
        """Samples until the prompt has ended; None while it is held or nothing is said."""
        playing = self._playing
        return None if playing is None else playing.left

    def render(self, count: Samples) -> Block:
        """The next ``count`` samples, at most ``until_end``."""
        block = silence(count)
        gains = self._volume.next(count)
        playing = self._playing
        if playing is not None:
            end = playing.position + count
            if not self._hushed:
                sound = playing.sound[playing.position : end]
                block += sound if playing.say.on_beat else _scaled(sound, gains)
            playing.position = end
        tail = self._tail[:count]
        mixed = block[: len(tail)].astype(np.int32) + tail
        block[: len(tail)] = np.clip(mixed, -32768, 32767)
        self._tail = self._tail[count:]
        return block

    def pop_ended(self, now: Samples) -> Spoken | None:
        """The prompt that has ended by itself, once."""
        playing = self._playing
        if playing is None or playing.left > 0:
            return None
        self._speech = None
        return playing.ended(now, interrupted=False)

    @property
    def _playing(self) -> _Speech | None:
        """What time goes on for: nothing while a hush holds it."""
        if self._speech is None or (self._hushed and not self._speech.say.on_beat):
            return None
        return self._speech

    def _fade_out(self) -> None:
        if self._speech is None or self._hushed:
            return
        rest = self._speech.sound[self._speech.position :][:_FADE]
        ramp = np.linspace(1.0, 0.0, len(rest), endpoint=False)
        if not self._speech.say.on_beat:
            ramp *= self._volume.ahead(len(rest))
        self._tail = (rest * ramp).astype(np.int16)


def _scaled(sound: Block, gains: NDArray[np.float64]) -> Block:
    return np.asarray(np.round(sound * gains), dtype=np.int16)
