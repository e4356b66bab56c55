"""Ogg end: what was cut short, or left by a recorder that was killed, is told from a whole file."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.devices.recordings.audio_file import read_audio
from coach.errors import AudioFileError

KINDS = ("VORBIS", "OPUS")
SOUND = np.random.default_rng(1).uniform(-0.5, 0.5, 160_000)
"""Ten seconds, which are several pages."""


def ogg(kind: str) -> bytes:
    encoded = io.BytesIO()
    soundfile.write(encoded, SOUND, 16_000, format="OGG", subtype=kind)
    return encoded.getvalue()


OGG = {kind: ogg(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tag", [b"", b"TAG" + bytes(125)])
def test_a_whole_file_is_read_without_a_word(tmp_path: Path, kind: str, tag: bytes) -> None:
    path = tmp_path / "whole.ogg"
    path.write_bytes(OGG[kind] + tag)
    assert abs(len(read_audio(path, pytest.fail)) - len(SOUND)) < 1000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9, 0.999])
def test_what_was_cut_short_is_refused(tmp_path: Path, kind: str, part: float) -> None:
    path = tmp_path / "cut.ogg"
    path.write_bytes(OGG[kind][: int(len(OGG[kind]) * part)])
    with pytest.raises(AudioFileError, match="cut short: its last page is not whole"):
        read_audio(path, pytest.fail)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_recorder_left_that_was_killed_is_read_and_told(tmp_path: Path, kind: str) -> None:
    path, told = tmp_path / "killed.ogg", list[str]()
    path.write_bytes(OGG[kind][: OGG[kind].rindex(b"OggS")])
    assert len(read_audio(path, told.append)) > 80_000
    assert told == [f"{path}: the end of the recording is missing: what there is of it is read"]


def test_ten_gigabytes_of_nothing_behind_it_are_not_searched(tmp_path: Path) -> None:
    path = tmp_path / "sparse.ogg"
    path.write_bytes(OGG["OPUS"])
    os.truncate(path, 10 << 30)
    with pytest.raises(AudioFileError, match="damaged: what it ends with is no sound"):
        read_audio(path, pytest.fail)
