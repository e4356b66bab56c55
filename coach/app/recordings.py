"""Recordings: where a session is recorded, and what it is replayed with.

A recorded session is a WAV with a sidecar beside it, and with a journal unless that has another
place.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coach import __version__
from coach.app.language_files import load_language
from coach.app.outputs import Outputs
from coach.app.programme_files import load_programme
from coach.devices.files.private_file import make_folder
from coach.devices.recordings.audio_file import read_left
from coach.devices.recordings.kept_sound import read_kept
from coach.devices.recordings.sidecar_file import SUFFIX, Sidecar, absolute_voice, read_sidecar
from coach.devices.recordings.wav_duplex import Sound
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.dialogue.verbosity import Verbosity
from coach.errors import DataError, OutputError


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What a person asked of a replay; None stands for what was not asked."""

    sets: int | None = None
    reps: int | None = None
    verbosity: Verbosity | None = None
    voice: str | None = None
    rate_wpm: int | None = None
    programme: Path | None = None
    exercise: str | None = None


def outputs_in(folder: Path, when: datetime, sidecar: Sidecar, journal: str | None) -> Outputs:
    """Outputs that record a session in ``folder``, in new files that are named after ``when``.

    The journal is one of them, unless ``journal`` names another place. Raises OutputError when the
    folder cannot be made.
    """
    try:
        make_folder(folder)
        stem = _reserved(folder, f"{when:%Y-%m-%d_%H-%M-%S}")
    except OSError as error:
        raise OutputError(f"{folder}: no session can be recorded here: {error.strerror}") from None
    journal = journal or str(stem.with_suffix(".jsonl"))
    return Outputs(journal, stem.with_suffix(".wav"), sidecar=sidecar)


def _reserved(folder: Path, name: str) -> Path:
    """The folder and a new name in it, whose WAV exists from now on: another coach may begin in the
    same second. Raises OSError."""
    taken = {path.stem for path in folder.iterdir()}
    for new in itertools.chain([name], (f"{name}_{number}" for number in itertools.count(2))):
        if new not in taken:
            with contextlib.suppress(FileExistsError):
                (folder / f"{new}.wav").touch(0o600, exist_ok=False)
                break
    return folder / new


def sidecar_path(recording: Path) -> Path:
    """The path of the sidecar of a recording, whether there is one or not."""
    return recording.parent / (recording.stem + SUFFIX)


def read_session(
    recording: Path, asked: ReplayOptions, warn: Callable[[str], None]
) -> tuple[Sound, Sidecar]:
    """The microphone's sound of a recording, and the sidecar to replay it with.

    A session that was kept may go on in further files. Without a sidecar file, one is made of what
    was asked. ``warn`` is called with one line when another version of the coach recorded it, or
    when the file is not as long as its header says. Raises AudioFileError, and DataError when the
    sidecar cannot be used or contradicts what was asked.
    """
    path = sidecar_path(recording)
    if not _is_there(path):
        _refuse_later_part(recording)
        return read_left(recording, warn), _as_asked(asked)
    sidecar = read_sidecar(path)
    sound = read_kept((recording, *parts_of(recording, sidecar)), warn)
    _refuse_what_differs(path, sidecar, asked)
    if sidecar.version != __version__:
        versions = f"{sidecar.version}, and this is {__version__}"
        warn(f"{path}: was recorded by version {versions}: the replay may differ")
    return sound, sidecar


def parts_of(recording: Path, sidecar: Sidecar) -> tuple[Path, ...]:
    """The files in which a recording goes on, in order."""
    return tuple(recording.parent / name for name in sidecar.parts)


def _refuse_later_part(recording: Path) -> None:
    """Raise DataError for a file in which another recording goes on."""
    first = recording.with_suffix("").with_suffix(".wav")
    path = sidecar_path(first)
    if first == recording or not _is_there(path):
        return
    if recording.name in read_sidecar(path).parts:
        problem = f"{first.name} goes on in it: replay that, or move {path.name} away"
        raise DataError(str(recording), "", problem)


def _is_there(path: Path) -> bool:
    """Whether the file exists; in a folder that cannot be entered, reading the WAV raises."""
    try:
        return path.exists()
    except OSError:
        return False


def _as_asked(asked: ReplayOptions) -> Sidecar:
    return Sidecar(
        programme=load_programme(asked.programme, asked.exercise).resized(asked.sets, asked.reps),
        verbosity=asked.verbosity or "full",
        voice=asked.voice or load_language().language.voice,
        rate_wpm=DEFAULT_RATE_WPM if asked.rate_wpm is None else asked.rate_wpm,
    )


def _refuse_what_differs(path: Path, sidecar: Sidecar, asked: ReplayOptions) -> None:
    """Raise DataError where a person asked for another session than the recorded one."""
    routine = sidecar.programme.routine
    for option, wanted, recorded in (
        ("--sets", asked.sets, routine.sets),
        ("--reps", asked.reps, routine.reps),
        ("--verbosity", asked.verbosity, sidecar.verbosity),
        ("--voice", asked.voice and absolute_voice(asked.voice), sidecar.voice),
        ("--rate", asked.rate_wpm, sidecar.rate_wpm),
        ("--exercise", asked.exercise, routine.exercise),
        ("--programme", asked.programme, "its own programme"),
    ):
        if wanted not in (None, recorded):
            problem = f"it was recorded with {option} {recorded}: leave out {option} {wanted}"
            cure = f"or move {path.name} away to replay the sound alone"
            raise DataError(str(path), "", f"{problem}, {cure}")
