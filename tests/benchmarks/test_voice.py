"""Bench voice: what counts as an error, which cues are said, and what is over a bar."""

from __future__ import annotations

import pytest

from benchmarks.open_vocabulary import transcribe
from benchmarks.voice import (
    MOST_ERRORS,
    MOST_ERRORS_OF_A_CUE,
    Understood,
    by_cue,
    judged,
    main,
    share,
    wordings,
)
from benchmarks.word_errors import word_errors
from coach.app.assembly import make_voice
from coach.app.language_files import load_language
from coach.app.programme_files import load_programme
from coach.devices.speech import model_store
from coach.messages.prompt_ids import SHARED_PROMPTS
from coach.session.cues import beat_rooms


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("lift your feet", "lift your feet", 0),
        ("lift your feet", "lift your foot", 1),
        ("lift your feet", "lift feet", 1),
        ("lift your feet", "now lift your feet", 1),
        ("lift your feet", "", 3),
        ("", "you", 1),
        ("your heel", "you're heal", 0),
        ("a dumbbell", "a dumb bell", 0),
        ("cat cow", "catcow", 0),
        ("all right", "alright", 0),
        ("hold your breath", "hold your breathe", 1),
        ("exhale as you lift", "extra you'll have you lived", 4),
    ],
)
def test_words_count_as_they_sound(said: str, heard: str, errors: int) -> None:
    assert word_errors(said.split(), heard.split()) == errors


def test_every_cue_is_said_and_what_is_on_a_beat_is_given_its_room() -> None:
    pack = load_language()
    programme = load_programme(pack=pack)
    said = list(wordings(pack))
    shared: set[str] = set(SHARED_PROMPTS)
    assert shared <= {each.cue for each in said}
    assert {text for _, text in programme.texts()} <= {each.text for each in said}
    assert set(pack.doctor.texts()) <= {each.text for each in said}
    assert {each.cue: each.longest for each in said if each.longest} == beat_rooms(programme)


def understood(cue: str, words: int, errors: int) -> Understood:
    return Understood(cue, f"{cue} {words}", "", words, errors, 1.0)


def test_the_worst_cue_comes_first_and_many_fills_weigh_no_more_than_one() -> None:
    many = [understood("tally", 4, 2)] * 20
    cues = by_cue([understood("paused", 4, 0), *many, understood("lift", 4, 3)])
    assert [cue.name for cue in cues] == ["lift", "tally", "paused"]
    assert share(cues) == pytest.approx(5 / 12, abs=1e-4)


@pytest.mark.parametrize(
    ("errors", "over"),
    [
        ([20, 30], []),
        ([0, 60], ["all cues: 30.0"]),
        ([0, 0, 0, 61], ["cue 3: 61.0"]),
        ([61, 61], ["all cues: 61.0", "cue 0: 61.0", "cue 1: 61.0"]),
    ],
)
def test_what_is_over_a_bar_is_told(errors: list[int], over: list[str]) -> None:
    assert (MOST_ERRORS, MOST_ERRORS_OF_A_CUE) == (0.25, 0.6)
    told = judged(by_cue([understood(f"cue {n}", 100, e) for n, e in enumerate(errors)]))
    assert told == [f"{line} % word errors" for line in over]


@pytest.mark.model
def test_a_cue_is_heard_alike_whatever_was_heard_before_it() -> None:
    language = load_language().language
    folder, voice = model_store.resolve(None, language.model), make_voice(None, 150)
    sounds = [voice.render(text) for text in ("You can rest now.", "Are you well today?")]
    heard = [transcribe(folder, language.model, sound) for sound in (*sounds, *reversed(sounds))]
    assert heard[:2] == heard[:1:-1]
    assert any(heard)


def test_a_language_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "nl"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("bench_voice: --language: there is no language")
