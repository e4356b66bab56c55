"""Speaking: prompts -> speaker blocks. Cut off at once when interrupted, hushed reversibly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coach.messages import Say, SpeechBegan, Spoken
from coach.units import Block, Samples, samples, silence

_FADE: Samples = samples(0.005)
"""Long enough not to click, short enough to be silent within a block."""


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

    @property
    def until_end(self) -> Samples | None:
        """Samples until the prompt has ended; None while it is held or nothing is said."""
        playing = self._playing
        return None if playing is None else playing.left

    def render(self, count: Samples) -> Block:
        """The next ``count`` samples, at most ``until_end``."""
        block = silence(count)
        playing = self._playing
        if playing is not None:
            end = playing.position + count
            if not self._hushed:
                block += playing.sound[playing.position : end]
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
        self._tail = (rest * ramp).astype(np.int16)
