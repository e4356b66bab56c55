"""Steps: what a script is made of - say something, mark something, wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from coach.messages.actions import ToneName
from coach.messages.prompt_ids import OwnPromptId, PromptId
from coach.units import Samples, samples

LISTENING_LAG: Samples = samples(0.7)
"""A word may be this long under way before the first partial result shows it."""

LONGEST_UTTERANCE: Samples = samples(3.0)
"""How long a verdict waits for a person who began to speak before it was due."""


POSTURE: Samples = samples(4.0)
"""To take up another position without being told to."""

BETWEEN_TONES: Samples = samples(0.5)
"""Two tones that are closer to each other would be one."""


Fill = int | float | str
"""What is filled into a wording: a whole number, a count in halves, or words as they are."""


@dataclass(frozen=True, slots=True)
class Step:
    """Say something, mark something, wait.

    ``length`` runs from the end of the words; from their beginning when ``on_beat``. An
    interrupted script goes on at the last ``anchor``, behind a step that is played ``once``.
    A step that ``asks`` waits for an answer, and asks ``again`` in other words.
    Where the words are left out, the step takes ``length`` or ``unsaid``, whichever is longer;
    ``in_words`` they never are. Its ``tone`` sounds either way. ``words`` is the wording where it
    is the exercise's own. After a pause a script goes on where the person is told how to lie
    or stand: at the first of the last cues that are ``stance``.
    """

    prompt: PromptId | None = None
    fills: tuple[tuple[str, Fill], ...] = ()
    length: Samples = 0
    on_beat: bool = False
    anchor: bool = False
    mark: str | None = None
    once: bool = False
    again: PromptId | None = None
    settle: Samples = 0
    tone: ToneName | None = None
    unsaid: Samples = 0
    in_words: bool = False
    words: str | None = None
    stance: bool = False


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
    """A cue that is over once it began, even when it is interrupted."""
    return Step(prompt, tuple(fills.items()), once=True)


def ask(prompt: PromptId, again: PromptId, **fills: Fill) -> Step:
    """A question that waits for its answer."""
    return Step(prompt, tuple(fills.items()), anchor=True, again=again)


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
