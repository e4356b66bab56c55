"""Actions: what a session wants done (frozen, imperative). Times are samples since it opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coach.messages.facts import Fact, Progress
from coach.messages.prompt_ids import DoctorPromptId, PromptId
from coach.units import Samples

ToneName = Literal["start", "perfect", "arched", "rest_over"]


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a prompt from now on, in place of whatever is being said.

    A prompt ``on_beat`` keeps its time through a hush: it runs on unheard instead of waiting.
    """

    prompt: PromptId | DoctorPromptId
    text: str
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class Tone:
    """Sound a tone from now on, beside whatever is being said."""

    name: ToneName


@dataclass(frozen=True, slots=True)
class Silence:
    """Stop speaking: what is being said is over, and nothing takes its place."""


@dataclass(frozen=True, slots=True)
class ArmTimer:
    """Wake the session at sample ``at``; a timer of that name armed before is replaced.

    ``settle`` lets the timer wait up to that many samples longer while an utterance that began
    before ``at`` is still being said: its meaning belongs to the time before.
    """

    name: str
    at: Samples
    settle: Samples = 0


@dataclass(frozen=True, slots=True)
class DisarmTimers:
    """Forget every timer."""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is left to do: the engine is finished."""


@dataclass(frozen=True, slots=True)
class Report:
    """Make an event known to the journal and the screen."""

    event: Fact | Progress


Action = Say | Tone | Silence | ArmTimer | DisarmTimers | End | Report
