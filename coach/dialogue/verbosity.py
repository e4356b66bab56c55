"""Verbosity: which kinds of prompts are said in words how often. A language says which is which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.messages.actions import ToneName
from coach.messages.prompt_ids import PromptId

Verbosity = Literal["full", "short", "tones"]
Kind = Literal["safety", "question", "answer", "news", "count", "verdict", "guidance"]

LEFT_OUT: Mapping[Verbosity, Mapping[Kind, Literal["after the first time", "always"]]] = {
    "full": {},
    "short": {"guidance": "after the first time"},
    "tones": {"guidance": "always", "verdict": "always"},
}
"""What is not named is said whenever it comes."""

SHORTER: Mapping[PromptId, PromptId] = {"cat": "cat_round"}
"""The prompt that is said where another is left out …"""

TONE_INSTEAD: Mapping[PromptId, ToneName] = {
    "cow": "start",
    "cat_cow_setup": "start",
    "tension_knees": "start",
    "setup": "start",
    "legs_down": "start",
    "once_more": "start",
    "hold_setup": "start",
}
"""… and the tone that sounds in its place, where it has none of its own: now comes the next
movement or position."""


class Brevity:
    """What one session leaves out: it remembers what has been said to its end."""

    def __init__(self, verbosity: Verbosity, kinds: Mapping[PromptId, Kind]) -> None:
        self._left_out = LEFT_OUT[verbosity]
        self._kinds = kinds
        self._known: set[str] = set()

    def leaves_out(self, prompt: PromptId, words: str | None = None) -> bool:
        """Whether ``prompt``, or its wording ``words`` of several, is left out now."""
        when = self._left_out.get(self._kinds[prompt])
        return when == "always" or (when is not None and (words or prompt) in self._known)

    def note_said(self, prompt: PromptId, words: str | None = None) -> None:
        self._known.add(words or prompt)
