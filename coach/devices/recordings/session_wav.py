"""Session wav: writes a session as a stereo WAV, microphone left and coach right."""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path
from types import TracebackType

import numpy as np

from coach.devices.files.private_file import open_private
from coach.errors import OutputError
from coach.units import RATE_HZ, Block

_FRAME_BYTES = 4
"""Two channels of int16."""


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
        with contextlib.suppress(OSError):
            there = os.fstat(self._file.fileno()).st_size - len(_wav_header(0))
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
