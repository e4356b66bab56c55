"""Speakable: what a wording must keep to, so that a person takes it in and the coach is not its
own commander."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.hearing.grammar import Grammar

MOST_WORDS = 20
"""More at a stretch nobody on a mat keeps in mind."""


def words(text: str) -> list[str]:
    """As the recogniser would hear them."""
    return re.findall(r"[a-z']+", text.lower())


def faults(text: str, grammar: Grammar) -> Iterator[str]:
    """What is wrong with a wording, a line each."""
    if len(words(text)) > MOST_WORDS:
        yield f"{len(words(text))} words are too many to keep in mind (at most {MOST_WORDS})"
    if re.search(r"[0-9_<>&]", text):
        yield "write numbers and signs as words: they are spoken"
    for clause in re.split(r"[.,;:?!]", text):
        meant = grammar.intent_of(" ".join(words(clause)))
        if meant is not None:
            yield f"the coach would hear {clause.strip()!r} as its own command: {meant}"
