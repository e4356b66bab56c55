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

Origin = Literal["voice", "page", "bridge"]
"""Where a command comes from: somebody said it, pressed a button of the page, or sent it from home
automation through the bridge."""

Gone = Literal["microphone", "speaker", "microphone and speaker"]


def parts_of(gone: Gone) -> frozenset[str]:
    """The lost devices as a set of single ones."""
    return frozenset(gone.split(" and "))


Refusal = Literal[
    "own voice",
    "spoken over",
    "of before",
    "too soon",
    "unclear",
    "no voice",
    "no answer",
    "not now",
]
"""Why what was heard does not count. ``own voice``: the coach said it. ``spoken over``: the coach
spoke too loudly to be sure of it. ``of before``: it goes with the talk or the command before it.
``too soon``: it began before the question that it would answer. ``unclear``: the words were not
certain. ``no voice``: it was hardly a voice. ``no answer``: it does not answer the question that
waits. ``not now``: the session has no use for it at present.
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance was understood as an intent.

    ``start`` and ``end`` bound the words. ``reacted`` is when the coach first fell silent for them,
    or equals ``decided`` if it never did; ``decided`` is when the intent was settled.
    ``confidence`` is that of the least certain word, 0 to 1. ``urgent`` is whether the intent
    silences the coach at once, ``accepted`` whether it counts; if not, ``refused`` says why. One
    that is not accepted is ``doubtful`` if it would count, were it certain that it is not the
    coach's own voice. One from elsewhere was pressed at ``decided``, and is certain.
    Raises ValueError for times out of order, or a confidence out of range.
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
    doubtful: bool = False
    refused: Refusal | None = None
    origin: Origin = "voice"

    def __post_init__(self) -> None:
        if not self.start <= self.end or not self.reacted <= self.decided:
            raise ValueError(f"times out of order: {self}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence outside 0 to 1: {self}")


@dataclass(frozen=True, slots=True)
class Suspected:
    """A partial result reads as an urgent intent, so the coach is hushed until that is settled."""

    at: Samples


@dataclass(frozen=True, slots=True)
class Cleared:
    """A suspected urgent intent was not confirmed, so the coach speaks on."""

    at: Samples


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A person plainly said something to a question that waits, and it is no answer."""

    at: Samples


@dataclass(frozen=True, slots=True)
class DoubleTalkBegan:
    """Somebody speaks or makes a noise while the coach speaks."""

    at: Samples


@dataclass(frozen=True, slots=True)
class DoubleTalkEnded:
    """The double talk is over, or it has lasted too long to be meant for the coach."""

    at: Samples


@dataclass(frozen=True, slots=True)
class EchoFound:
    """The echo's delay was measured: ``delay`` samples from the speaker's block to its echo."""

    at: Samples
    delay: Samples


@dataclass(frozen=True, slots=True)
class RecogniserReady:
    """The recogniser is loaded; the sound that was kept until then is fed to it from now on."""

    at: Samples


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The first sample of a prompt went to the speaker."""

    prompt: str
    text: str
    at: Samples


@dataclass(frozen=True, slots=True)
class Spoken:
    """A prompt ended; ``interrupted`` is whether it was cut off."""

    prompt: str
    text: str
    start: Samples
    end: Samples
    interrupted: bool


@dataclass(frozen=True, slots=True)
class ToneBegan:
    """The first sample of a tone went to the speaker, inaudibly if the mixer was hushed."""

    name: ToneName
    at: Samples


@dataclass(frozen=True, slots=True)
class TimerDue:
    """The timer ``name`` came due at exactly sample ``at``."""

    name: str
    at: Samples


@dataclass(frozen=True, slots=True)
class AudioLost:
    """The sound card dropped ``samples`` of the microphone; time advanced by them in silence."""

    at: Samples
    samples: Samples


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """The microphone, the speaker or both were lost; ``why`` is a phrase for the log."""

    at: Samples
    device: Gone
    why: str


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """A lost device is back, under ``name``."""

    at: Samples
    device: Gone
    name: str


@dataclass(frozen=True, slots=True)
class EchoRemains:
    """The coach's voice cannot be cancelled here. This is reported once a session."""

    at: Samples


@dataclass(frozen=True, slots=True)
class MicrophoneClipped:
    """The microphone's gain is so high that it clips, for longer than in a knock."""

    at: Samples


@dataclass(frozen=True, slots=True)
class MemoryFailed:
    """Writing to the person's memory failed; the session continues."""

    at: Samples


Trouble = MemoryFailed | MicrophoneClipped | EchoRemains
"""What is announced once a session, at the next break."""

Happening = Heard | NotUnderstood | Spoken | TimerDue | DeviceLost | DeviceFound | Trouble
"""The events that a session handles."""

Event = (
    Heard
    | Suspected
    | Cleared
    | NotUnderstood
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
    | Trouble
    | RecogniserReady
    | Fact
    | Progress
)
