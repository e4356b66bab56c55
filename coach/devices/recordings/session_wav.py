"""Session wav: writes a session as a stereo WAV, microphone left and coach right."""

from __future__ import annotations

import contextlib
import itertools
import os
import struct
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np

from coach.devices.files.private_file import open_private
from coach.errors import OutputError
from coach.units import RATE_HZ, Block

FRAME_BYTES = 4
"""Two channels of int16."""

HEAD_BYTES = 44

MOST_BYTES = 0xFFFF0000
"""The most bytes of a file, 18.6 hours: the lengths in its header have 32 bits, and the highest
values stand for an unknown length."""


class SessionWav:
    """Writes a session as a stereo WAV, microphone left and coach right, for its owner alone.

    The header is updated with every block, so that a killed session leaves a whole recording. Older
    content of the file is replaced by the first block, not earlier. Before a file would have more
    than ``most_bytes``, the recording goes on in a new one beside it, whose path ``part_begins`` is
    called with. Raises OutputError when the file cannot be made. When it cannot be written any
    further, ``failure`` says why and the rest is dropped, since a full disk should not end a
    session.
    """

    def __init__(
        self,
        path: Path,
        most_bytes: int = MOST_BYTES,
        part_begins: Callable[[Path], None] = lambda _path: None,
    ) -> None:
        self._path = path
        self._most_frames = (most_bytes - HEAD_BYTES) // FRAME_BYTES
        self._part_begins = part_begins
        self._numbers = itertools.count(2)
        self.failure: OutputError | None = None
        try:
            descriptor = open_private(path, os.O_RDWR)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        self._is_file = path.is_file()
        self._frames = 0

    def write(self, microphone: Block, speaker: Block) -> None:
        """Add a block of each channel, both of one length."""
        if self.failure is not None:
            return
        frames = np.stack([microphone, speaker], axis=1)
        try:
            while len(frames) > (left := self._most_frames - self._frames) and self._is_file:
                self._add(frames[:left])
                frames = frames[left:]
                self._begin_part()
            self._add(frames)
        except OSError as error:
            self.failure = OutputError(f"{self._path}: the recording ends early: {error.strerror}")
            self._keep_what_there_is()

    def _add(self, frames: Block) -> None:
        if self._frames == 0:
            self._begin()
        self._write(HEAD_BYTES + self._frames * FRAME_BYTES, frames.tobytes())
        self._frames += len(frames)
        self._write(0, wav_header(self._frames))

    def _begin(self) -> None:
        if self._is_file:
            self._file.truncate(0)
        self._write(0, wav_header(0))

    def _begin_part(self) -> None:
        """Go on in a new file; files that exist are not touched. Raises OSError."""
        for number in self._numbers:
            path = self._path.with_suffix(f".part{number}.wav")
            with contextlib.suppress(FileExistsError):
                path.touch(0o600, exist_ok=False)
                break
        file = os.fdopen(open_private(path, os.O_RDWR), "r+b", buffering=0)
        self._file.close()
        self._file, self._frames = file, 0
        self._part_begins(path)

    def _keep_what_there_is(self) -> None:
        """Write the present length into the header: a part of the last block may be in the file."""
        with contextlib.suppress(OSError):
            there = os.fstat(self._file.fileno()).st_size - HEAD_BYTES
            self._write(0, wav_header(max(0, there) // FRAME_BYTES))

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


def wav_header(frames: int) -> bytes:
    """The header of 16-bit stereo PCM (RIFF WAVE, Multimedia Programming Interface 1.0)."""
    size = frames * FRAME_BYTES
    form = struct.pack("<HHIIHH", 1, 2, RATE_HZ, RATE_HZ * FRAME_BYTES, FRAME_BYTES, 16)
    head = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE"
    return head + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)
