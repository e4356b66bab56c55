"""Audio file: reads recordings of any format as 16 kHz mono, and writes a session as stereo WAV."""

from __future__ import annotations

import contextlib
import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import soundfile
import soxr

from coach.devices.files.private_file import open_private
from coach.errors import AudioFileError, OutputError
from coach.units import RATE_HZ, Block

_FRAME_BYTES = 4
"""Two channels of int16."""

_UNKNOWN_LENGTHS = {0, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF}
"""Lengths in the header of a WAV that was written into a pipe, where the length is not known."""


def read_audio(path: Path) -> Block:
    """A recording as mono int16 at 16 kHz, whatever its rate, depth and format.

    Of several channels the first that is not silent is taken; in the coach's own recordings the
    first is the microphone. Raises AudioFileError when the file is missing, empty, cut short or not
    audio.
    """
    return _read(path, _first_with_sound)


def read_microphone(path: Path) -> Block:
    """As ``read_audio``, but always the first channel, even if the whole session is silent."""
    return _read(path, lambda sound: sound[:, 0])


def read_mixed(path: Path) -> Block:
    """As ``read_audio``, but all channels together: both sides of a session, to be listened to."""
    return _read(path, lambda sound: sound.sum(axis=1))


def _read(path: Path, channel: Callable[[Any], Any]) -> Block:
    try:
        _check_there(path)
        _check_whole(path)
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        with soundfile.SoundFile(path) as file:
            frames, rate_hz = file.frames, file.samplerate
            sound = file.read(dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as error:
        reason = str(error).rstrip(".").rsplit(": ", 1)[-1]
        raise AudioFileError(f"{path}: not a recording that can be read: {reason}") from None
    if len(sound) == 0:
        raise AudioFileError(f"{path}: the recording has no sound in it")
    if len(sound) < frames:
        raise _cut_short(path, len(sound) / rate_hz, frames / rate_hz)
    mono = channel(sound)
    if rate_hz != RATE_HZ:
        mono = soxr.resample(mono, rate_hz, RATE_HZ, "VHQ")
    if not np.all(np.isfinite(mono)):
        raise AudioFileError(f"{path}: the recording holds values that are no sound")
    whole: Block = np.clip(np.round(mono * 32768.0), -32768, 32767).astype(np.int16)
    return whole


def _first_with_sound(sound: Any) -> Any:
    for channel in sound.T:
        if np.any(channel):
            return channel
    return sound[:, 0]


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise AudioFileError(f"{path}: is a directory: name a recording")
    if not path.is_file():
        raise AudioFileError(f"{path}: there is no such recording")
    if path.stat().st_size == 0:
        raise AudioFileError(f"{path}: the file is empty")


def _check_whole(path: Path) -> None:
    """Compare a WAV with its header, because libsndfile reads one that was cut short silently."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return
        while len(head := file.read(8)) == 8:
            size = int.from_bytes(head[4:], "little")
            if head[:4] != b"data":
                file.seek(size + size % 2, 1)
                continue
            there = path.stat().st_size - file.tell()
            if size not in _UNKNOWN_LENGTHS and there < size:
                raise _cut_short(path, there, size, "bytes")
            return


def _cut_short(path: Path, there: float, whole: float, unit: str = "s") -> AudioFileError:
    return AudioFileError(f"{path}: the recording is cut short: {there:g} of {whole:g} {unit}")


def write_audio(path: Path, sound: Block) -> None:
    """Write mono 16 kHz audio in the format that the suffix names. Raises OutputError."""
    form = path.suffix.removeprefix(".").upper()
    if form not in soundfile.available_formats():
        raise OutputError(
            f"{path}: cannot be written: no format is called {path.suffix!r}; try .wav or .flac"
        )
    encoded = io.BytesIO()
    soundfile.write(encoded, sound, RATE_HZ, format=form)
    try:
        path.write_bytes(encoded.getvalue())
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None


class SessionWav:
    """Writes a session as a stereo WAV, microphone left and coach right, for its owner alone.

    The header is updated with every block, so that a killed session leaves a whole recording. Older
    content of the file is replaced by the first block, not earlier. Raises OutputError when the
    file cannot be made. When it cannot be written any further, ``failure`` says why and the rest is
    dropped, since a full disk should not end a session.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.failure: OutputError | None = None
        try:
            descriptor = open_private(path, os.O_RDWR)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        self._frames = 0

    def write(self, microphone: Block, speaker: Block) -> None:
        """Add a block of each channel, both of one length."""
        if self.failure is not None:
            return
        try:
            if self._frames == 0:
                self._begin()
            frames = np.stack([microphone, speaker], axis=1).tobytes()
            self._write(len(_wav_header(0)) + self._frames * _FRAME_BYTES, frames)
            self._frames += len(microphone)
            self._write(0, _wav_header(self._frames))
        except OSError as error:
            self.failure = OutputError(f"{self._path}: the recording ends early: {error.strerror}")
            self._keep_what_there_is()

    def _begin(self) -> None:
        if self._path.is_file():
            self._file.truncate(0)
        self._write(0, _wav_header(0))

    def _keep_what_there_is(self) -> None:
        """Write the length reached into the header: part of the last block may be there."""
        there = os.fstat(self._file.fileno()).st_size - len(_wav_header(0))
        with contextlib.suppress(OSError):
            self._write(0, _wav_header(max(0, there) // _FRAME_BYTES))

    def _write(self, place: int, left: bytes) -> None:
        """Write all of it, in several steps if a disk that is nearly full takes only a part."""
        self._file.seek(place)
        while left:
            left = left[self._file.write(left) :]

    def __enter__(self) -> SessionWav:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _wav_header(frames: int) -> bytes:
    """The header of 16-bit stereo PCM (RIFF WAVE, Multimedia Programming Interface 1.0)."""
    size = frames * _FRAME_BYTES
    form = struct.pack("<HHIIHH", 1, 2, RATE_HZ, RATE_HZ * _FRAME_BYTES, _FRAME_BYTES, 16)
    head = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE"
    return head + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)
