"""Machine examination: what `coach doctor` finds out about the computer itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np

import coach
from coach.app.ears import EVERYTHING, Ears
from coach.app.language_files import LanguagePack, data_folder
from coach.devices.memory import sqlite_file
from coach.devices.recordings.audio_file import read_audio
from coach.devices.system import linux_machine
from coach.doctor.findings import (
    Finding,
    judge_clock,
    judge_disk,
    judge_speed,
    not_checked,
)
from coach.doctor.sound_check import Monologue, work_hard
from coach.engine import Engine
from coach.errors import (
    AudioFileError,
    MemoryFileError,
)
from coach.units import Block, samples

Sounds = Mapping[str, Block]
_WORK = samples(12.0)
_CURES = ("run ", "sudo ")
_SERVICE = "flatback"
_SPEAKER = "flite_slt"
_CHECK = "see that it is plugged in and nothing else uses it"
_PLUG_IN = "plug in a microphone and a speaker, and choose them: coach devices, --device"


def examine_speed(ears: Ears | None, cues: Sounds | None, pack: LanguagePack) -> Finding:
    """The time that the hardest work takes: words without a pause while the coach speaks."""
    if ears is None or cues is None:
        return not_checked("speed", "it takes the speech model and a voice to measure")
    try:
        folder = data_folder("audio_fixtures") / pack.name / _SPEAKER
        said = np.concatenate([read_audio(path) for path in sorted(folder.glob("*.flac"))])
    except (AudioFileError, ValueError):
        return not_checked("speed", "the recorded commands are not there")
    listening = ears.listening(lambda _line: None)
    engine = Engine(Monologue(pack.doctor.intro, EVERYTHING), cues, listening)
    began = time.process_time()
    worked = work_hard(engine, said[:_WORK])
    return judge_speed(time.process_time() - began, worked)


def examine_disk(folder: Path) -> Finding:
    """Whether what is remembered can be written, and for how long."""
    why_not = linux_machine.why_not_writable(folder)
    return judge_disk(str(folder), linux_machine.free_megabytes(folder), why_not)


def examine_memory(path: Path) -> tuple[Finding, float]:
    """What is remembered, and when the last session ended, in seconds since 1970 UTC."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return Finding("memory", "ok", "nothing is remembered yet", None, {"sessions": 0}), 0.0
        sessions, last_utc = sqlite_file.look_into(path)
    except MemoryFileError as error:
        return Finding("memory", "problem", str(error)), 0.0
    except OSError as error:
        text = f"{path} cannot be looked at: {str(error.strerror).lower()}"
        cure = f"train as the user whose memory it is, or make {path.parent} your own"
        return Finding("memory", "problem", text, cure), 0.0
    text = f"{sessions} session{'' if sessions == 1 else 's'}, whole"
    return Finding("memory", "ok", text, None, {"sessions": sessions}), last_utc


def examine_clock(last_utc: float, now: datetime | None = None) -> Finding:
    """Whether the clock is behind what it was itself used for, and whether anything sets it."""
    now = now or datetime.now().astimezone()
    installed = Path(coach.__file__).stat().st_mtime
    return judge_clock(
        f"{now:%Y-%m-%d %H:%M %Z}",
        before_installed=now.timestamp() < installed,
        before_trained=now.timestamp() < last_utc,
        synchronised=linux_machine.clock_is_synchronised(),
    )
