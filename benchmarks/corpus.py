"""Corpus: folders of recordings -> clips, talk and noise.

The name of a file says what is said in it, unless a manifest does. Everything that is wrong with a
folder is a CoachError of one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, NonNegativeInt

from coach.app.language_files import read_text
from coach.audio.levels import HOP
from coach.datafile import parse_json
from coach.devices.recordings.audio_file import read_audio
from coach.errors import AudioFileError
from coach.hearing.grammar import Grammar
from coach.messages.intents import URGENT, Intent
from coach.units import Block, Samples, gain

SUFFIXES = frozenset({".flac", ".wav"})
MANIFEST = "manifest.json"
_EDGE = gain(-30.0)
"""Where no manifest says when the speech of a clip ends, it is the last hop above this part of the
loudest."""


Record = TypeVar("Record", bound=BaseModel)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)

    words: str
    intent: Intent | None
    speaker: str
    speech_samples: tuple[NonNegativeInt, NonNegativeInt]


class _Manifest(BaseModel):
    files: dict[str, _Row]


@dataclass(frozen=True, slots=True)
class Clip:
    """One recorded utterance; ``intent`` is None for words that must mean nothing.

    ``speech`` is its first sample and the one after its last; ``timed`` is whether they were
    measured by a person, so that delays can be computed from them.
    """

    name: str
    speaker: str
    words: str
    intent: Intent | None
    speech: tuple[Samples, Samples]
    timed: bool
    sound: Block

    @property
    def urgent(self) -> bool:
        """Whether the coach has to obey at once."""
        return self.intent in URGENT


@dataclass(frozen=True, slots=True)
class Talk:
    """A recording in which no command is meant; ``group`` is the folder it lies in."""

    name: str
    group: str
    sound: Block


def load_clips(folder: Path, grammar: Grammar) -> list[Clip]:
    """Every clip below a folder.

    With a ``manifest.json``, what it lists; without, ``<words>__<speaker>.flac`` or
    ``<speaker>/<words>.flac``, where words that are no sentence of the grammar, or have ``oov_``
    in front, must mean nothing. Raises AudioFileError and DataError.
    """
    manifest = folder / MANIFEST
    if manifest.is_file():
        rows = read_json(manifest, _Manifest).files
        clips = [_listed_clip(folder / name, name, row) for name, row in rows.items()]
    else:
        clips = [_named_clip(path, grammar) for path in _audio_below(folder)]
    if not clips:
        raise AudioFileError(f"{folder}: there are no recordings in it")
    return clips


def read_json(path: Path, record: type[Record]) -> Record:
    """A JSON file checked against ``record``. Raises DataError."""
    return parse_json(read_text(path).encode(), str(path), record)


def _listed_clip(path: Path, name: str, row: _Row) -> Clip:
    sound = read_audio(path)
    start, end = row.speech_samples
    if not start < end <= len(sound):
        raise AudioFileError(f"{path}: no speech from {start} to {end}: it has {len(sound)}")
    return Clip(name, row.speaker, row.words, row.intent, (start, end), timed=True, sound=sound)


def _named_clip(path: Path, grammar: Grammar) -> Clip:
    stem, _, speaker = path.stem.partition("__")
    words = stem.removeprefix("oov_").replace("_", " ").lower()
    known = {_plain(text): intent for text, intent in grammar.intents.items()}
    intent = None if stem.startswith("oov_") else known.get(_plain(words))
    sound = read_audio(path)
    speech = speech_of(sound)
    speaker = speaker or path.parent.name
    return Clip(path.name, speaker, words, intent, speech, timed=False, sound=sound)


def _plain(words: str) -> str:
    return words.replace("'", "")


def speech_of(sound: Block) -> tuple[Samples, Samples]:
    """Where the speech begins and ends, judged by the level."""
    hops = sound[: len(sound) // HOP * HOP].reshape(-1, HOP).astype(np.float64)
    levels = np.abs(hops).max(axis=1)
    loud = np.flatnonzero(levels > levels.max(initial=0.0) * _EDGE)
    return (int(loud[0]) * HOP, int(loud[-1] + 1) * HOP) if len(loud) else (0, len(sound))


def load_talk(folder: Path) -> list[Talk]:
    """Every recording below a folder. Raises AudioFileError."""
    talks = [Talk(path.name, path.parent.name, read_audio(path)) for path in _audio_below(folder)]
    if not talks:
        raise AudioFileError(f"{folder}: there are no recordings in it")
    return talks


def load_noises(folder: Path) -> dict[str, Block]:
    """Every noise below a folder, by its name. Raises AudioFileError."""
    noises: dict[str, Block] = {}
    for path in _audio_below(folder):
        noise = read_audio(path)
        if not np.any(noise):
            raise AudioFileError(f"{path}: the noise is digital silence")
        if path.stem in noises:
            raise AudioFileError(f"{path}: there are two noises of this name")
        noises[path.stem] = noise
    if not noises:
        raise AudioFileError(f"{folder}: there are no recordings in it")
    return noises


def _audio_below(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise AudioFileError(f"{folder}: there is no such folder")
    yield from sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
