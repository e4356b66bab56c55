"""Decoder: the sound of a recording in blocks, as libsndfile decodes it, checked while it is read.

Nothing relies on the length that a header claims: a recording is as long as what was read of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile

from coach.devices.recordings.claims import find_claim
from coach.devices.recordings.container import Mended, find_extent
from coach.devices.recordings.ogg_end import find_ogg_end
from coach.devices.recordings.sound_source import conversion, muted, open_source
from coach.errors import AudioFileError

LONGEST_SECONDS = 4 * 3600
"""The longest recording that is read: it takes 460 MB of memory."""

_RATES_HZ = range(4_000, 768_001)

_BLOCK_SAMPLES = 1 << 16
"""How many samples of all channels together are decoded at once."""

_UNKNOWN_FRAMES = 1 << 62
"""libsndfile reports a length above this where it is not known."""

_FEW_BYTES = 128
"""How many bytes too many a header may claim, as some count their own. That is 4 ms of 16-bit sound
at 16 kHz."""

_LOUDEST = 16.0
"""The largest float that is taken for sound. Full scale is 1, which a loud mix may exceed a little;
int16 values that were written as floats exceed it by far."""

_UNKNOWN, _UNSUPPORTED, _UNIMPLEMENTED = 1, 4, 18
"""libsndfile's error numbers for an unknown format, and an unknown encoding in a known one."""

_LOST_SYNC = 158
"""That for FLAC that ends or changes within a frame."""

_HEADERLESS = {".gsm": "GSM610", ".vox": "VOX_ADPCM"}
"""Telephone sound without a header, mono at 8 kHz."""


class _Stream(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A sound file that is read from its beginning to its end.

    soundfile seeks after every read, which GSM 6.10, G.72x and others refuse.
    """

    def seekable(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that is open. ``blocks`` may be called as often as one likes."""

    path: Path
    rate_hz: int
    channels: int
    _file: BinaryIO | Mended

    def blocks(self) -> Iterator[Any]:
        """Its sound from the beginning: float32 of shape (n, channels), 1 is full scale.

        Raises AudioFileError when it is cut short, too long, or holds what is no sound.
        """
        with _decoding(self.path, self._file) as stream:
            size, read = max(1, _BLOCK_SAMPLES // self.channels), 0
            while len(sound := stream.read(size, dtype="float32", always_2d=True)):
                self._check(sound)
                read += len(sound)
                _refuse_long(self.path, read / self.rate_hz)
                yield sound
            claimed = stream.frames if stream.frames < _UNKNOWN_FRAMES else read
        if read == 0:
            raise AudioFileError(f"{self.path}: the recording has no sound in it")
        if read < claimed:
            raise _cut_short(self.path, read / self.rate_hz, claimed / self.rate_hz)

    def _check(self, sound: Any) -> None:
        loudest = float(np.max(np.abs(sound)))  # NaN where there is one
        if not np.isfinite(loudest):
            raise AudioFileError(f"{self.path}: the recording holds values that are no sound")
        if loudest > _LOUDEST:
            problem = f"its floats reach {loudest:.6g}, and full scale is 1"
            scale = next((bits for bits in (16, 24) if loudest <= 1 << (bits - 1)), 32)
            cure = f"divide them by {1 << (scale - 1)}, or save it as 16-bit integers"
            raise AudioFileError(f"{self.path}: {problem}: {cure}")


@contextmanager
def open_recording(path: Path, warn: Callable[[str], None]) -> Iterator[Recording]:
    """The recording at ``path``; ``-`` is standard input.

    ``warn`` is called when the file is not as long as its header says. Raises AudioFileError.
    """
    with open_source(path) as source:
        file, doubt = _mended(path, source)
        with _decoding(path, file) as stream:
            rate_hz, channels, frames = stream.samplerate, stream.channels, stream.frames
        if rate_hz not in _RATES_HZ:
            least, most = _RATES_HZ[0], _RATES_HZ[-1]
            problem = f"its rate is {rate_hz} Hz: record it at {least} to {most} Hz"
            raise AudioFileError(f"{path}: {problem}")
        if frames < _UNKNOWN_FRAMES:
            _refuse_long(path, frames / rate_hz)
        if doubt is not None:
            warn(f"{path}: {doubt}")
        yield Recording(path, rate_hz, channels, file)


def _mended(path: Path, file: BinaryIO) -> tuple[BinaryIO | Mended, str | None]:
    """The file with a right header, and what was wrong with its own, or None.

    Raises AudioFileError when the file was cut short.
    """
    length = file.seek(0, os.SEEK_END)
    extent = find_extent(file, length)
    if extent is None:
        claim = find_claim(file, length)
        missing = _doubt_of_ogg(path, file, length)
        return file, missing if claim is None else _doubt(path, claim[1], length - claim[0])
    claimed, there = extent.claimed, extent.there
    if claimed is not None and (doubt := _doubt(path, claimed, there)) is not None:
        return file, doubt
    if not extent.goes_on:
        return file, None
    known = f"the header knows of {claimed} bytes of sound of {there}: all are read"
    return Mended(file, extent), None if claimed is None else known


def _doubt(path: Path, claimed: int, there: int) -> str | None:
    """What is wrong where a header claims more bytes than there are, or None.

    Raises AudioFileError when the file was cut short.
    """
    if there >= claimed:
        return None
    if not there > claimed - there <= _FEW_BYTES:
        raise _cut_short(path, there, claimed, "bytes")
    return f"the header claims {claimed} bytes of sound, and there are {there}: all are read"


def _doubt_of_ogg(path: Path, file: BinaryIO, length: int) -> str | None:
    """What is wrong with the end of an Ogg file, or None.

    Raises AudioFileError when it was cut short, or is something else.
    """
    end = find_ogg_end(file, length)
    if end == "cut short":
        raise AudioFileError(f"{path}: the recording is cut short: its last page is not whole")
    if end == "no page":
        raise AudioFileError(f"{path}: the recording is damaged: what it ends with is no sound")
    if end == "goes on":
        return "the end of the recording is missing: what there is of it is read"
    return None


@contextmanager
def _decoding(path: Path, file: BinaryIO | Mended) -> Iterator[Any]:
    if isinstance(file, Mended):
        source: Mended | int = file
        file.seek(0)
    else:
        source = file.fileno()
        os.lseek(source, 0, os.SEEK_SET)  # libsndfile knows nothing of Python's buffer
    raw = _HEADERLESS.get(path.suffix.lower())
    form = {"format": "RAW", "subtype": raw, "samplerate": 8_000, "channels": 1} if raw else {}
    try:
        with muted(), _Stream(source, closefd=False, **form) as stream:
            yield stream
    except (soundfile.SoundFileError, RuntimeError) as error:
        reason, code = str(error).rstrip(".").rsplit(": ", 1)[-1], getattr(error, "code", None)
        if code == _LOST_SYNC:
            problem = f"the recording is cut short or damaged: {reason}"
            raise AudioFileError(f"{path}: {problem}") from None
        if code in (_UNKNOWN, _UNSUPPORTED, _UNIMPLEMENTED):
            condition = "if it is sound, " if code == _UNKNOWN else ""
            reason += f": {condition}{conversion(path)}"
        raise AudioFileError(f"{path}: not a recording that can be read: {reason}") from None


def _refuse_long(path: Path, length_seconds: float) -> None:
    if length_seconds > LONGEST_SECONDS:
        length, most = f"{length_seconds / 3600:.1f}", LONGEST_SECONDS // 3600
        problem = f"the recording lasts {length} hours, and at most {most} can be read: split it"
        raise AudioFileError(f"{path}: {problem}")


def _cut_short(path: Path, there: float, whole: float, unit: str = "s") -> AudioFileError:
    return AudioFileError(f"{path}: the recording is cut short: {there:g} of {whole:g} {unit}")
