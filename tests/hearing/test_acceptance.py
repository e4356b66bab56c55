"""Judging: one row for every rule by which a closed utterance counts or does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pytest

from coach.app.ears import EVERYTHING
from coach.audio.levels import LevelMeter
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.acceptance import Acceptance, Wanted
from coach.hearing.grammar import Grammar
from coach.hearing.verdicts import Verdict
from coach.messages.events import SpeechBegan
from coach.ports import Word
from coach.settings import HearingSettings
from coach.units import Samples, samples

SETTINGS = HearingSettings()
AFTER_TALK, AFTER_COMMAND = SETTINGS.pause_after_talk, SETTINGS.pause_after_command
SURE = SETTINGS.least_confidence
SURE_OF_ENDING = SETTINGS.ending_confidence
WANTED = Wanted(frozenset({"done", "ready", "stop", "arched"}), frozenset({"stop", "arched"}))
END: Samples = samples(10)
"""Where the first of two utterances ends."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of equal length from ``start`` to ``end``."""

    text: str
    start: Samples = END
    end: Samples = END + samples(0.4)
    confidence: float = 1.0

    def words(self) -> tuple[Word, ...]:
        texts = self.text.split()
        length = self.end - self.start
        edges = [self.start + length * index // len(texts) for index in range(len(texts) + 1)]
        return tuple(
            Word(text, start, end, self.confidence)
            for text, start, end in zip(texts, edges, edges[1:], strict=False)
        )


def before(text: str) -> Said:
    """What was said until END."""
    return Said(text, END - samples(0.6), END)


def verdict(acceptance: Acceptance, said: Said, wanted: Wanted = WANTED) -> Verdict:
    decided = said.end + samples(0.5)
    return acceptance.judge(said.words(), wanted, decided, decided).verdict


ALONE: list[tuple[Said, Verdict]] = [
    (Said("done"), "accepted"),
    (Said("stop"), "accepted"),
    (Said("i'm done"), "accepted"),
    (Said("done done"), "no sentence"),
    (Said("[unk]"), "no sentence"),
    (Said("not done"), "no sentence"),
    (Said("done [unk]"), "no sentence"),
    (Said("pause"), "not wanted now"),
    (Said("yes"), "not wanted now"),
    (Said("done", confidence=SURE), "accepted"),
    (Said("stop", confidence=SURE_OF_ENDING), "accepted"),
    (Said("stop", confidence=SURE_OF_ENDING - 0.01), "in doubt"),
    (Said("arched", confidence=SURE_OF_ENDING - 0.01), "accepted"),
    (Said("done", confidence=SURE - 0.01), "not certain enough"),
    (Said("stop", confidence=SURE - 0.01), "not certain enough"),
    (Said("yes", confidence=SURE - 0.01), "not certain enough"),
]


@pytest.mark.parametrize(("said", "expected"), ALONE)
def test_an_utterance_by_itself(grammar: Grammar, said: Said, expected: Verdict) -> None:
    assert verdict(Acceptance(grammar, SETTINGS), said) == expected


@pytest.mark.parametrize("text", ["it hurts", "i am dizzy"])
@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(SETTINGS.care_confidence, "accepted"), (SETTINGS.care_confidence - 0.01, "in doubt")],
)
def test_what_begins_a_week_of_care_is_asked_about_sooner(
    grammar: Grammar, text: str, confidence: float, expected: Verdict
) -> None:
    said = Said(text, confidence=confidence)
    assert verdict(Acceptance(grammar, SETTINGS), said, EVERYTHING) == expected


AFTER: list[tuple[str, str, Samples, Verdict]] = [
    # before, what follows, how long after, verdict
    ("one two", "done", AFTER_TALK, "accepted"),
    ("one two", "done", AFTER_TALK - 1, "more of the talk before"),
    ("one two", "stop", AFTER_TALK, "accepted"),
    ("one two", "stop", AFTER_TALK - 1, "more of the talk before"),
    ("one two", "stop", -samples(0.1), "more of the talk before"),
    ("one two", "yes", AFTER_TALK - 1, "more of the talk before"),
    ("one two", "three", AFTER_TALK - 1, "no sentence"),
    ("done", "ready", AFTER_COMMAND, "accepted"),
    ("done", "ready", AFTER_COMMAND - 1, "more of the command before"),
    ("done", "stop", AFTER_COMMAND - 1, "accepted"),
    ("done", "stop", 0, "accepted"),
    ("stop", "done", AFTER_COMMAND, "accepted"),
    ("stop", "done", AFTER_COMMAND - 1, "more of the command before"),
    ("arched", "stop", 0, "accepted"),
    ("yes", "done", 0, "accepted"),
    ("yes", "stop", 0, "accepted"),
]


@pytest.mark.parametrize(("first", "then", "pause", "expected"), AFTER)
def test_what_follows_without_a_pause_belongs_to_what_was_before(
    grammar: Grammar, first: str, then: str, pause: Samples, expected: Verdict
) -> None:
    acceptance = Acceptance(grammar, SETTINGS)
    verdict(acceptance, before(first))
    assert verdict(acceptance, Said(then, END + pause, END + pause + samples(0.4))) == expected


@pytest.mark.parametrize(
    ("first", "pause"), [("one two", AFTER_TALK - 1), ("done", AFTER_COMMAND - 1)]
)
def test_what_belonged_to_something_before_is_talk_to_what_follows(
    grammar: Grammar, first: str, pause: Samples
) -> None:
    acceptance = Acceptance(grammar, SETTINGS)
    verdict(acceptance, before(first))
    more = Said("ready", END + pause, END + pause + samples(0.4))
    assert verdict(acceptance, more).startswith("more of")
    at = more.end + AFTER_TALK
    again = Said("stop", at - 1, at + samples(0.4))
    assert verdict(acceptance, again) == "more of the talk before"


@pytest.mark.parametrize("refused", ["yes", "pause"])
def test_a_sentence_that_was_not_wanted_is_no_talk(grammar: Grammar, refused: str) -> None:
    acceptance = Acceptance(grammar, SETTINGS)
    assert verdict(acceptance, before(refused)) == "not wanted now"
    assert verdict(acceptance, Said("done")) == "accepted"


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("done", END, "accepted"),
        ("done", END - 1, "meant for what came before"),
        ("yes", END - 1, "meant for what came before"),
        ("stop", END - 1, "accepted"),
        ("stop", 0, "accepted"),
    ],
)
def test_what_began_too_early_was_meant_for_what_came_before_unless_urgent(
    grammar: Grammar, text: str, start: Samples, expected: Verdict
) -> None:
    wanted = Wanted(WANTED.intents, WANTED.urgent, since=END)
    assert verdict(Acceptance(grammar, SETTINGS), Said(text, start, END + 400), wanted) == expected


@pytest.mark.parametrize(
    ("text", "confidences", "expected"),
    [
        ("stop okay stop", (1.0, 0.3, 0.3), "accepted"),
        ("stop okay stop", (0.3, 1.0, 1.0), "accepted"),
        ("stop okay stop", (0.3, 1.0, 0.3), "not certain enough"),
        ("okay stop", (0.3, 1.0), "not certain enough"),
        ("it hurts ouch", (0.3, 1.0, 1.0), "accepted"),
        ("it hurts ouch", (1.0, 0.3, 0.3), "not certain enough"),
    ],
)
def test_of_what_is_said_time_and_again_one_has_to_be_certain(
    grammar: Grammar, text: str, confidences: Sequence[float], expected: Verdict
) -> None:
    said = [
        replace(word, confidence=confidence)
        for word, confidence in zip(Said(text).words(), confidences, strict=True)
    ]
    judged = Acceptance(grammar, SETTINGS).judge(tuple(said), EVERYTHING, END, END + samples(1.0))
    assert judged.verdict == expected


def coach_speaks_over(left: float, user: float) -> SelfSpeechGuard:
    """A coach who says "stop here" all the time, and a user who speaks over it from END on.

    ``left`` of an echo of 1000, all RMS, is not cancelled.
    """
    random = np.random.default_rng(0)
    residual, meters = ResidualEcho(), [LevelMeter() for _ in range(3)]
    guard = SelfSpeechGuard(residual)
    guard.observe(SpeechBegan("cue", "Stop here.", 0))
    for length, said in ((END, 0.0), (samples(0.4), user)):
        far_end, kept = random.normal(0.0, 1000.0, length), random.normal(0.0, left, length)
        kept += random.normal(0.0, said, length)
        removed = random.normal(0.0, math.sqrt(1000.0**2 - left**2), length)
        blocks = [sound.astype(np.int16) for sound in (far_end, kept + removed, kept)]
        residual.measure(*map(LevelMeter.measure, meters, blocks))
    return guard


OVER_THE_COACH: list[tuple[float, float, str, Verdict]] = [
    # left of the echo, the user, what is heard, verdict
    (10, 0, "stop", "the coach's own voice"),
    (10, 10, "done", "the coach's own voice"),
    (10, 15, "stop", "in doubt"),
    (10, 100, "stop", "accepted"),
    (10, 100, "done", "accepted"),
    (1000, 0, "arched", "the coach's own voice"),
    (1000, 1000, "arched", "the coach's own voice"),
    (1000, 3000, "arched", "accepted"),
    (1000, 3000, "stop", "the coach's own words"),
    (1000, 2300, "done", "not urgent, and the coach is loud"),
    (1000, 3000, "done", "accepted"),
]


@pytest.mark.parametrize(("left", "user", "text", "expected"), OVER_THE_COACH)
def test_what_is_heard_while_the_coach_speaks(
    grammar: Grammar, left: float, user: float, text: str, expected: Verdict
) -> None:
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(left, user))
    assert verdict(acceptance, Said(text)) == expected
    if text in WANTED.urgent:
        suspected = acceptance.suspects(text, END, END + samples(0.4))
        assert suspected is (expected in ("accepted", "in doubt"))


def test_the_coach_s_own_voice_is_no_talk_that_what_follows_belongs_to(grammar: Grammar) -> None:
    acceptance = Acceptance(grammar, SETTINGS, coach_speaks_over(10, 100))
    assert verdict(acceptance, before("one two")) == "no sentence"
    assert verdict(acceptance, Said("stop")) == "accepted"


RULES: list[tuple[Verdict, Said, Wanted]] = [
    (
        "more of the talk before",
        Said("yes", END, END + 400, confidence=0.0),
        Wanted(since=END + 1),
    ),
    (
        "more of the command before",
        Said("yes", END + AFTER_TALK, END + AFTER_TALK + 400, confidence=0.0),
        Wanted(since=END + AFTER_COMMAND),
    ),
    (
        "not certain enough",
        Said("yes", END + AFTER_COMMAND, END + AFTER_COMMAND + 400, confidence=0.0),
        Wanted(since=END + AFTER_COMMAND + 1),
    ),
    (
        "meant for what came before",
        Said("yes", END + AFTER_COMMAND, END + AFTER_COMMAND + 400),
        Wanted(since=END + AFTER_COMMAND + 1),
    ),
    (
        "not wanted now",
        Said("yes", END + AFTER_COMMAND, END + AFTER_COMMAND + 400),
        Wanted(),
    ),
]


@pytest.mark.parametrize(("expected", "said", "wanted"), RULES)
def test_the_rules_are_asked_in_their_order(
    grammar: Grammar, expected: Verdict, said: Said, wanted: Wanted
) -> None:
    """Each of these breaks the rules that follow, too; both talk and a command came before."""
    acceptance = Acceptance(grammar, SETTINGS)
    verdict(acceptance, Said("done", END - samples(3), END))
    verdict(acceptance, Said("one two", END - samples(2), END))
    assert verdict(acceptance, said, wanted) == expected


def test_every_verdict_is_in_a_table() -> None:
    tables = {each for _, each in ALONE} | {row[3] for row in (*AFTER, *OVER_THE_COACH)}
    elsewhere: set[Verdict] = {"not confirmed", "hardly a voice"}  # in test_confirmation
    assert tables | {row[0] for row in RULES} | elsewhere == set(get_args(Verdict))


# What is heard


def test_what_is_heard_has_its_times_and_the_least_certain_word(grammar: Grammar) -> None:
    words = (Word("i'm", 100, 900, 0.9), Word("done", 900, 4000, 0.6))
    judgement = Acceptance(grammar, SETTINGS).judge(words, WANTED, 4200, 5000)
    heard = judgement.heard
    assert heard is not None
    assert (heard.intent, heard.text, heard.confidence) == ("done", "i'm done", 0.6)
    assert (heard.start, heard.end, heard.reacted, heard.decided) == (100, 4000, 4200, 5000)
    assert (heard.urgent, heard.accepted) == (False, True)


@pytest.mark.parametrize("said", [said for said, _ in ALONE])
def test_only_a_sentence_is_heard_and_only_an_accepted_one_is_accepted(
    grammar: Grammar, said: Said
) -> None:
    judgement = Acceptance(grammar, SETTINGS).judge(said.words(), WANTED, said.end, said.end)
    heard = judgement.heard
    assert (heard is None) == (judgement.verdict == "no sentence")
    if heard is not None:
        assert heard.accepted == (judgement.verdict == "accepted")
        assert heard.urgent == (heard.intent in WANTED.urgent)


@pytest.mark.parametrize(
    ("begins", "ends", "start"),
    [
        (END, END + SETTINGS.longest_word, END),
        (END, END + SETTINGS.longest_word + 1, END + 1),
        (0, END, END - SETTINGS.longest_word),
        (END, END, END),
    ],
)
def test_a_word_that_is_too_long_began_later(
    grammar: Grammar, begins: Samples, ends: Samples, start: Samples
) -> None:
    word = Word("done", begins, ends, 1.0)
    heard = Acceptance(grammar, SETTINGS).judge((word,), WANTED, ends, ends).heard
    assert heard is not None
    assert heard.start == start


def test_only_the_first_word_holds_noise(grammar: Grammar) -> None:
    long = END + 2 * SETTINGS.longest_word
    words = (Word("i'm", END, END + 800, 1.0), Word("done", END + 800, long, 1.0))
    heard = Acceptance(grammar, SETTINGS).judge(words, WANTED, long, long).heard
    assert heard is not None
    assert (heard.start, heard.end) == (END, long)


PAUSE = SETTINGS.endpoint_unknown


@pytest.mark.parametrize(
    ("first", "pause", "last", "kept"),
    [
        ("i", PAUSE + 1, "arched", "arched"),
        ("i", PAUSE, "arched", "i arched"),
        ("stop", PAUSE + 1, "stop", "stop"),
        ("okay", PAUSE + 1, "i'm done", "i'm done"),
        ("not", PAUSE + 1, "done", None),
        ("one two", PAUSE + 1, "done", None),
    ],
)
def test_what_changes_nothing_before_a_long_pause_is_not_of_the_utterance(
    grammar: Grammar, first: str, pause: Samples, last: str, kept: str | None
) -> None:
    """What the recogniser makes of the coach's own voice is glued to the word that is said next."""
    later = END + pause
    words = (*before(first).words(), *Said(last, later, later + samples(0.4)).words())
    heard = Acceptance(grammar, SETTINGS).judge(words, WANTED, later, words[-1].end).heard
    assert (heard and heard.text) == kept
    if heard is not None and heard.text == last:
        assert (heard.start, heard.accepted) == (later, True)


def test_a_stretched_word_is_taken_for_later_than_the_talk_before(grammar: Grammar) -> None:
    """The pause before it is measured from where it can have begun, and so is ``since``."""
    acceptance = Acceptance(grammar, SETTINGS)
    verdict(acceptance, before("one two"))
    stretched = Said("done", END, END + AFTER_TALK + SETTINGS.longest_word)
    wanted = Wanted(WANTED.intents, WANTED.urgent, since=END + AFTER_TALK)
    assert verdict(acceptance, stretched, wanted) == "accepted"


def test_the_coach_reacted_no_later_than_it_decided(grammar: Grammar) -> None:
    word = Word("done", 0, 400, 1.0)
    heard = Acceptance(grammar, SETTINGS).judge((word,), WANTED, 900, 800).heard
    assert heard is not None
    assert (heard.reacted, heard.decided) == (800, 800)


@pytest.mark.parametrize(
    ("said", "wanted", "refused"),
    [
        (Said("done"), WANTED, None),
        (Said("yes"), WANTED, "not now"),
        (Said("yes"), replace(WANTED, answer=True), "no answer"),
        (Said("done", confidence=SURE - 0.01), WANTED, "unclear"),
        (Said("done", END - 1, END + 400), replace(WANTED, since=END), "too soon"),
        (Said("stop", confidence=SURE_OF_ENDING - 0.01), WANTED, None),
    ],
)
def test_what_does_not_count_comes_with_the_reason(
    grammar: Grammar, said: Said, wanted: Wanted, refused: str | None
) -> None:
    heard = Acceptance(grammar, SETTINGS).judge(said.words(), wanted, said.end, said.end).heard
    assert heard is not None
    assert heard.refused == refused
