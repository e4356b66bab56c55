"""Utterance parts: words of a person that the coach's own voice runs into."""

from __future__ import annotations

import re

import pytest

from coach.hearing.acceptance import Acceptance, Wanted
from coach.hearing.grammar import Grammar
from coach.hearing.utterance_parts import Words, persons_part, text_of
from coach.hearing.verdicts import Verdict
from coach.messages.intents import INTENTS, URGENT
from coach.ports import Word
from coach.units import Samples, samples
from tests.hearing.test_acceptance import END, SETTINGS, Said, before, coach_speaks_over

WANTED = Wanted(frozenset(INTENTS), URGENT)
LENGTH: Samples = 100
"""Of every word of a marked utterance."""


def marked(utterance: str) -> tuple[Words, frozenset[int]]:
    """The words, and the numbers of those that are the coach's own voice: "(one) stop" ."""
    texts = utterance.split()
    own = frozenset(index for index, text in enumerate(texts) if text.startswith("("))
    places = [(index * LENGTH, (index + 1) * LENGTH) for index in range(len(texts))]
    return tuple(
        Word(text.strip("()"), start, end, 1.0)
        for text, (start, end) in zip(texts, places, strict=True)
    ), own


@pytest.mark.parametrize(
    ("utterance", "text", "beside"),
    [
        ("(one) (thousand) it hurts", "it hurts", "the coach"),
        ("it hurts (one) (rest)", "it hurts", "the coach"),
        ("(one) i'm done (men)", "i'm done", "the coach"),
        ("(thousand) it hurts it hurts", "it hurts it hurts", "the coach"),
        # somebody may have told a third person about it
        ("(thousand) he says it hurts", "it hurts", "a voice"),
        ("he says stop stop", "stop stop", "a voice"),
        # what does not end the session is worth no question
        ("he says i'm done", "he says i'm done", "nothing"),
        ("he says arched", "he says arched", "nothing"),
        # neither a sentence nor a phrase that means nothing is taken apart
        ("(not) ready", "(not) ready", "nothing"),
        ("(one) (not) ready", "(one) (not) ready", "nothing"),
        ("it hurts", "it hurts", "nothing"),
    ],
)
def test_what_a_person_said_is_parted_from_the_coach(
    grammar: Grammar, utterance: str, text: str, beside: str
) -> None:
    words, own = marked(utterance)

    def is_own_voice(start: Samples, end: Samples) -> bool:
        return own.issuperset(range(start // LENGTH, end // LENGTH))

    part = persons_part(words, grammar, is_own_voice)
    assert (text_of(part.words), part.beside) == (re.sub(r"[()]", "", text), beside)


AT_ONCE, THEN = END + samples(0.2), END + samples(0.4)
TOLD = Said("he says", END, AT_ONCE)
"""As loud as what follows: a person's words."""


@pytest.mark.parametrize(
    ("first", "then", "user", "expected"),
    [
        # what comes before, what follows, the user over a residual echo of 10, verdict
        (before("one thousand"), Said("it hurts"), 100, "accepted"),
        (before("one thousand"), Said("i'm done"), 100, "accepted"),
        (before("one thousand"), Said("arched"), 100, "accepted"),
        # hardly louder than the coach may be
        (before("one thousand"), Said("it hurts"), 15, "in doubt"),
        (before("one thousand"), Said("i'm done"), 15, "the coach's own voice"),
        (before("one thousand"), Said("arched"), 13, "the coach's own voice"),
        # what the coach is saying just now
        (before("one thousand"), Said("stop"), 100, "in doubt"),
        # a person's words before it
        (TOLD, Said("it hurts", AT_ONCE, THEN), 100, "in doubt"),
        (TOLD, Said("it hurts", AT_ONCE, THEN, confidence=0.5), 100, "in doubt"),
        (TOLD, Said("arched", AT_ONCE, THEN), 100, "no sentence"),
        (TOLD, Said("i'm done", AT_ONCE, THEN), 100, "no sentence"),
    ],
)
def test_what_is_said_in_one_breath_with_the_coach(
    grammar: Grammar, first: Said, then: Said, user: float, expected: Verdict
) -> None:
    """The coach says "stop here" all the time."""
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(10, user))
    judged = acceptance.judge((*first.words(), *then.words()), WANTED, then.end, then.end)
    assert judged.verdict == expected
    if judged.heard is not None:
        assert (judged.heard.text, judged.heard.start) == (then.text, then.start)


def test_beside_a_silent_coach_it_is_one_utterance(grammar: Grammar) -> None:
    words = (*before("one thousand").words(), *Said("it hurts").words())
    assert Acceptance(grammar, SETTINGS).judge(words, WANTED, END, END).verdict == "no sentence"
