"""Machine examination: speed, disk, memory file and clock of the computer.

Each function measures, and leaves the judgement to ``coach.doctor.findings``.
"""

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
from coach.devices.memory.copies import is_emptied
from coach.devices.recordings.audio_file import read_audio
from coach.devices.system import linux_machine, own_service
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

_WORK = samples(12.0)
"""How much speech the speed is measured with."""

_SPEAKER = "flite_slt"
"""The folder of the recorded commands that the speed is measured with."""


def examine_service(shown: str) -> list[Finding]:
    """A finding that says why the coach's service has failed; none if it runs or is not installed.

    ``shown`` is as from ``own_service.show``.
    """
    why = own_service.why_failed(shown)
    if why is None:
        return []
    text = f"the service has failed, and is not started again: {why}"
    cure = f"mend /etc/default/{own_service.SERVICE}, then sudo systemctl restart flatback"
    return [Finding("service", "problem", text, cure)]


def examine_speed(
    ears: Ears | None, cues: Mapping[str, Block] | None, pack: LanguagePack
) -> Finding:
    """How much processor time the hardest work takes: speech without a pause, over the coach."""
    if ears is None or cues is None:
        return not_checked("speed", "it takes the speech model and a voice to measure it")
    try:
        folder = data_folder("audio_fixtures") / pack.name / _SPEAKER
        said = np.concatenate([read_audio(path) for path in sorted(folder.glob("*.flac"))])
    except (AudioFileError, ValueError):
        return not_checked("speed", "the recorded commands are missing")
    front_end = ears.front_end(lambda _line: None)
    engine = Engine(Monologue(pack.doctor.intro, EVERYTHING), cues, front_end)
    began = time.process_time()
    worked = work_hard(engine, said[:_WORK])
    return judge_speed(time.process_time() - began, worked)


def examine_disk(folder: Path) -> Finding:
    """Whether ``folder`` can be written, and how much space is free."""
    why_not = linux_machine.why_not_writable(folder)
    return judge_disk(str(folder), linux_machine.free_megabytes(folder), why_not)


def examine_memory(path: Path) -> tuple[Finding, float]:
    """Whether the memory file can be read, and the end of its last session, Unix time in seconds.

    Without a session that is 0. The file is not changed.
    """
    try:
        if is_emptied(path):
            text = "it held what was trained before, and is empty now"
            cure = "coach history restore, which lists the copies that were kept"
            return Finding("memory", "warning", text, cure, {"sessions": 0}), 0.0
        if not sqlite_file.has_content(path):
            return Finding("memory", "ok", "nothing is remembered yet", None, {"sessions": 0}), 0.0
        sessions, last_utc = sqlite_file.look_into(path, strictly=True)
    except MemoryFileError as error:
        return Finding("memory", "problem", str(error)), 0.0
    except OSError as error:
        text = f"{path} cannot be read: {str(error.strerror).lower()}"
        cure = f"train as the user whose memory it is, or make {path.parent} your own"
        return Finding("memory", "problem", text, cure), 0.0
    remembered = "1 session is" if sessions == 1 else f"{sessions} sessions are"
    text = f"{remembered} remembered, and the file is undamaged"
    return Finding("memory", "ok", text, None, {"sessions": sessions}), last_utc


def examine_clock(last_utc: float, now: datetime | None = None) -> Finding:
    """Whether the clock can be right, and whether anything sets it.

    ``last_utc`` is when the last session ended, Unix time in seconds. ``now`` is the clock's time
    unless it is given.
    """
    now = now or datetime.now().astimezone()
    installed = Path(coach.__file__).stat().st_mtime
    return judge_clock(
        f"{now:%Y-%m-%d %H:%M %Z}",
        before_installed=now.timestamp() < installed,
        before_trained=now.timestamp() < last_utc,
        synchronised=linux_machine.clock_is_synchronised(),
    )
