"""Phrases: which wordings are said and by whom, what becomes of each, and what is worse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.corpus import Clip
from benchmarks.figures import Outcome, Take
from benchmarks.hearing import main
from benchmarks.listeners import Command
from benchmarks.phrases import read_phrases, sampled
from benchmarks.phrases_figures import (
    Became,
    PhrasesBaseline,
    became,
    counts,
    is_negation,
    phrase_regressions,
    phrases_record,
)
from benchmarks.phrases_tables import print_phrases
from benchmarks.streams import CLEAN
from benchmarks.synthetic_voices import NATURAL, VOICES, Speaker, draw_speaker, speak
from coach.audio.loudness import active_rms
from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.units import silence


def take(words: str, intent: Intent | None, *heard: Intent, asked: Intent | None = None) -> Take:
    clip = Clip("f1, fast", "f1", words, intent, (0, 10), timed=True, sound=silence(10))
    found = tuple(Command(each, each, 9, 9) for each in heard)
    return Take(clip, CLEAN, 10, found, (Command(asked, asked, 9, 9),) if asked else ())


def made_of(*takes: Take) -> Outcome:
    return Outcome(takes, (), 0, 100, 2.0, 1_000_000)


# What is said


def test_every_wording_that_can_be_said_means_what_the_grammar_says(grammar: Grammar) -> None:
    phrases = read_phrases()
    assert len(phrases) > 500
    wrong = {words for words, intent in phrases.items() if grammar.intent_of(words) != intent}
    assert wrong == set()


@pytest.mark.slow
def test_what_differs_only_when_it_is_read_is_not_said() -> None:
    assert {"", "[unk]", "Ready", "ready.", " ready"} & set(read_phrases()) == set()


def test_a_wording_that_is_added_changes_nothing_for_the_others() -> None:
    few: dict[str, Intent | None] = {f"word {number}": "stop" for number in range(400)}
    more = {"another": None, **few}
    assert sampled(more, 1, 4).keys() - {"another"} == sampled(few, 1, 4).keys()
    assert len(sampled(few, 1, 4)) == pytest.approx(100, abs=30)
    assert sampled(few, 1, 4) != sampled(few, 2, 4)
    assert sampled(few, 1, 1) == few


def test_every_voice_is_drawn() -> None:
    speakers = [draw_speaker(np.random.default_rng(seed)) for seed in range(300)]
    assert {speaker.voice for speaker in speakers} == set(VOICES)
    assert {130, 190} == {min(s.rate_wpm for s in speakers), max(s.rate_wpm for s in speakers)}
    assert len(VOICES) >= 8


@pytest.mark.parametrize(
    ("speaker", "told"),
    [
        (Speaker("en-us+f1", 150, 40), "en-us+f1, 150 words a minute, pitch 40"),
        (Speaker(NATURAL, 150, 40), "natural, 150 words a minute"),
    ],
)
def test_a_speaker_is_called_by_what_was_drawn(speaker: Speaker, told: str) -> None:
    assert str(speaker) == told


def test_rate_and_pitch_are_heard_and_the_level_is_the_same() -> None:
    usual = Speaker("en-us+f1", 150, 50)
    said = speak(usual, "stop the session")
    assert np.array_equal(said, speak(usual, "stop the session"))
    assert len(speak(replace(usual, rate_wpm=190), "stop the session")) < len(said)
    assert not np.array_equal(speak(replace(usual, pitch=75), "stop the session"), said)
    assert active_rms(said) == pytest.approx(32768 * 10 ** (-26 / 20), rel=0.02)


# What becomes of it


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (take("stop", "stop", "stop"), "understood"),
        (take("stop", "stop"), "missed"),
        (take("stop", "stop", asked="stop"), "asked"),
        (take("stop", "stop", "done"), "other"),
        (take("stop", "stop", "stop", "stop"), "other"),
        (take("don't stop", None), "passed over"),
        (take("don't stop", None, "stop"), "opposite"),
        (take("not done", None, "no"), "accepted"),
        (take("it's not stable", "no", "yes"), "opposite"),
        (take("it's not stable", "no", "arched"), "other"),
        (take("no stop", "stop", "pause"), "other"),
        (take("the floor", None), "passed over"),
        (take("the floor", None, "my_floor"), "accepted"),
    ],
)
def test_a_wording_becomes_one_thing(made: Take, expected: Became) -> None:
    assert became(made) == expected


@pytest.mark.parametrize(
    ("words", "negation"),
    [
        ("don't stop", True),
        ("my back is not arched", True),
        ("nothing hurts", True),
        ("no", True),
        ("next", False),
        ("neck", False),
        ("my back is numb", False),
    ],
)
def test_a_negation_is_known_by_its_words(words: str, negation: bool) -> None:
    assert is_negation(words) is negation


RUN = (
    take("stop", "stop", "stop"),
    take("done", "done"),
    take("next", "skip", "neck"),
    take("not done", None, "done"),
    take("floor", None, "my_floor"),
)
LEAST = PhrasesBaseline(
    **{"seed": 0, "every": 1, "commands": 3, "nothings": 2},
    **{"not_understood": 2, "other": 1, "opposite": 1, "accepted": 1},
)


@pytest.mark.parametrize(
    ("least", "lines"),
    [
        ({}, []),
        ({"commands": 2, "not_understood": 9}, []),
        ({"not_understood": 1}, ["2 not understood, at most 1 expected: «done», «next»"]),
        ({"other": 0}, ["1 taken for another command, at most 0 expected: «next»"]),
        ({"opposite": 0}, ["1 taken for the opposite, at most 0 expected: «not done»"]),
        ({"accepted": 0}, ["1 taken for a command, at most 0 expected: «floor»"]),
        ({"commands": 4}, ["3 commands and 2 nothings were said, the baseline is of 4 and 2"]),
    ],
)
def test_a_regression_is_told_with_the_wordings(least: Mapping[str, int], lines: list[str]) -> None:
    assert list(phrase_regressions(made_of(*RUN), LEAST.model_copy(update=least))) == lines


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    outcomes = {"coach": made_of(*RUN), "vosk-open": made_of(*RUN)}
    written = json.loads(json.dumps(phrases_record(outcomes, 7, 2), allow_nan=False))
    assert (written["seed"], written["every"]) == (7, 2)
    of_coach = written["systems"]["coach"]
    assert asdict(counts(RUN)).items() <= of_coach.items()
    assert [each["words"] for each in of_coach["opposite_clips"]] == ["not done"]
    console = Console(width=100, markup=False)
    with console.capture() as printed:
        print_phrases(console, outcomes)
    lines = [" ".join(line.split()) for line in printed.get().splitlines()]
    assert "negations taken for their opposite 1 of 1 1 of 1" in lines
    assert "not done done (done) f1, fast" in lines


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("--clips {tmp}", "--phrases is heard by itself, without other clips, talk or noise"),
        ("--every 0", "'--every': should be at least 1"),
        ("--check {tmp}/least.json --seed 1", "{tmp}/least.json: is of --seed 0 --every 1"),
        ("--check {tmp}/nothing.json", "{tmp}/nothing.json: cannot be read"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    (tmp_path / "least.json").write_text(LEAST.model_dump_json())
    assert main(["--phrases", *arguments.format(tmp=tmp_path).split()]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem.format(tmp=tmp_path) in line


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_run_over_a_few_wordings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    least = LEAST.model_copy(update={"every": 80, "commands": 1, "nothings": 1})
    (tmp_path / "least.json").write_text(least.model_dump_json())
    run = f"--phrases --every 80 --systems coach --json --check {tmp_path}/least.json"
    assert main(run.split()) == 0
    measured = json.loads(capsys.readouterr().out)["systems"]["coach"]
    assert measured["understood"] >= measured["commands"] - 2
