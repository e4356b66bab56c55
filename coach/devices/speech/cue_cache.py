"""Cue cache: rendered cues on disk, and which of them are no longer said.

The modification time of a file is that of the day on which a coach last prepared to say it. Every
process that uses the cache holds a shared lock on its folder, and clears the cache only if it is
alone: what a running coach needs stays.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import time
import weakref
from pathlib import Path

import numpy as np

from coach.devices.files.private_file import make_private_folder, replace_private
from coach.units import Block

UNSAID_SECONDS = 30 * 86_400.0
"""How long a cue is kept that no coach prepares to say any more. It may belong to a voice that was
tried, or to another person's programme."""

MOST_BYTES = 400_000_000
"""How large the cache may be, besides the cues in use: some eight voices with all their cues."""

_NOTED_AGAIN_SECONDS = 86_400.0
"""How long the time of a file is not updated again, so that a start seldom writes to the disk."""

_NO_SOUND_BYTES = 128
"""The size of a NumPy file without samples."""


class CueCache:
    """The cues in ``folder``, each by the name of its file without the suffix. No method raises
    OSError: without a cache only time is lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: set[str] = set()
        self._descriptor: int | None = None

    def read(self, name: str) -> Block | None:
        """The cue, mono int16, or None if there is none."""
        self._note(name)
        try:
            sound = np.load(self._path(name))
        except (OSError, ValueError, EOFError):
            return None
        return sound if sound.dtype == np.int16 and sound.ndim == 1 and len(sound) else None

    def has(self, name: str) -> bool:
        """Whether there is a cue; a file that a power cut left empty is none."""
        self._note(name)
        try:
            return self._path(name).stat().st_size > _NO_SOUND_BYTES
        except OSError:
            return False

    def keep(self, name: str, cue: Block) -> None:
        """Write a cue."""
        with contextlib.suppress(OSError):
            make_private_folder(self._folder)
            self._said.add(name)
            self._share()
            content = io.BytesIO()
            np.save(content, cue)
            replace_private(self._path(name), content.getvalue())

    def clear(self, *, most_bytes: int = MOST_BYTES) -> int:
        """Remove cues that are no longer said or half written, and return how many that were.

        Nothing is removed that was asked for here, or while another coach uses the cache.
        """
        if self._descriptor is None:
            return 0
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return self._clear(time.time(), most_bytes)
        except OSError:
            return 0
        finally:
            # Also where the exclusive lock was refused: the shared one is gone then
            with contextlib.suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def _clear(self, now: float, most_bytes: int) -> int:
        cues, cleared = [], 0
        for path in self._files():
            with contextlib.suppress(OSError):
                if path.name.startswith(".") and ".npy." in path.name:
                    path.unlink()  # a coach was killed while it replaced a cue
                elif path.suffix == ".npy" and path.stem not in self._said:
                    found = path.stat()
                    cues.append((found.st_mtime, found.st_size, path))
        there = 0
        for said, size, path in sorted(cues, reverse=True):
            there += size
            if now - said > UNSAID_SECONDS or there > most_bytes:
                with contextlib.suppress(OSError):
                    path.unlink()
                    cleared += 1
        return cleared

    def _files(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if path.is_file()]
        except OSError:
            return []

    def _note(self, name: str) -> None:
        """Keep the cue from being cleared, by this coach and by others."""
        if name in self._said:
            return
        self._said.add(name)
        with contextlib.suppress(OSError):
            self._share()
            path, now = self._path(name), time.time()
            if abs(now - path.stat().st_mtime) > _NOTED_AGAIN_SECONDS:
                os.utime(path, (now, now))

    def _share(self) -> None:
        """Hold the folder until the process ends. Raises OSError while there is none."""
        if self._descriptor is None:
            descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._descriptor = descriptor

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npy"
