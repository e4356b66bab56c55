"""Doctor commands: ``coach doctor`` itself, with a recording and on a private sound server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from coach.app.language_files import data_folder, load_language
from coach.cli.main import main
from coach.devices.recordings.audio_file import read_audio, write_audio
from coach.devices.speech import model_store
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.doctor.word_check import WORDS
from coach.units import samples
from tests.private_pulse import PrivatePulse, private_pulse, wait_until

CLIPS = data_folder("audio_fixtures") / "en" / "flite_rms"
SUBJECTS = [
    *("libraries", "model", "voice", "devices", "microphone", "noise", "echo", "words"),
    *("speed", "heat", "disk", "memory", "clock"),
]
Doctor = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def spoken(voice: RenderedVoice) -> None:
    """What the doctor says, in the cache of the command line."""
    for text in load_language().doctor.texts():
        voice.render(text)


@pytest.fixture
def doctor(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], spoken: None
) -> Doctor:
    """Run ``coach doctor``: exit status, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["coach", "doctor", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """The words where ``--help`` says that a recording has to have them."""
    sound = np.random.default_rng(0).normal(0.0, 8.0, samples(52.0))
    for number, word in enumerate(WORDS):
        clip = read_audio(CLIPS / f"{word}.flac")
        at = samples(18.0 + 8.0 * number)
        sound[at : at + len(clip)] += clip
    path = tmp_path / "words.wav"
    write_audio(path, np.clip(np.round(sound), -32768, 32767).astype(np.int16))
    return path


def by_subject(out: str) -> dict[str, dict[str, Any]]:
    findings = json.loads(out)["findings"]
    assert [finding["subject"] for finding in findings] == SUBJECTS
    return {finding["subject"]: finding for finding in findings}


@pytest.mark.model
def test_a_recording_of_the_words_is_ready(doctor: Doctor, recording: Path) -> None:
    """But for PortAudio, which a machine that tests may go without."""
    status, out, err = doctor("--audio", recording, "--json")
    told = json.loads(out)
    found = by_subject(out)
    problems = [each["subject"] for each in found.values() if each["level"] == "problem"]
    assert (status, told["ready"]) == (1 if problems else 0, not problems)
    assert told["verdict"].startswith("First, the " if problems else "Ready")
    assert set(problems) <= {"libraries", "heat", "disk", "speed"}
    assert found["words"]["level"] == "ok"
    assert all(0.5 < found["words"]["measured"][word] <= 1.0 for word in WORDS)
    assert found["microphone"]["measured"]["speech_dbfs"] == pytest.approx(-23.0, abs=2.0)
    assert found["noise"]["measured"]["noise_dbfs"] == pytest.approx(-72.0, abs=1.5)
    assert found["echo"]["text"] == "the recording has no chirp in it"
    assert set(found["clock"]) == {"subject", "level", "text", "cure", "measured"}
    assert [line for word in WORDS for line in err.splitlines() if f"Say: {word.upper()}" in line]


@pytest.mark.model
def test_the_screen_has_a_line_for_everything_and_ends_with_a_sentence(
    doctor: Doctor, recording: Path
) -> None:
    status, out, err = doctor("--audio", recording, "--no-words")
    lines = out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert len(lines) <= 24
    begun = [line.split()[:2] for line in lines if line[:2] in ("ok", "wa", "pr")]
    assert [subject for _, subject in begun] == SUBJECTS
    assert {level for level, _ in begun} <= {"ok", "warning", "problem"}
    assert lines[-1].startswith("Ready" if status == 0 else "First, the ")
    assert lines[-2] == ""
    assert "not asked for" in out
    assert "Say:" not in err
    assert "\x1b" not in out


@pytest.mark.parametrize("words", ["--words", "--no-words"])
def test_without_a_model_the_rest_is_told_and_the_status_is_1(
    doctor: Doctor, recording: Path, tmp_path: Path, words: str
) -> None:
    status, out, _ = doctor("--audio", recording, "--model", tmp_path / "none", "--json", words)
    found = by_subject(out)
    assert (status, json.loads(out)["ready"]) == (1, False)
    assert found["model"]["level"] == "problem"
    assert [found[each]["level"] for each in ("voice", "microphone", "noise")] == ["ok"] * 3
    assert found["speed"]["text"].startswith("not checked")


@pytest.mark.model
def test_a_voice_that_does_not_exist_is_told(doctor: Doctor, recording: Path) -> None:
    status, out, _ = doctor("--audio", recording, "--voice", "no-such-voice", "--json")
    found = by_subject(out)
    assert (status, found["voice"]["level"]) == (1, "problem")
    assert "no-such-voice" in found["voice"]["text"]
    assert found["words"]["text"] == "not checked: there is no voice to ask with"


@pytest.mark.thorough
@pytest.mark.model
def test_silence_is_told_as_what_to_mend(doctor: Doctor, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    write_audio(path, np.zeros(samples(9.0), np.int16))
    status, out, _ = doctor("--audio", path, "--no-words", "--json")
    assert (status, by_subject(out)["microphone"]["level"]) == (1, "problem")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--audio", "nowhere.wav"), "nowhere.wav: there is no such recording"),
        (("--loud",), "--loud"),
    ],
)
def test_what_cannot_be_understood_is_status_2(
    doctor: Doctor, arguments: tuple[str, ...], told: str
) -> None:
    status, out, err = doctor(*arguments)
    assert (status, out, told in err) == (2, "", True)


@pytest.mark.thorough
@pytest.mark.model
def test_it_uses_no_network(spoken: None, recording: Path) -> None:
    command = [sys.executable, "-m", "tests.without_network", "doctor", "--audio", str(recording)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert ran.returncode in (0, 1), ran.stderr
    assert "ready 1.00" in ran.stdout


# On a sound server


def sounding(
    pulse: PrivatePulse, *arguments: str, err: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "coach", "doctor", "--json", *arguments]
    env = {
        **pulse.env,
        "COACH_MODEL": str(model_store.default_folder()),
        "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
    }
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=err, text=True)


def told_in(log: Path, text: str) -> bool:
    return text in log.read_text(encoding="utf-8")


@pytest.mark.device
@pytest.mark.model
def test_beside_a_speaker_the_chirps_are_heard(spoken: None) -> None:
    with private_pulse(echo=True, echo_db=-12.0) as pulse:
        process = sounding(pulse, "--no-words")
        try:
            out, err = process.communicate(timeout=90)
        finally:
            process.kill()
    found = by_subject(out)
    assert process.returncode in (0, 1), err
    assert found["devices"]["level"] == "ok"
    assert found["devices"]["measured"]["microphone_rate_hz"] > 0
    echo = found["echo"]
    assert (echo["level"], echo["measured"]["gain_db"]) == ("ok", pytest.approx(-12.0, abs=2.0))
    assert 0.05 < echo["measured"]["delay_s"] < 0.75


@pytest.mark.device
@pytest.mark.model
def test_the_monitor_of_the_speaker_is_no_microphone(spoken: None) -> None:
    with private_pulse() as pulse:
        pulse.control("set-default-source", "speaker.monitor")
        process = sounding(pulse, "--no-words")
        try:
            out, err = process.communicate(timeout=90)
        finally:
            process.kill()
    microphone = by_subject(out)["microphone"]
    assert (process.returncode, microphone["level"]) == (1, "problem"), err
    assert "it is its monitor" in microphone["text"]


@pytest.mark.device
@pytest.mark.model
def test_the_words_are_asked_for_and_understood_at_a_microphone(
    spoken: None, tmp_path: Path
) -> None:
    log = tmp_path / "err"
    with private_pulse() as pulse, log.open("w") as err:
        process = sounding(pulse, err=err)
        try:
            for word in WORDS:
                asked = f"Say: {word.upper()}"
                wait_until(partial(told_in, log, asked), asked, seconds=40)
                pulse.play(CLIPS / f"{word}.flac")
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    found = by_subject(out)
    assert found["words"]["level"] in ("ok", "warning"), found["words"]
    assert all(found["words"]["measured"].values())


@pytest.mark.device
@pytest.mark.model
def test_without_a_sound_device_the_rest_is_told(spoken: None) -> None:
    with private_pulse(sinks=False) as pulse:
        process = sounding(pulse)
        out, err = process.communicate(timeout=90)
    found = by_subject(out)
    assert process.returncode == 1, err
    assert [each for each in found.values() if each["level"] == "problem"]
    assert found["model"]["level"] == "ok"
    assert "Traceback" not in err
