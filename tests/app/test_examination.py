"""Examination: whatever is broken, every subject has a finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coach.app.examination import (
    Patient,
    examine,
    examine_model,
    examine_unheard,
    examine_voice,
)
from coach.app.language_files import load_language
from coach.errors import VoiceError
from coach.ports import Voice
from coach.simulation.fakes import ToneVoice
from coach.units import Block, Samples, samples
from tests.unprivileged import unprivileged

ENGLISH = load_language()
PROMPTS = ENGLISH.doctor
SUBJECTS = [
    *("libraries", "model", "voice", "devices", "microphone", "noise", "echo", "words"),
    *("speed", "heat", "disk", "memory", "clock"),
]


NOISE = np.random.default_rng(6).normal(0, 5.0, samples(9.0)).astype(np.int16)


@pytest.mark.parametrize("what", ["nothing", "another folder", "damaged"])
def test_a_model_that_cannot_be_used_is_reported(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "model"
    if what != "nothing":
        folder.mkdir()
    if what == "damaged":
        (folder / "am").mkdir()
        (folder / "am" / "final.mdl").write_bytes(b"short")
    finding, ears = examine_model(folder)
    assert ears is None
    assert finding.level == "problem"
    assert str(folder) in finding.text
    assert finding.cure in ("run `coach model install`", "run `coach model install` again")


@pytest.mark.model
def test_a_model_that_is_whole_makes_ears(model_folder: Path) -> None:
    finding, ears = examine_model(model_folder)
    assert (finding.level, ears is None) == ("ok", False)


class Dumb:
    """A Voice that fails."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        raise VoiceError("the voice needs eSpeak NG, which is not there: sudo apt-get install x")


def no_voice() -> Voice:
    raise VoiceError("my.onnx: cannot be read: No such file")


@pytest.mark.parametrize(
    ("make", "level", "text", "cure"),
    [
        (ToneVoice, "ok", "hum speaks", None),
        (Dumb, "problem", "the voice needs eSpeak NG, which is not there", "sudo apt-get "),
        (
            no_voice,
            "problem",
            "my.onnx: cannot be read: No such file",
            "choose another",
        ),
    ],
)
def test_the_voice(make: Callable[[], Voice], level: str, text: str, cure: str | None) -> None:
    finding, cues = examine_voice("hum", make, PROMPTS)
    assert (finding.level, finding.text, cues is None) == (level, text, level != "ok")
    assert (finding.cure or "").startswith(cure or "")


def test_a_model_of_another_user_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir(mode=0o000)
    with unprivileged():
        finding, _ = examine_model(folder / "model")
    assert finding.level == "problem"


def without_model_and_voice(folder: Path, *, words: bool) -> Patient:
    return Patient(
        model=folder / "no model",
        voice="none",
        make_voice=no_voice,
        device=None,
        audio=NOISE,
        words=words,
        memory=folder / "memory.db",
    )


def test_one_broken_thing_hides_no_other(tmp_path: Path) -> None:
    patient = without_model_and_voice(tmp_path, words=True)
    reported: list[str] = []
    found = examine(patient, reported.append, [])
    findings = {finding.subject: finding for finding in found}
    assert [finding.subject for finding in found] == SUBJECTS
    assert [findings[each].level for each in ("model", "voice")] == ["problem", "problem"]
    assert [findings[each].level for each in ("microphone", "noise", "echo")] == ["ok"] * 3
    assert findings["words"].text == "not checked: the speech model is missing"
    assert findings["speed"].text.startswith("not checked")
    assert any("quiet" in line for line in reported)


def test_without_sound_the_rest_is_examined_all_the_same(tmp_path: Path) -> None:
    patient = without_model_and_voice(tmp_path, words=False)
    heard = ("microphone", "noise", "echo", "words", "speed")
    found = [finding.subject for finding in examine_unheard(patient)]
    assert found == [subject for subject in SUBJECTS if subject not in heard]
