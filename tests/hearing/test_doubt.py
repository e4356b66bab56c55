"""Doubt: what may end a session, and may be the coach's own voice, is neither taken nor refused."""

from __future__ import annotations

import math

import pytest

from coach.app.ears import EVERYTHING
from coach.hearing.acceptance import Acceptance, Wanted
from coach.hearing.grammar import Grammar
from coach.hearing.verdicts import Verdict
from coach.messages.events import AudioLost
from coach.messages.intents import URGENT
from coach.units import samples
from tests.hearing.test_acceptance import END, SETTINGS, SURE, Said, coach_speaks_over, verdict

WANTED = Wanted(URGENT, URGENT)
LOST = samples(0.15)
CERTAIN = SETTINGS.care_confidence_over_coach
OVER_COACH = SETTINGS.least_confidence_over_coach


@pytest.mark.parametrize(
    ("after_seconds", "text", "expected"),
    [
        # seconds from the lost sound to the word, what is heard, verdict
        (0.0, "stop", "in doubt"),
        (0.0, "it hurts", "in doubt"),
        (0.0, "arched", "the coach's own voice"),
        (0.0, "pause", "the coach's own voice"),
        (0.49, "stop", "in doubt"),
        (0.51, "stop", "accepted"),
        (0.51, "arched", "accepted"),
    ],
)
def test_beside_lost_sound_what_ends_a_session_hushes_and_is_in_doubt(
    grammar: Grammar, after_seconds: float, text: str, expected: Verdict
) -> None:
    """Said over the coach, with a confidence of 1.0."""
    guard = coach_speaks_over(10, 100)
    guard.observe(AudioLost(END - LOST - samples(after_seconds), LOST))
    acceptance = Acceptance(grammar, SETTINGS, guard)
    hushes = acceptance.suspects(text, END, END + samples(0.4))
    assert hushes is (expected != "the coach's own voice")
    judged = acceptance.judge(Said(text).words(), WANTED, END, END + samples(0.8))
    assert judged.verdict == expected
    assert judged.heard is not None
    assert judged.heard.accepted is (expected == "accepted")
    assert judged.heard.doubtful is (expected == "in doubt")


@pytest.mark.parametrize(
    ("excess_db", "text", "expected"),
    [
        # decibels above the residual echo, what is heard, verdict; the coach says "stop here"
        (2.0, "it hurts", "the coach's own voice"),
        (3.8, "it hurts", "in doubt"),
        (3.8, "arched", "the coach's own voice"),
        (5.5, "it hurts", "accepted"),
        (3.8, "stop", "the coach's own voice"),
        (5.5, "stop", "in doubt"),
        (7.0, "stop", "accepted"),
    ],
)
def test_what_is_hardly_louder_than_the_echo_is_in_doubt(
    grammar: Grammar, excess_db: float, text: str, expected: Verdict
) -> None:
    user = 10.0 * math.sqrt(10 ** (excess_db / 10) - 1)
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(10, user))
    assert verdict(acceptance, Said(text), WANTED) == expected


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (Said("stop", confidence=SURE - 0.01), WANTED),
        (Said("stop"), Wanted(frozenset({"pain"}), URGENT)),
    ],
)
def test_what_would_not_count_anyway_is_in_no_doubt(
    grammar: Grammar, said: Said, wanted: Wanted
) -> None:
    guard = coach_speaks_over(10, 100)
    guard.observe(AudioLost(END - LOST, LOST))
    judged = verdict(Acceptance(grammar, SETTINGS, guard), said, wanted)
    assert judged in ("not certain enough", "not wanted now")


@pytest.mark.parametrize(
    ("text", "confidence", "expected"),
    [
        ("i feel dizzy", CERTAIN, "accepted"),
        ("i feel dizzy", CERTAIN - 0.01, "in doubt"),
        ("it hurts", CERTAIN - 0.01, "in doubt"),
        ("stop", CERTAIN - 0.01, "accepted"),
        ("arched", CERTAIN - 0.01, "accepted"),
    ],
)
def test_a_week_of_care_begins_of_no_uncertain_word_over_the_coach(
    grammar: Grammar, text: str, confidence: float, expected: Verdict
) -> None:
    """ "Arched" over the count was once read as "dizzy"."""
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(10, 100))
    assert verdict(acceptance, Said(text, confidence=confidence), WANTED) == expected
    silent = Acceptance(grammar, SETTINGS)
    assert verdict(silent, Said(text, confidence=confidence), WANTED) == "accepted"


@pytest.mark.parametrize(
    ("text", "confidence", "expected"),
    [
        ("arched", OVER_COACH, "accepted"),
        ("arched", OVER_COACH - 0.01, "not certain enough"),
        ("done", OVER_COACH - 0.01, "not certain enough"),
        ("stop", SETTINGS.ending_confidence - 0.01, "in doubt"),
    ],
)
def test_over_the_coach_what_does_not_end_the_session_has_to_be_certain(
    grammar: Grammar, text: str, confidence: float, expected: Verdict
) -> None:
    """In 16 homes, four of seven words that were taken for others there were less certain, and four
    of 94 that were understood."""
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(10, 100))
    assert verdict(acceptance, Said(text, confidence=confidence), EVERYTHING) == expected


def test_what_is_said_again_at_once_is_no_part_of_what_was_in_doubt(grammar: Grammar) -> None:
    """Two words without a pause: the first is within half a second of the loss, the second not."""
    guard = coach_speaks_over(10, 100)
    guard.observe(AudioLost(END - LOST - samples(0.4), LOST))
    acceptance = Acceptance(grammar, SETTINGS, guard)
    assert verdict(acceptance, Said("stop", END, END + samples(0.2)), WANTED) == "in doubt"
    again = Said("stop", END + samples(0.2), END + samples(0.4))
    assert verdict(acceptance, again, WANTED) == "accepted"
