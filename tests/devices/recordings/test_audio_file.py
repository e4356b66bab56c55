"""Audio file: recordings of every kind that plays, every kind that does not, and session WAVs."""

from __future__ import annotations

import io
import itertools
import os
import shlex
import subprocess
import sys
import wave
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from coach.devices.recordings.audio_file import read_audio, read_left, write_audio
from coach.devices.recordings.session_wav import SessionWav
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


def claiming(size: int, sound: bytes = WAV[44:]) -> bytes:
    """A WAV whose header says that so many bytes of sound follow, and sound."""
    return WAV[:40] + size.to_bytes(4, "little") + sound


@pytest.mark.parametrize(
    "content",
    [
        WAV[:36] + EXTRA_CHUNK + WAV[36:],
        WAV + EXTRA_CHUNK,
        WAV + b"TAG" + bytes(125),
        WAV + bytes(7),
    ],
    ids=["a chunk before the sound", "a chunk after the sound", "a tag", "padding"],
)
def test_an_unusual_wav_is_read_whole_and_without_a_warning(tmp_path: Path, content: bytes) -> None:
    assert heard(tmp_path / "unusual.wav", content) == (SECOND // 2, [])


def heard(path: Path, content: bytes) -> tuple[int, list[str]]:
    """How many samples are read of a file with that content, and what is told meanwhile."""
    path.write_bytes(content)
    told: list[str] = []
    return len(read_audio(path, told.append)), told


NOT_KNOWN = (
    *(0, 0x7F000000, 0x7F000024, 0x7FFFF000, 0x7FFFFFDB, 0x7FFFFFFF),
    *(0x80000000, 0x80000024, 0xFFFFF000, 0xFFFFFFDB, 0xFFFFFFFF),
)


@pytest.mark.parametrize("size", NOT_KNOWN)
def test_a_wav_of_a_length_that_was_not_known_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    assert heard(tmp_path / "piped.wav", claiming(size)) == (SECOND // 2, [])


@pytest.mark.parametrize("wrong", [1, 2, 36, 44, 128])
def test_a_header_that_claims_a_few_bytes_too_many_is_told(tmp_path: Path, wrong: int) -> None:
    read, told = heard(tmp_path / "long.wav", claiming(16_000 + wrong))
    assert read == SECOND // 2
    assert told == [
        f"{tmp_path}/long.wav: the header claims {16_000 + wrong} bytes of sound, and there are "
        "16000: all are read"
    ]


@pytest.mark.parametrize("known", [2, 100, 8_000, 15_000])
def test_sound_behind_the_length_in_the_header_is_read_and_told(tmp_path: Path, known: int) -> None:
    read, told = heard(tmp_path / "streamed.wav", claiming(known))
    assert read == SECOND // 2
    assert told == [
        f"{tmp_path}/streamed.wav: the header knows of {known} bytes of sound of 16000: "
        "all are read"
    ]


def test_what_pythons_wave_streams_into_a_pipe_is_read_whole(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError("a pipe")

    pipe = Pipe()
    file = wave.open(pipe, "wb")  # noqa: SIM115 - it cannot be closed without an error
    file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
    for _ in range(10):
        file.writeframesraw(block(1000, 7).tobytes())
    content = pipe.getvalue()
    with pytest.raises(OSError, match="a pipe"):
        file.close()
    read, told = heard(tmp_path / "streamed.wav", content)
    assert read == 10_000
    assert len(told) == 1


FIELDS = {
    "AIFF": (b"SSND", 4, 4, "big"),
    "AU": (b".snd", 8, 4, "big"),
    "RF64": (b"ds64", 16, 8, "little"),
    "W64": (b"data", 16, 8, "little"),
}
"""Where the length of the sound stands behind which bytes, how wide and in which order."""


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("size", ["unknown", "a quarter"])
def test_other_formats_are_read_to_their_end_as_well(tmp_path: Path, kind: str, size: str) -> None:
    content = bytearray(encoded(kind))
    after, offset, width, order = FIELDS[kind]
    at = content.index(after) + offset
    value = {"unknown": (1 << 8 * width) - 1, "a quarter": 4_000}[size]
    content[at : at + width] = value.to_bytes(width, "big" if order == "big" else "little")
    read, told = heard(tmp_path / "piped", bytes(content))
    assert read == SECOND // 2
    assert len(told) == (size == "a quarter")


@pytest.mark.parametrize("kind", [*FIELDS, "CAF", "WAVEX"])
@pytest.mark.parametrize("left", [0.3, 0.95])
def test_other_formats_that_are_cut_short_are_refused(
    tmp_path: Path, kind: str, left: float
) -> None:
    content = encoded(kind)
    path = tmp_path / "cut"
    path.write_bytes(content[: int(len(content) * left)])
    with pytest.raises(AudioFileError, match=r"the recording is cut short: \d+ of 16000 b"):
        read_audio(path)


def test_a_flac_of_a_length_that_was_not_known_is_read_to_its_end(tmp_path: Path) -> None:
    content = bytearray(FLAC)
    content[21] &= 0xF0  # the 36 bits of the number of samples, in STREAMINFO
    content[22:26] = bytes(4)
    assert heard(tmp_path / "piped.flac", bytes(content)) == (SECOND // 2, [])


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        *(("WAV", "GSM610"), ("W64", "GSM610"), ("AIFF", "GSM610"), ("WAV", "G721_32")),
        *(("AU", "G721_32"), ("AU", "G723_24"), ("AU", "G723_40"), ("WAV", "IMA_ADPCM")),
        *(("WAV", "MS_ADPCM"), ("XI", "DPCM_16"), ("XI", "DPCM_8"), ("MP3", "MPEG_LAYER_III")),
    ],
)
def test_formats_in_which_libsndfile_cannot_seek_are_read(
    tmp_path: Path, kind: str, subtype: str
) -> None:
    path = tmp_path / "voicemail"
    soundfile.write(path, tone(RATE_HZ, 1.0), RATE_HZ, format=kind, subtype=subtype)
    rate_hz = soundfile.info(path).samplerate
    assert abs(len(read_audio(path)) * rate_hz / RATE_HZ - SECOND) < 600


def test_telephone_sound_without_a_header_is_read_by_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "voicemail.gsm"
    soundfile.write(path, tone(8_000), 8_000, format="RAW", subtype="GSM610")
    assert abs(len(read_audio(path)) - SECOND // 2) < 1000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such recording"),
        ("a folder", "is a directory"),
        (b"", "the file is empty"),
        (b"hello", "not a recording that can be read: Format not recognised: if it is sound, con"),
        (b"RIFF\xff\0\0\0AVI LIST" + bytes(247), "not a recording that can be read: Format not"),
        (b"\0" * 5000, "not a recording that can be read: "),
        (WAV[:4], "not a recording that can be read: "),
        (WAV[:20], "not a recording that can be read: "),
        (WAV[:44], "the recording is cut short: 0 of 16000 bytes"),
        (WAV[:45], "the recording is cut short: 1 of 16000 bytes"),
        (WAV[:-130], "the recording is cut short: 15870 of 16000 bytes"),
        (WAV[:8000], "the recording is cut short: 7956 of 16000 bytes"),
        (WAV[:36] + EXTRA_CHUNK + WAV[36:-200], "the recording is cut short: 15800 of 16000 bytes"),
        (FLAC[: len(FLAC) // 2], "the recording is cut short or damaged: "),
        (FLAC[:-1], ""),
        (FLAC[:4], ""),
        (FLAC[:42], ""),
        (FLAC[:2000] + bytes(100) + FLAC[2100:], ""),
        (WAV[:40] + bytes(4), "the recording has no sound in it"),
        (claiming(0, EXTRA_CHUNK), "the recording has no sound in it"),
        (
            float_wav([0.0, 12_000.0]),
            "its floats reach 12000, and full scale is 1: divide them by 32768",
        ),
        (
            float_wav([0.0, 2.0**30]),
            "its floats reach 1.07374e+09, and full scale is 1: divide them by 2147483648, or",
        ),
        (WAV[:24] + (1).to_bytes(4, "little") + WAV[28:], "its rate is 1 Hz: record it at "),
        (b"\0\0\0\x18ftypM4A " + bytes(40), "MP4 (m4a, 3gp, mov) cannot be read: convert it"),
        (b"\0\0\0\x18ftyp3gp4" + bytes(40), "MP4 (m4a, 3gp, mov) cannot be read: convert it"),
        (bytes.fromhex("1a45dfa3") + bytes(40), "WebM or Matroska cannot be read: convert it"),
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


@pytest.mark.parametrize("name", ["memo.m4a", "my memo's.m4a", "-memo.m4a"])
def test_the_command_that_converts_a_recording_can_be_typed_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(b"\0\0\0\x18ftypM4A " + bytes(40))
    with pytest.raises(AudioFileError) as caught:
        read_audio(Path(name))
    _, source, *options, target = shlex.split(str(caught.value).rpartition("ffmpeg ")[2])
    assert options == ["-ac", "1", "-ar", "16000"]
    assert Path(source) == Path(name)
    assert not target.startswith("-")
    assert target.endswith("memo_16k.wav" if "'" not in name else "memo's_16k.wav")


def test_a_file_name_that_is_not_utf_8_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    path.write_bytes(WAV)
    assert len(read_audio(path)) == SECOND // 2


SILENT = np.zeros(SECOND)
DITHER = np.random.default_rng(1).integers(-1, 2, SECOND) / 32768
VOICE = 0.2 * tone(RATE_HZ, 1.0)
SPOKEN = VOICE * (np.arange(SECOND) % 8000 < 4000)
HUM = 0.002 * np.sin(np.arange(SECOND) * 2 * np.pi * 50 / RATE_HZ)
HISS = np.random.default_rng(2).normal(0, 0.001, SECOND)
CLICK = np.where(np.arange(SECOND) == 500, 0.9, DITHER)


@pytest.mark.parametrize(
    ("channels", "taken"),
    [
        ((DITHER, VOICE), 1),
        ((DITHER + 0.01, VOICE), 1),
        ((CLICK, VOICE), 1),
        ((HUM, VOICE), 1),
        ((HISS, VOICE), 1),
        ((5 * HISS, 0.1 * SPOKEN), 1),
        ((10 * HUM, 0.2 * SPOKEN), 1),
        ((VOICE, 0.1 * SPOKEN), 0),
        ((SPOKEN / 50, VOICE), 0),
        ((HUM, DITHER), 0),
        ((0.001 * VOICE, VOICE), 1),
        ((SILENT, DITHER, 0.01 * VOICE), 2),
        ((0.1 * VOICE, VOICE), 0),
        ((VOICE, 10 * VOICE), 0),
        ((DITHER, SILENT), 0),
        ((SILENT, DITHER), 1),
    ],
    ids=itertools.count(),
)
def test_of_several_channels_the_first_with_a_voice_is_taken(
    tmp_path: Path, channels: tuple[Sound, ...], taken: int
) -> None:
    path = tmp_path / "channels.wav"
    soundfile.write(path, np.stack(channels, axis=1), RATE_HZ, subtype="FLOAT")
    expected = np.clip(np.round(channels[taken] * 32768), -32768, 32767)
    assert np.abs(read_audio(path) - expected).max() <= 1


@pytest.mark.parametrize(
    ("channels", "taken"), [((DITHER, VOICE), 0), ((SILENT, VOICE), 1), ((VOICE, DITHER), 0)]
)
def test_of_a_session_the_left_channel_is_taken_even_if_nobody_spoke(
    tmp_path: Path, channels: tuple[Sound, ...], taken: int
) -> None:
    path = tmp_path / "session.wav"
    soundfile.write(path, np.stack(channels, axis=1), RATE_HZ, subtype="FLOAT")
    assert np.abs(read_left(path) - np.round(channels[taken] * 32768)).max() <= 1


READ = """
import resource, sys
from pathlib import Path
from coach.devices.recordings.audio_file import read_audio
from coach.errors import AudioFileError
resource.setrlimit(resource.RLIMIT_DATA, (300 << 20,) * 2)
try:
    print(len(read_audio(Path(sys.argv[1]))))
except AudioFileError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["WAV", "RF64", "FLAC", "a claim of an MP3"])
def test_a_recording_of_any_length_takes_little_memory_and_one_line(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "long"
    if kind == "FLAC":  # it claims 2^36 - 1 samples
        path.write_bytes(FLAC[:21] + bytes([FLAC[21] | 0xF]) + b"\xff" * 4 + FLAC[26:])
    elif kind in {"WAV", "RF64"}:
        path.write_bytes(encoded(kind))
        os.truncate(path, 10 << 30)
    else:
        content = bytearray(encoded_mp3())
        at = content.index(b"Info") if b"Info" in content else content.index(b"Xing")
        content[at + 8 : at + 12] = b"\x7f\xff\xff\xff"
        path.write_bytes(bytes(content))
    command = [sys.executable, "-c", READ, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.stdout.startswith(f"{path}: the recording ")
    assert ran.stdout.count("\n") == 1


def encoded_mp3() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(RATE_HZ), RATE_HZ, format="MP3")
    return file.getvalue()


@pytest.mark.parametrize("content", [WAV, FLAC, claiming(0)], ids=["WAV", "FLAC", "piped WAV"])
def test_a_pipe_and_standard_input_are_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for name in (path, "-", "/dev/stdin"):
        command = [sys.executable, "-c", READ, str(name)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
            if name == path:
                path.write_bytes(content)
            printed, _ = reader.communicate(content)
        assert printed == b"8000\n"


def test_a_device_is_no_recording() -> None:
    with pytest.raises(AudioFileError, match="/dev/null: is a device or a terminal"):
        read_audio(Path("/dev/null"))


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
