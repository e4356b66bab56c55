"""Keeping: a session through a microphone and a speaker replays from its files, to the byte."""

from __future__ import annotations

import json
import os
import random
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from coach import __version__
from coach.calibration import Calibration
from coach.cli import main
from coach.devices.audio_file import read_microphone
from coach.devices.calibration_file import CalibrationFile
from coach.devices.pyttsx3_synthesiser import DEFAULT_VOICE
from coach.devices.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.room_duplex import RoomDuplex, load_clips
from coach.errors import DeviceError, OutputError
from coach.keeping import kept_in
from coach.performance import Outputs, perform
from coach.rehearsal import User, parse_rehearsal
from coach.units import RATE_HZ, Block, Samples, samples, silence
from coach.wiring import Coach

pytestmark = pytest.mark.model

WHEN = datetime(2025, 11, 21, 18, 5, 9)
NAME = "2025-11-21_18-05-09"
DEVICES = "microphone → speaker"
FIXTURES = Path(__file__).parent.parent / "audio_fixtures"

LIVELY = f"""\
clips: {FIXTURES / "en" / "flite_slt"}
seed: 3
limit_s: 60
room: {{echo: {{gain_db: -6, delay_ms: 310}}}}
user:
  - {{when: {{state: waiting, said: ask_comfortable}}, after_s: 2.5, says: ready}}
  - {{when: {{state: cat_cow, said: two}}, after_s: 1.5, says: finished}}
  - {{when: {{state: tension_check}}, after_s: 5.0, says: stop}}
"""
"""A user beside a speaker, whose echo comes late, and who soon has enough."""


class Flaky:
    """A Duplex of a room: blocks of all lengths, of which every so many are lost."""

    def __init__(self, room: RoomDuplex, fate: Exception | KeyboardInterrupt | None = None) -> None:
        self.delay: Samples = samples(0.12) + 7
        self.name: str | None = DEVICES
        self._room = room
        self._fate = fate

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        chance = random.Random(5)  # noqa: S311 - no secret

        def pieces(microphone: Block) -> Block | None:
            answers, at = [], 0
            while at < len(microphone):
                piece = microphone[at : at + chance.randint(1, 250)]
                at += len(piece)
                if chance.random() < 0.004:
                    lost(chance.randint(1, 9000))
                answer = process(piece)
                if answer is None:
                    return None
                answers.append(answer)
            return np.concatenate(answers)

        self._room.run(pieces, lost)
        if self._fate is not None:
            raise self._fate


class Silent:
    """A Duplex whose microphone is switched off, and which is unplugged after a while."""

    delay: Samples = samples(0.12)
    name: str | None = DEVICES

    def __init__(self, blocks: int) -> None:
        self._blocks = blocks

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        for _ in range(self._blocks):
            process(silence(319))
        raise DeviceError("unplugged")


def lively(
    coach: Coach, fate: Exception | KeyboardInterrupt | None = None, limit_s: int = 60
) -> tuple[Flaky, User]:
    path = "lively.yaml"
    rehearsal = parse_rehearsal(LIVELY.replace("limit_s: 60", f"limit_s: {limit_s}"), path)
    user = User(rehearsal)
    clips = load_clips(rehearsal, Path(path))
    return Flaky(RoomDuplex(rehearsal, user, clips, None, coach.reference()), fate), user


def outputs(coach: Coach, folder: Path, journal: str | None = None) -> Outputs:
    kept = kept_in(folder, WHEN, coach.lesson, DEFAULT_VOICE, DEFAULT_RATE_WPM, journal)
    return replace(kept, calibrations=folder.parent / "calibration.json")


@pytest.fixture
def brief(coach: Coach) -> Coach:
    """Another size and verbosity than the usual."""
    lesson = coach.lesson
    programme = lesson.programme.resized(2, 3)
    return replace(coach, lesson=replace(lesson, programme=programme, verbosity="tones"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a session is to be kept; not yet there."""
    return tmp_path / "kept"


Replay = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def replay(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Replay:
    """``coach replay``: its status, the journal it wrote, and what it complained of."""

    def run(recording: Path, *options: object) -> tuple[int, bytes, str]:
        journal = tmp_path / "replayed.jsonl"
        journal.unlink(missing_ok=True)
        typed = ["replay", recording, "--quiet", "--journal", journal, *options]
        monkeypatch.setattr(sys, "argv", ["coach", *map(str, typed)])
        with pytest.raises(SystemExit) as ended:
            main()
        written = journal.read_bytes() if journal.exists() else b""
        return int(ended.value.code or 0), written, capfd.readouterr().err

    return run


def events(journal: bytes) -> list[str]:
    return [json.loads(line)["event"] for line in journal.splitlines()]


# The same again


def test_a_live_session_replays_to_the_byte(brief: Coach, folder: Path, replay: Replay) -> None:
    """With all that its sound does not tell: a delay, a calibration, gaps, sizes, verbosity."""
    kept = outputs(brief, folder)
    CalibrationFile(kept.calibrations, pytest.fail).keep(DEVICES, Calibration(samples(0.31)))
    duplex, user = lively(brief)
    assert perform(brief, duplex, [user], kept, pytest.fail) == "stopped"
    live = (folder / f"{NAME}.jsonl").read_bytes()
    assert {"said", "heard", "state", "echo", "audio_lost"} <= set(events(live))
    again = folder.parent / "again.wav"
    assert replay(folder / f"{NAME}.wav", "--render", again) == (0, live, "")
    assert again.read_bytes() == (folder / f"{NAME}.wav").read_bytes()


@pytest.mark.parametrize(
    "without", [{"delay_s": 0.0}, {"calibration_s": None}, {"lost": []}, {"verbosity": "full"}]
)
def test_nothing_in_the_sidecar_could_be_left_out(
    brief: Coach, folder: Path, replay: Replay, without: dict[str, Any]
) -> None:
    kept = outputs(brief, folder)
    CalibrationFile(kept.calibrations, pytest.fail).keep(DEVICES, Calibration(samples(0.31)))
    duplex, user = lively(brief)
    perform(brief, duplex, [user], kept, pytest.fail)
    sidecar = folder / f"{NAME}.json"
    changed = {**json.loads(sidecar.read_bytes()), **without}
    sidecar.write_text(json.dumps(changed), encoding="utf-8")
    status, journal, _ = replay(folder / f"{NAME}.wav")
    assert status == 0
    assert journal != (folder / f"{NAME}.jsonl").read_bytes()
