"""Endpoint rules: when an utterance is over, in quiet, in noise and at great length."""

from __future__ import annotations

import numpy as np
import pytest

from coach.messages.intents import Intent
from coach.simulation.fakes import speech_sound
from coach.units import Samples, samples
from tests.hearing.listened import AT, END, SETTINGS, UNKNOWN, frames_until, kinds, listen, said


@pytest.mark.parametrize(
    ("words", "intent", "quiet"),
    [
        ("arched", "arched", SETTINGS.urgent_quiet),
        ("stop the session", "stop", SETTINGS.urgent_quiet),
        ("done", "done", SETTINGS.endpoint_quiet),
        ("how many so far", "how_many", SETTINGS.endpoint_quiet),
        ("not done", None, SETTINGS.endpoint_unknown),
        (UNKNOWN, None, SETTINGS.endpoint_unknown),
    ],
)
@pytest.mark.parametrize("offset", [0, 160, 320])
def test_an_utterance_is_decided_after_its_quiet_to_the_frame(
    words: str, intent: Intent | None, quiet: Samples, offset: Samples
) -> None:
    utterance = said(words, AT + offset)
    listened = listen([utterance])
    closed = frames_until(utterance.end + quiet)
    assert listened.at("closes") == [closed]
    assert listened.why() == ["quiet"]
    heard = [
        (each.intent, each.text, each.start, each.end, each.decided, each.accepted)
        for each in listened.heard
    ]
    assert heard == ([(intent, words, utterance.at, utterance.end, closed, True)] if intent else [])


@pytest.mark.parametrize(
    ("words", "stable"),
    [
        ("arched", SETTINGS.stable),
        ("done", SETTINGS.stable),
        ("stop the session", SETTINGS.stable),
        (UNKNOWN, SETTINGS.stable_unknown),
    ],
)
def test_in_noise_that_hides_the_quiet_a_text_that_stands_is_decided(
    words: str, stable: Samples
) -> None:
    """Somebody starts a mixer while the word is said."""
    utterance = said(words)
    sound = speech_sound([utterance], END + samples(2.5))
    noise = np.random.default_rng(1).integers(-1500, 1501, len(sound) - AT).astype(np.int16)
    sound[AT:] += noise
    listened = listen([utterance], sound)
    assert listened.at("closes")[0] == frames_until(END) + frames_until(stable)
    assert listened.why()[0] == "unchanged"
    assert [each.text for each in listened.heard] == ([] if words == UNKNOWN else [words])


def test_an_utterance_is_cut_when_it_is_too_long() -> None:
    """Somebody talks to somebody else: a word that follows is part of the talk."""
    talk = " ".join(["talk"] * 40)
    long = said(talk, length=SETTINGS.longest_utterance + samples(1.5))
    stop = said("stop", long.end + SETTINGS.pause_after_talk - 160)
    breaths = range(AT, long.end, samples(0.5))
    syllables = [said("", at, samples(0.4)) for at in breaths]
    listened = listen([long, stop], speech_sound([*syllables, stop], stop.end + samples(2)))
    began = listened.at("thinks")[0] - samples(0.8)
    assert listened.at("closes")[0] == frames_until(began + SETTINGS.longest_utterance)
    assert listened.why() == ["too long", "quiet"]
    assert [(each.text, each.accepted) for each in listened.heard] == [("stop", False)]
    assert kinds(listened.findings) == ["Suspected", "Cleared", "Heard"]


def test_in_noise_without_a_word_the_utterance_is_renewed() -> None:
    """Hammering is never quiet, and never steady."""
    sound = speech_sound([], samples(20))
    for start in range(AT, len(sound), samples(0.3)):
        sound[start : start + samples(0.1)] *= 500
    listened = listen([], sound)
    closes = listened.at("closes")
    assert set(listened.why()) == {"noise"}
    assert closes[0] == listened.at("listens")[0] + frames_until(SETTINGS.renew_after)
    assert closes[1] - closes[0] == frames_until(SETTINGS.renew_after)
    assert listened.findings == []


def test_one_utterance_after_the_other_is_decided() -> None:
    words = ["ready", UNKNOWN, "stop", "done", "not done", "arched"]
    script = [said(each, AT + samples(2) * turn) for turn, each in enumerate(words)]
    heard = listen(script).heard
    assert [each.text for each in heard] == ["ready", "stop", "done", "arched"]
    assert [each.start for each in heard] == [script[turn].at for turn in (0, 2, 3, 5)]
