"""Verbosity: which kinds of prompts are left out. The kind of a prompt is set by its language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.messages import facts
from coach.messages.actions import ToneName
from coach.messages.prompt_ids import PromptId

Verbosity = facts.Verbosity
Kind = Literal["safety", "question", "answer", "news", "count", "verdict", "guidance"]

LEFT_OUT: Mapping[Verbosity, Mapping[Kind, Literal["after the first time", "always"]]] = {
    "full": {},
    "short": {"guidance": "after the first time"},
    "tones": {"guidance": "always", "verdict": "always"},
}
"""The kinds that each verbosity leaves out; a kind that is not named is always said."""

EXPLANATIONS: frozenset[PromptId] = frozenset(
    {
        *("find_a_spot", "lay_a_mat", "say_words"),
        *("tension_keep", "descent_intro", "only_perfect"),
    }
)
"""What is left out, in every verbosity, for a person who has heard it in earlier sessions."""

PRACTISED: frozenset[PromptId] = frozenset({"inhale", "perfect", "only_perfect"})
"""What is left out, in every verbosity, once the reps are practised: tones stand for it. The breath
stays, in the words of the lift and of the way down."""

SHORTER: Mapping[PromptId, PromptId] = {"cat": "cat_round"}
"""The prompt that is said in place of one that is left out."""

TONE_INSTEAD: Mapping[PromptId, ToneName] = {
    "cow": "start",
    "cat_cow_setup": "start",
    "tension_knees": "start",
    "setup": "start",
    "legs_down": "start",
    "once_more": "start",
    "hold_setup": "start",
}
"""The tone that sounds in place of a prompt that is left out and has no tone of its own: the next
movement or position begins now."""


class Brevity:
    """Decides which prompts one session leaves out; it remembers which were said to their end."""

    is_familiar = False
    """Whether the person has heard the explanations in earlier sessions."""
    is_practised = False
    """Whether the person has done a whole set of the present exercise, today or lately."""

    def __init__(self, verbosity: Verbosity, kinds: Mapping[PromptId, Kind]) -> None:
        self._left_out = LEFT_OUT[verbosity]
        self._kinds = kinds
        self._known: set[str] = set()

    def change(self, verbosity: Verbosity) -> None:
        """Say more or fewer words from now on."""
        self._left_out = LEFT_OUT[verbosity]

    def leaves_out(self, prompt: PromptId, words: str | None = None) -> bool:
        """Whether ``prompt`` is left out now; ``words`` is its wording where it has several."""
        if (self.is_familiar and prompt in EXPLANATIONS) or (
            self.is_practised and prompt in PRACTISED
        ):
            return True
        when = self._left_out.get(self._kinds[prompt])
        return when == "always" or (when is not None and (words or prompt) in self._known)

    def note_said(self, prompt: PromptId, words: str | None = None) -> None:
        self._known.add(words or prompt)
