"""Steps: the steps of a script. Each may say something, call back when it begins, and wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from coach.messages.actions import ToneName
from coach.messages.prompt_ids import OwnPromptId, PromptId
from coach.units import Samples, samples

LISTENING_LAG: Samples = samples(0.7)
"""How long a script waits, after a word may have begun, for the first partial result that shows it.

Every rep waits for it, so it has no margin. The PARTIAL_LAG of hearing has one, because it dates
the beginning of an utterance, which may be found too early but never too late.
"""

LONGEST_UTTERANCE: Samples = samples(3.0)
"""How long a verdict waits for a person who began to speak before it was due."""

POSTURE: Samples = samples(4.0)
"""The time that a person needs to take up another position where a tone replaces the words."""

BETWEEN_TONES: Samples = samples(0.5)
"""The least time between two tones: closer ones would sound like one."""

TO_BE_HEARD_IN: Samples = samples(1.8)
"""A pause for a person who cannot be heard over the coach: half a second until its reverberation is
over, a moment to begin to speak, and the time until the first partial result."""

OPENING_SECONDS = 2.2
"""From the beginning of the earcon to that of the first words. A word that begins within 1.5 s of
the earcon's beginning is in the partial result by then, and the first words wait for its end."""

Fill = int | float | str
"""What is filled into a wording: a whole number, a count in halves, or words as they are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a script. All lengths are samples."""

    prompt: PromptId | None = None
    """What is said; None to say nothing."""
    fills: tuple[tuple[str, Fill], ...] = ()
    """What is filled into the wording, by name."""
    length: Samples = 0
    """The pause from the end of the words, or from their beginning when ``on_beat``."""
    on_beat: bool = False
    """Whether the next step begins on time, however long the words take."""
    anchor: bool = False
    """Whether an interrupted script may go on here."""
    reached: Callable[[Samples], None] | None = None
    """Called with the sample at which the step begins."""
    counts: bool = False
    """Whether the words are a count, which "repeat" does not say again."""
    once: bool = False
    """Whether a script that is interrupted in this step continues after it."""
    again: PromptId | None = None
    """The other wording of a question. A step that has one waits for an answer."""
    settle: Samples = 0
    """How much longer the step may wait while somebody speaks."""
    tone: ToneName | None = None
    """The tone that sounds with the words, and also where they are left out or there are none."""
    unsaid: Samples = 0
    """The least length of the step where its words are left out."""
    in_words: bool = False
    """Whether the words are said even where the verbosity would leave them out."""
    words: str | None = None
    """The exercise's own wording; None for a prompt of the language."""
    stance: bool = False
    """Whether the step says how to lie or stand. After a pause a script continues at the first of
    the last consecutive steps that do."""


Script = tuple[Step, ...]


def cue(
    prompt: PromptId, pause_seconds: float = 0.5, *, tone: ToneName | None = None, **fills: Fill
) -> Step:
    """A cue, and a pause after its words."""
    return Step(prompt, tuple(fills.items()), samples(pause_seconds), anchor=True, tone=tone)


def pose(prompt: PromptId, pause_seconds: float, *, tone: ToneName | None = None) -> Step:
    """A cue to take up another position."""
    return replace(cue(prompt, pause_seconds, tone=tone), unsaid=POSTURE)


def once(prompt: PromptId, **fills: Fill) -> Step:
    """A cue that is not said again when it is interrupted."""
    return Step(prompt, tuple(fills.items()), once=True)


def ask(prompt: PromptId, again: PromptId, **fills: Fill) -> Step:
    """A question that waits for its answer."""
    return Step(prompt, tuple(fills.items()), anchor=True, again=again)


def listening(listens_seconds: float) -> Step:
    """A silence, which lasts longer for a person who has begun to speak in it."""
    return Step(length=samples(listens_seconds), on_beat=True, settle=LONGEST_UTTERANCE)


def opening() -> Step:
    """The earcon before the first words, by which the delay is measured, and time to answer it."""
    return replace(listening(OPENING_SECONDS), once=True, tone="opening")


def own(
    prompt: OwnPromptId, words: str, pause_seconds: float = 0.5, *, tone: ToneName | None = None
) -> Step:
    """A cue whose wording is the exercise's own."""
    return replace(cue(prompt, pause_seconds, tone=tone), words=words)


def own_poses(prompt: OwnPromptId, wordings: Iterable[str], pause_seconds: float) -> Script:
    """The exercise's own cues to take up a position."""
    return tuple(
        replace(own(prompt, words, pause_seconds), unsaid=POSTURE, stance=True)
        for words in wordings
    )
