"""Actions: what a session wants done (frozen, imperative). Times are samples since it opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coach.messages.facts import Fact, Progress
from coach.messages.prompt_ids import PromptId
from coach.units import Samples

ToneName = Literal["start", "perfect", "arched", "rest_over", "opening", "not_understood"]


DoctorPromptId = Literal[
    "intro",
    "ask_ready",
    "ask_done",
    "ask_arched",
    "ask_stop",
    "heard_ready",
    "heard_done",
    "heard_arched",
    "heard_stop",
    "again",
    "missed",
    "over",
    "monologue",
]
"""The prompts of ``coach doctor``."""


@dataclass(frozen=True, slots=True)
class Say:
    """Begin to speak a prompt now, in place of the present one.

    While the mixer is hushed, a prompt ``on_beat`` runs on inaudibly; any other one waits.
    """

    prompt: PromptId | DoctorPromptId
    text: str
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class Tone:
    """Begin a tone now, mixed with what is being said."""

    name: ToneName


@dataclass(frozen=True, slots=True)
class Silence:
    """Stop speaking: the present prompt is cut off, and nothing takes its place."""


@dataclass(frozen=True, slots=True)
class SetGain:
    """Speak and sound everything so many dB above or below the usual loudness from now on."""

    gain_db: float


@dataclass(frozen=True, slots=True)
class ArmTimer:
    """Send a TimerDue at sample ``at``; it replaces an earlier timer of the same name.

    The timer waits up to ``settle`` samples longer while an utterance that began before ``at`` is
    still being said, because its meaning belongs to the time before.
    """

    name: str
    at: Samples
    settle: Samples = 0


@dataclass(frozen=True, slots=True)
class DisarmTimers:
    """Forget every timer."""


@dataclass(frozen=True, slots=True)
class End:
    """Finish the engine: nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """Pass an event to the observers, as the journal and the screen are."""

    event: Fact | Progress


Action = Say | Tone | Silence | SetGain | ArmTimer | DisarmTimers | End | Report
