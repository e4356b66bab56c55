"""Ports: what the core asks of the world. Adapters live in ``devices``, fakes in ``testing``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from coach.messages.events import Gone
from coach.units import Block, Samples


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times in samples since the recogniser's first sample."""

    text: str
    start: Samples
    end: Samples
    confidence: float


class Recogniser(Protocol):
    """Speech to words, block by block. Not thread-safe."""

    def accept_waveform(self, block: Block) -> None:
        """Decode a block."""
        ...

    def skip(self, count: Samples) -> None:
        """Time goes on by ``count`` samples that are not decoded; between utterances only."""
        ...

    def partial(self) -> str:
        """The words of the utterance so far, empty while nobody speaks; the last may change."""
        ...

    def result(self) -> tuple[Word, ...]:
        """Close the utterance and return it; the next block begins a new one."""
        ...


class Voice(Protocol):
    """Text to sound, ahead of time."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        """The spoken text, trimmed of silence; spoken faster to fit into ``longest`` samples.

        Raises VoiceError when the text cannot be spoken.
        """
        ...

    def prepare(self, text: str, *, longest: Samples | None = None) -> Callable[[], Block]:
        """Render ahead of time, for who holds many wordings: what gets the same sound at once.

        Raises VoiceError as ``render`` does.
        """
        ...


class AdaptiveFilter(Protocol):
    """Takes what the speaker plays out of what the microphone hears. One thread only."""

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        """The microphone without the echo; both blocks of one length, a multiple of 160.

        ``speaker`` is what was handed to the speaker at the same samples; its echo may arrive
        later.
        """
        ...


class NoiseSuppressor(Protocol):
    """Takes steady noise, and what is left of an echo, out of what the microphone hears.

    One thread only.
    """

    def suppress(self, block: Block, echo_db: float) -> Block:
        """The block without its noise; of the same length, a multiple of 160.

        ``echo_db``, at least 0, is by how much to lower what else may be left of an echo.
        """
        ...


class DuplexHandler(Protocol):
    """What a Duplex passes its sound to, and tells of what becomes of its devices.

    Called in one thread, that of ``Duplex.run``.
    """

    def process(self, microphone: Block) -> Block | None:
        """What the speaker is to play, of the same length; None when all is over."""
        ...

    def lose(self, count: Samples) -> None:
        """``count`` samples of the microphone were dropped before the next block."""
        ...

    def lose_device(self, device: Gone, why: str) -> None:
        """A device is gone, ``why`` in a phrase. Raises DeviceError to be done with it.

        Without a microphone silence is passed on as long as there is a speaker; without either
        time stands still.
        """
        ...

    def find_device(self, device: Gone, name: str) -> None:
        """What was lost is back, under ``name``."""
        ...

    def looking(self) -> bool:
        """Called about every second while time stands still; whether to go on looking."""
        ...


class Duplex(Protocol):
    """A microphone and a speaker that run in step.

    Known when anything is first passed on: ``delay``, how long the adapter keeps what it is to
    play, and ``name``, under which to remember what is learnt of the two; None where each session
    is to be as the last. Both may be others when a device is found.
    """

    delay: Samples
    name: str | None

    def run(self, passage: DuplexHandler) -> None:
        """Pass microphone blocks on, and play what comes back.

        Returns when nothing comes back any more (the session is over), when it is not worth
        looking for a device, or when a recorded microphone ends. Raises DeviceError when there is
        nothing to be opened.
        """
        ...
