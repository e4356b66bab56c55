"""Kept sound: the microphone of a recorded session, read from its files as the replay goes on.

Sessions may be recorded for longer than the coach holds sound in memory, and in several files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from coach.devices.recordings.audio_file import read_microphone
from coach.devices.recordings.session_wav import FRAME_BYTES, HEAD_BYTES, wav_header
from coach.errors import AudioFileError
from coach.units import Block, Samples


class KeptSound:
    """The left channel of files that SessionWav wrote, one after the other.

    ``frames`` is how many each of them has. Like a block, it has a length, and slices of it are
    blocks; taking one raises AudioFileError when a file can no longer be read.
    """

    def __init__(self, paths: Sequence[Path], frames: Sequence[Samples]) -> None:
        self._paths = paths
        self._begins = [sum(frames[:number]) for number in range(len(frames) + 1)]

    def __len__(self) -> int:
        return self._begins[-1]

    def __getitem__(self, wanted: slice) -> Block:
        begin, end, _ = wanted.indices(len(self))
        pieces = [
            _left_channel(path, max(begin, first) - first, min(end, last) - first)
            for path, (first, last) in zip(self._paths, pairwise(self._begins), strict=True)
            if max(begin, first) < min(end, last)
        ]
        return np.concatenate([np.zeros(0, np.int16), *pieces])


def read_kept(paths: Sequence[Path], warn: Callable[[str], None]) -> Block | KeptSound:
    """The microphone's sound of a session, which was recorded in these files, in order.

    Files that are as SessionWav wrote them are read when they are needed, others at once, and then
    they may be no longer than LONGEST_SECONDS each. ``warn`` is called when a file is not as long
    as its header says. Raises AudioFileError.
    """
    # A session that was killed when it had just begun a file has written nothing there.
    held = [paths[0], *(path for path in paths[1:] if not _is_empty(path))]
    frames = [_frames(path, warn) for path in held]
    known = [count for count in frames if count is not None]
    if len(known) == len(held):
        return KeptSound(held, known)
    return np.concatenate([read_microphone(path, warn) for path in held])


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:  # reported when the file is read
        return False


def _frames(path: Path, warn: Callable[[str], None]) -> Samples | None:
    """How many frames a file has that is as SessionWav left it, None for any other."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            there = path.stat().st_size - HEAD_BYTES
    except OSError:
        return None
    claimed = int.from_bytes(head[-4:], "little")
    if not 0 < claimed <= there or head != wav_header(claimed // FRAME_BYTES):
        return None
    if there > claimed:  # killed before the header was brought up to date
        known = f"the header knows of {claimed} bytes of sound of {there}"
        warn(f"{path}: {known}: all are read")
    return there // FRAME_BYTES


def _left_channel(path: Path, begin: Samples, end: Samples) -> Block:
    """Its frames from ``begin`` to ``end``. Raises AudioFileError."""
    count = (end - begin) * FRAME_BYTES
    try:
        with path.open("rb") as file:
            file.seek(HEAD_BYTES + begin * FRAME_BYTES)
            content = file.read(count)
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) < count:
        raise AudioFileError(f"{path}: was shortened while it was replayed")
    return np.frombuffer(content, "<i2").reshape(-1, 2)[:, 0].astype(np.int16)
