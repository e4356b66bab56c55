"""Audio file: recordings of every kind that plays, every kind that does not, and session WAVs."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from coach.devices.recordings.audio_file import SessionWav, read_audio, write_audio
from coach.errors import AudioFileError, OutputError
from coach.units import RATE_HZ, Block, silence

Disk = Callable[[int], AbstractContextManager[None]]

SECOND = RATE_HZ
Sound = np.ndarray[Any, np.dtype[Any]]


def tone(rate_hz: int, length_seconds: float = 0.5, hz: float = 440.0) -> Sound:
    """A tone of amplitude 0.5, shape (n,)."""
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * length_seconds)) / rate_hz)


def block(length: int, value: int) -> Block:
    return np.full(length, value, dtype=np.int16)


# Reading


@pytest.mark.parametrize(
    ("name", "rate_hz", "subtype"),
    [
        ("as it is.wav", 16_000, "PCM_16"),
        ("telephone.wav", 8_000, "PCM_16"),
        ("telephone.wav", 8_000, "ULAW"),
        ("cd.wav", 44_100, "PCM_16"),
        ("studio.wav", 48_000, "PCM_24"),
        ("wide.wav", 16_000, "PCM_32"),
        ("float.wav", 16_000, "FLOAT"),
        ("double.wav", 96_000, "DOUBLE"),
        ("narrow.wav", 11_025, "PCM_U8"),
        ("packed.flac", 22_050, "PCM_16"),
        ("packed.flac", 48_000, "PCM_24"),
        ("packed.ogg", 44_100, "VORBIS"),
        ("apple.aiff", 32_000, "PCM_16"),
        ("big.rf64", 16_000, "PCM_16"),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_recording_of_any_kind_becomes_16_khz_mono(
    tmp_path: Path, name: str, rate_hz: int, subtype: str, channels: int
) -> None:
    path = tmp_path / name
    other = np.zeros(round(rate_hz * 0.5))
    sound = np.stack([tone(rate_hz), *[other] * (channels - 1)], axis=1)
    soundfile.write(path, sound, rate_hz, subtype=subtype)
    read = read_audio(path)
    assert read.dtype == np.int16
    assert abs(len(read) - SECOND // 2) <= 1
    middle = slice(SECOND // 10, -SECOND // 10)
    expected = tone(RATE_HZ)[: len(read)][middle] * 32768
    error = np.sqrt(np.mean((read[middle] - expected) ** 2))
    assert error < 0.05 * np.sqrt(np.mean(expected**2))


def test_16_bit_samples_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "edges.wav"
    edges = np.array([0, 1, -1, 32767, -32768, 12345], dtype=np.int16)
    soundfile.write(path, edges, RATE_HZ)
    assert read_audio(path).tolist() == edges.tolist()


def test_what_is_too_loud_is_clipped_and_does_not_wrap(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.array([2.0, -2.0, 1.0, -1.0]), RATE_HZ, subtype="FLOAT")
    assert read_audio(path).tolist() == [32767, -32768, 32767, -32768]


@pytest.mark.parametrize(
    ("channels", "expected"),
    [((7, 9), 7), ((0, 9), 9), ((0, 0, 9), 9), ((0, 0), 0), ((7,), 7)],
)
def test_the_first_channel_with_sound_is_the_microphone(
    tmp_path: Path, channels: tuple[int, ...], expected: int
) -> None:
    path = tmp_path / "stereo.wav"
    sound = np.stack([block(100, value) for value in channels], axis=1)
    soundfile.write(path, sound, RATE_HZ)
    assert set(read_audio(path)) == {expected}


def encoded(kind: str) -> bytes:
    """Half a second as a file of that kind; a WAV has 44 bytes of header and 16000 of sound."""
    file = io.BytesIO()
    soundfile.write(file, tone(RATE_HZ), RATE_HZ, format=kind, subtype="PCM_16")
    return file.getvalue()


def float_wav(values: list[float]) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.array(values), RATE_HZ, format="WAV", subtype="FLOAT")
    return file.getvalue()


WAV, FLAC = encoded("WAV"), encoded("FLAC")
EXTRA_CHUNK = b"LIST" + (3).to_bytes(4, "little") + b"abc\0"
"""An odd chunk, padded, as it may stand before the sound."""


@pytest.mark.parametrize(
    "content",
    [
        WAV[:40] + (0xFFFFFFFF).to_bytes(4, "little") + WAV[44:],
        WAV[:36] + EXTRA_CHUNK + WAV[36:],
        WAV + EXTRA_CHUNK,
    ],
    ids=["written into a pipe", "a chunk before the sound", "a chunk after the sound"],
)
def test_an_unusual_wav_is_read_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "unusual.wav"
    path.write_bytes(content)
    assert len(read_audio(path)) == SECOND // 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such recording"),
        ("a folder", "is a directory"),
        (b"", "the file is empty"),
        (b"hello", "not a recording that can be read: "),
        (b"\0" * 5000, "not a recording that can be read: "),
        (WAV[:4], "not a recording that can be read: "),
        (WAV[:20], "not a recording that can be read: "),
        (WAV[:44], "the recording is cut short: 0 of 16000 bytes"),
        (WAV[:45], "the recording is cut short: 1 of 16000 bytes"),
        (WAV[:-1], "the recording is cut short: 15999 of 16000 bytes"),
        (WAV[:8000], "the recording is cut short: 7956 of 16000 bytes"),
        (WAV[:36] + EXTRA_CHUNK + WAV[36:-2], "the recording is cut short: 15998 of 16000 bytes"),
        (FLAC[: len(FLAC) // 2], ""),
        (FLAC[:-1], ""),
        (FLAC[:4], ""),
        (FLAC[:42], ""),
        (FLAC[:2000] + bytes(100) + FLAC[2100:], ""),
        (WAV[:40] + bytes(4), "the recording has no sound in it"),
        (float_wav([0.0, float("nan")]), "the recording holds values that are no sound"),
        (float_wav([0.0, float("inf")]), "the recording holds values that are no sound"),
    ],
    # Not the bytes: a float WAV bears the second of its making.
    ids=itertools.count(),
)
def test_what_is_no_whole_recording_is_named_in_one_line(
    tmp_path: Path, content: bytes | str | None, told: str
) -> None:
    path = tmp_path / "bad.audio"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with pytest.raises(AudioFileError) as caught:
        read_audio(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: {told}")
    assert "\n" not in line


# Writing


@pytest.mark.parametrize("name", ["cue.wav", "cue.flac", "CUE.WAV"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    sound = np.array([0, 1, -1, 32767, -32768] * 100, dtype=np.int16)
    write_audio(path, sound)
    assert read_audio(path).tolist() == sound.tolist()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("nowhere/cue.wav", "No such file or directory"),
        ("cue.xyz", "format"),
        ("cue", "format"),
        ("folder.wav", "Is a directory"),
        ("full.wav", "No space left on device"),
    ],
)
def test_what_cannot_be_written_says_why(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "full.wav").symlink_to("/dev/full")
    path = tmp_path / place
    with pytest.raises(OutputError) as caught:
        write_audio(path, block(100_000, 1))
    line = str(caught.value)
    assert line.startswith(f"{path}: cannot be written: ")
    assert reason in line.removeprefix(f"{path}: cannot be written: ")
    assert "\n" not in line


# A session


def test_a_session_has_the_microphone_left_and_the_coach_right(tmp_path: Path) -> None:
    path = tmp_path / "session.wav"
    with SessionWav(path) as wav:
        wav.write(block(10, 1), block(10, 2))
        wav.write(silence(0), silence(0))
        wav.write(block(5, 3), block(5, 4))
    assert wav.failure is None
    sound, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == RATE_HZ
    assert sound.tolist() == [[1, 2]] * 10 + [[3, 4]] * 5
    assert set(read_audio(path)) == {1, 3}


def test_a_session_is_a_whole_recording_after_every_block(tmp_path: Path) -> None:
    path = tmp_path / "session.wav"
    with SessionWav(path) as wav:
        for blocks in range(1, 5):
            wav.write(block(320, 1), block(320, 2))
            assert len(read_audio(path)) == blocks * 320


@pytest.mark.parametrize(
    ("place", "reason"),
    [("nowhere/session.wav", "No such file or directory"), ("", "Is a directory")],
)
def test_a_session_that_cannot_be_made_is_an_error_at_once(
    tmp_path: Path, place: str, reason: str
) -> None:
    with pytest.raises(OutputError) as caught:
        SessionWav(tmp_path / place)
    assert str(caught.value) == f"{tmp_path / place}: cannot be written: {reason}"


@pytest.mark.parametrize("size", [0, 43, 44, 1000, 44 + 3 * 1280])
def test_on_a_full_disk_a_session_goes_on_and_what_was_written_stays(
    disk_of: Disk, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "session.wav"
    with disk_of(size), SessionWav(path) as wav:
        for _ in range(10):
            wav.write(block(320, 1), block(320, 2))
    assert str(wav.failure) == f"{path}: the recording ends early: File too large"
    assert path.stat().st_size <= size
    if size > 44:
        assert 0 < len(soundfile.read(path)[0]) <= (size - 44) // 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_a_device_that_is_full_fails_without_an_exception() -> None:
    with SessionWav(Path("/dev/full")) as wav:
        wav.write(block(320, 1), block(320, 2))
    assert str(wav.failure) == "/dev/full: the recording ends early: No space left on device"
