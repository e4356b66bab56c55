"""Ports: the interfaces through which the core uses the world.

Adapters live in ``devices``, and fakes in ``simulation.fakes``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from coach.messages.events import Gone
from coach.units import Block, Samples


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. Times are in samples since the recogniser's first sample."""

    text: str
    start: Samples
    end: Samples
    confidence: float
    """From 0 to 1."""


class Recogniser(Protocol):
    """Speech to words, block by block. Not thread-safe."""

    def accept_waveform(self, block: Block) -> None:
        """Decode the next block."""
        ...

    def skip(self, count: Samples) -> None:
        """Advance the recogniser's time by ``count`` samples that are not decoded.

        Only between utterances.
        """
        ...

    def partial(self) -> str:
        """The words of the utterance so far, of which the last may change; empty for none."""
        ...

    def result(self) -> tuple[Word, ...]:
        """Close the utterance and return its words; the next block begins a new utterance."""
        ...


class VoiceDetector(Protocol):
    """Tells voices from other sounds, window by window. Not thread-safe."""

    window: Samples

    def begin(self) -> None:
        """Forget what was heard: the next window begins a new sound."""
        ...

    def probability(self, window: Block) -> float:
        """How likely it is that somebody speaks in the next window, from 0 to 1."""
        ...


class Voice(Protocol):
    """Renders text as speech, ahead of time."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        """The spoken text, trimmed of silence; spoken faster if it is longer than ``longest``.

        Raises VoiceError when the text cannot be spoken.
        """
        ...

    def prepare(self, text: str, *, longest: Samples | None = None) -> Callable[[], Block]:
        """Render now, and return a function that gets the sound at once later on.

        A caller with many texts need not keep all of their sound in memory. Raises VoiceError as
        ``render`` does.
        """
        ...


class AdaptiveFilter(Protocol):
    """An adaptive filter that cancels the echo of the speaker's signal. One thread only."""

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        """The microphone's block without the echo. Both blocks have one length, a multiple of 160.

        ``speaker`` is the far-end signal, aligned so that its echo arrives a little later than it.
        """
        ...


class NoiseSuppressor(Protocol):
    """Suppresses steady noise and residual echo. One thread only."""

    def suppress(self, block: Block, echo_db: float) -> Block:
        """The block without its noise, of the same length, a multiple of 160.

        ``echo_db`` is by how many dB to lower residual echo besides, at least 0.
        """
        ...


class DuplexHandler(Protocol):
    """Handles the sound of a Duplex, and the loss and return of its devices.

    Every method is called in the thread of ``Duplex.run``.
    """

    def process(self, microphone: Block) -> Block | None:
        """The speaker's block, of the same length; None when the session is over."""
        ...

    def lose(self, count: Samples) -> None:
        """``count`` samples of the microphone were dropped before the next block."""
        ...

    def lose_device(self, device: Gone, why: str) -> None:
        """A device is gone; ``why`` is a phrase. Raises DeviceError to end the session.

        Without a microphone, ``process`` is called with silence as long as there is a speaker.
        Without either it is not called, so that time stands still.
        """
        ...

    def find_device(self, device: Gone, name: str) -> None:
        """A lost device is back; ``name`` is what it is called now."""
        ...

    def looking(self) -> bool:
        """Whether to go on looking for a device; called about every second without one."""
        ...


class Duplex(Protocol):
    """A microphone and a speaker that run in step.

    Both attributes are final when the handler is first called, and may change when a device is
    found again.
    """

    delay: Samples
    """From a microphone sample to the speaker sample returned for it."""
    name: str | None
    """The key of the stored calibration; None for simulated devices, whose sessions must not depend
    on earlier ones."""

    def run(self, handler: DuplexHandler) -> None:
        """Pass the microphone's blocks to the handler, and play what it returns.

        Returns when the handler returns None, when it does not want a device looked for any more,
        or when a recording ends. Raises DeviceError when no device can be opened.
        """
        ...
