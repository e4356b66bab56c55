"""Verdicts: the rules by which a closed utterance counts or does not, by name.

`coach hear --explain` prints the name, and a person is told the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.messages.events import Refusal

Verdict = Literal[
    "accepted",
    "no sentence",
    "the coach's own voice",
    "the coach's own words",
    "in doubt",
    "not urgent, and the coach is loud",
    "more of the talk before",
    "more of the command before",
    "not certain enough",
    "not confirmed",
    "hardly a voice",
    "meant for what came before",
    "not wanted now",
]

_REFUSALS: Mapping[Verdict, Refusal] = {
    "the coach's own voice": "own voice",
    "the coach's own words": "own voice",
    "not urgent, and the coach is loud": "spoken over",
    "more of the talk before": "of before",
    "more of the command before": "of before",
    "not certain enough": "unclear",
    "not confirmed": "unclear",
    "hardly a voice": "no voice",
    "meant for what came before": "too soon",
    "not wanted now": "not now",
}
"""What a person is told of them; of the others, nothing."""


def refusal_of(verdict: Verdict, *, answer: bool) -> Refusal | None:
    """What a person is told of a verdict; ``answer`` is whether a question waits for one."""
    refusal = _REFUSALS.get(verdict)
    return "no answer" if refusal == "not now" and answer else refusal
