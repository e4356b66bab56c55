"""Events: what happened (frozen events, past tense).

Times are samples of the microphone since the session opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coach.messages.actions import ToneName
from coach.messages.facts import Fact, Progress
from coach.messages.intents import Intent
from coach.units import Samples

Gone = Literal["microphone", "speaker", "microphone and speaker"]


def parts_of(gone: Gone) -> frozenset[str]:
    """What is gone, one by one."""
    return frozenset(gone.split(" and "))


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance was understood as an intent.

    ``start`` and ``end`` bound the words; ``reacted`` is when the coach first fell silent for
    them (or decided, if it never did), ``decided`` when the intent was settled.
    ``confidence`` is that of the least certain word, 0 to 1. ``accepted`` tells whether the
    session had a use for it.
    """

    intent: Intent
    text: str
    confidence: float
    start: Samples
    end: Samples
    reacted: Samples
    decided: Samples
    urgent: bool
    accepted: bool = True

    def __post_init__(self) -> None:
        if not self.start <= self.end or not self.reacted <= self.decided:
            raise ValueError(f"times out of order: {self}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence outside 0 to 1: {self}")


@dataclass(frozen=True, slots=True)
class Suspected:
    """A partial result reads as an urgent intent: fall silent, reversibly."""

    at: Samples


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was suspected turned out to mean something else: go on where it was."""

    at: Samples


@dataclass(frozen=True, slots=True)
class DoubleTalkBegan:
    """Somebody speaks, or makes a noise, while the coach does."""

    at: Samples


@dataclass(frozen=True, slots=True)
class DoubleTalkEnded:
    """It is over, or it goes on for so long that it is not meant for the coach."""

    at: Samples


@dataclass(frozen=True, slots=True)
class EchoFound:
    """The coach's voice comes back ``delay`` after it is handed to the speaker: since now known."""

    at: Samples
    delay: Samples


@dataclass(frozen=True, slots=True)
class RecogniserReady:
    """The recogniser is there: what was said before is caught up with from now on."""

    at: Samples


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The first sample of a prompt went to the speaker."""

    prompt: str
    text: str
    at: Samples


@dataclass(frozen=True, slots=True)
class Spoken:
    """A prompt ended, by itself or cut off."""

    prompt: str
    text: str
    start: Samples
    end: Samples
    interrupted: bool


@dataclass(frozen=True, slots=True)
class ToneBegan:
    """The first sample of a tone went to the speaker, or would have, had it not been hushed."""

    name: ToneName
    at: Samples


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer came due, at its very sample."""

    name: str
    at: Samples


@dataclass(frozen=True, slots=True)
class AudioLost:
    """The sound card dropped ``samples`` of the microphone; time went on without them."""

    at: Samples
    samples: Samples


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """The microphone, the speaker or both are gone; ``why`` is a phrase for the log."""

    at: Samples
    device: Gone
    why: str


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """What was lost is back, under ``name``."""

    at: Samples
    device: Gone
    name: str


@dataclass(frozen=True, slots=True)
class MicrophoneClipped:
    """The microphone is set so loud that it clips, for longer than a knock does."""

    at: Samples


@dataclass(frozen=True, slots=True)
class MemoryFailed:
    """What happens could not be written to the person's memory; the session goes on."""

    at: Samples


Happening = Heard | Spoken | TimerDue | DeviceLost | DeviceFound | MemoryFailed | MicrophoneClipped
"""What a session does something about."""

Event = (
    Heard
    | Suspected
    | Cleared
    | DoubleTalkBegan
    | DoubleTalkEnded
    | EchoFound
    | SpeechBegan
    | Spoken
    | ToneBegan
    | TimerDue
    | AudioLost
    | DeviceLost
    | DeviceFound
    | MicrophoneClipped
    | MemoryFailed
    | RecogniserReady
    | Fact
    | Progress
)
