"""Utterance parts: which words of an utterance are what a person meant to say.

Where noise or the coach hides the quiet around a person's words, they come in one utterance with
what the recogniser makes of noise, or of what is left of the coach's voice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from coach.hearing.grammar import Grammar
from coach.messages.intents import ENDING
from coach.ports import Word
from coach.units import Samples

Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class PersonsPart:
    """The words that are a person's, and what was heard beside them: where it is a voice, it may be
    that person's, who then may have meant something else.
    """

    words: Words
    beside: Literal["nothing", "the coach", "a voice"] = "nothing"


def persons_part(
    words: Words,
    grammar: Grammar,
    is_own_voice: Callable[[Samples, Samples], bool],
) -> PersonsPart:
    """The longest sentence beside which there is nothing but the coach's own voice; else an end
    that would end the session, which is worth a question; else all of it.

    ``is_own_voice`` is whether the sound of a span is hardly louder than the residual echo. Of a
    phrase that means nothing, such as "not ready", no part means anything.
    """
    spans = sorted(combinations(range(len(words) + 1), 2), key=lambda span: span[0] - span[1])
    decoys = [span for span in spans if grammar.is_decoy(text_of(words[slice(*span)]))]
    for start, end in spans:
        intent = grammar.intent_of(text_of(words[start:end]))
        if intent is None or any(first <= start and end <= last for first, last in decoys):
            continue
        beside = [part for part in (words[:start], words[end:]) if part]
        if all(is_own_voice(part[0].start, part[-1].end) for part in beside):
            return PersonsPart(words[start:end], "the coach" if beside else "nothing")
        if end == len(words) and intent in ENDING:
            return PersonsPart(words[start:end], "a voice")
    return PersonsPart(words)


def after_pause(words: Words, grammar: Grammar, longest: Samples) -> Words:
    """What was said last, after a pause longer than ``longest``, where it means by itself what all
    of it does.

    In quiet a pause this long would have closed the utterance. Where it did not, what comes before
    it is often what the recogniser made of noise, or of the coach's own voice.
    """
    whole = grammar.intent_of(text_of(words))
    for place in range(len(words) - 1, 0, -1):
        pause = words[place].start - words[place - 1].end
        means = grammar.intent_of(text_of(words[place:]))
        if pause > longest and whole is not None and means == whole:
            return words[place:]
    return words


def text_of(words: Words) -> str:
    """What was said, as the grammar reads it."""
    return " ".join(word.text for word in words)
