"""Kept sound: the files of a recorded session are read as one, of any length."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from coach.devices.recordings.kept_sound import KeptSound, read_kept
from coach.devices.recordings.session_wav import FRAME_BYTES, HEAD_BYTES, SessionWav, wav_header
from coach.errors import AudioFileError
from coach.units import RATE_HZ, Block, silence

MOST = HEAD_BYTES + 1000 * FRAME_BYTES


@pytest.fixture
def microphone() -> Block:
    """Three and a half files of it."""
    return np.arange(3500, dtype=np.int16)


def keep(path: Path, microphone: Block, chance: Random | None = None) -> list[Path]:
    """The files of a session."""
    paths = [path]
    with SessionWav(path, MOST, paths.append) as wav:
        at = 0
        while at < len(microphone):
            size = 1 if chance is None else chance.randint(0, 1200)
            piece = microphone[at : at + size]
            wav.write(piece, piece + np.int16(1))
            at += len(piece)
    assert wav.failure is None
    return paths


@pytest.mark.parametrize("seed", range(5))
def test_however_it_is_sliced_it_is_what_was_written(
    tmp_path: Path, microphone: Block, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - no secret
    paths = keep(tmp_path / "kept.wav", microphone, chance)
    assert [path.name for path in paths] == [
        "kept.wav",
        *(f"kept.part{number}.wav" for number in (2, 3, 4)),
    ]
    assert [len(soundfile.read(path)[0]) for path in paths] == [1000, 1000, 1000, 500]
    kept = read_kept(paths, pytest.fail)
    assert isinstance(kept, KeptSound)
    assert len(kept) == len(microphone)
    assert np.array_equal(kept[:], microphone)
    for _ in range(50):
        begin, end = chance.randint(0, 3600), chance.randint(0, 3600)
        assert kept[begin:end].tolist() == microphone[begin:end].tolist()


def test_a_block_of_several_files_is_written_whole(tmp_path: Path) -> None:
    paths = [tmp_path / "kept.wav"]
    with SessionWav(paths[0], MOST, paths.append) as wav:
        wav.write(silence(2500), silence(2500))
    assert [len(soundfile.read(path)[0]) for path in paths] == [1000, 1000, 500]


def test_no_file_that_is_there_is_written_over(tmp_path: Path, microphone: Block) -> None:
    (tmp_path / "kept.part2.wav").write_bytes(b"something else")
    paths = keep(tmp_path / "kept.wav", microphone[:1500])
    assert [path.name for path in paths] == ["kept.wav", "kept.part3.wav"]
    assert (tmp_path / "kept.part2.wav").read_bytes() == b"something else"


def test_where_no_further_file_can_be_made_it_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touch(path: Path, _mode: int, *, exist_ok: bool) -> None:
        raise OSError(28, os.strerror(28), str(path), exist_ok)

    with SessionWav(tmp_path / "kept.wav", MOST) as wav:
        monkeypatch.setattr(Path, "touch", touch)
        wav.write(silence(1200), silence(1200))
        wav.write(silence(10), silence(10))
    assert str(wav.failure).endswith("kept.wav: the recording ends early: No space left on device")
    assert len(soundfile.read(tmp_path / "kept.wav")[0]) == 1000


def test_a_session_killed_as_it_began_a_file_is_whole_without_it(
    tmp_path: Path, microphone: Block
) -> None:
    paths = keep(tmp_path / "kept.wav", microphone[:1500])
    (tmp_path / "kept.part3.wav").touch()
    kept = read_kept([*paths, tmp_path / "kept.part3.wav"], pytest.fail)
    assert np.array_equal(kept[:], microphone[:1500])


def test_a_session_killed_before_its_header_was_written_is_read_to_its_end(
    tmp_path: Path, microphone: Block
) -> None:
    (path,) = keep(tmp_path / "kept.wav", microphone[:900])
    with path.open("r+b") as file:
        file.write(wav_header(800))
    told: list[str] = []
    assert np.array_equal(read_kept([path], told.append)[:], microphone[:900])
    assert told == [
        f"{path}: the header knows of 3200 bytes of sound of 3600: all are read",
    ]


def test_more_than_four_hours_are_read_as_they_are_needed(tmp_path: Path) -> None:
    """A sparse file, of which the disk has hardly anything."""
    path, frames = tmp_path / "kept.wav", 18 * 3600 * RATE_HZ
    with path.open("wb") as file:
        file.write(wav_header(frames))
        file.truncate(HEAD_BYTES + frames * FRAME_BYTES)
        file.seek(HEAD_BYTES + (frames - 1) * FRAME_BYTES)
        file.write(b"\x07\x00\x08\x00")
    kept = read_kept([path], pytest.fail)
    assert len(kept) == frames
    assert kept[frames - 2 : frames].tolist() == [0, 7]


def test_a_recording_that_somebody_converted_is_read_as_any_other(
    tmp_path: Path, microphone: Block
) -> None:
    first, second = keep(tmp_path / "kept.wav", microphone[:1500])
    sound, rate_hz = soundfile.read(first, dtype="int16")
    soundfile.write(tmp_path / "kept.flac", sound, rate_hz)
    kept = read_kept([tmp_path / "kept.flac", second], pytest.fail)
    assert np.array_equal(kept[:], microphone[:1500])


@pytest.mark.parametrize(
    ("change", "told"),
    [(Path.unlink, "No such file or directory"), (lambda path: os.truncate(path, 99), "shortened")],
)
def test_a_file_that_is_gone_in_the_middle_is_told(
    tmp_path: Path, microphone: Block, change: Callable[[Path], None], told: str
) -> None:
    (path,) = keep(tmp_path / "kept.wav", microphone[:900])
    kept = read_kept([path], pytest.fail)
    change(path)
    with pytest.raises(AudioFileError, match=told):
        kept[0:900]
