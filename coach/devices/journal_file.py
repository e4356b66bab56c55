"""Journal file: where journal lines go, one whole line at a time."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from coach.errors import OutputError


class JournalFile:
    """Writes lines as they happen; ``-`` is standard output.

    Raises OutputError when the file cannot be made. When it cannot be written any further (the
    disk is full) the last whole line stays the last, ``failure`` says why, and the session goes on.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.failure: OutputError | None = None
        try:
            self._fd = (
                os.dup(sys.stdout.fileno())
                if path == "-"
                else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            )
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

    def write(self, line: str) -> None:
        if self.failure is not None:
            return
        left = line.encode()
        written = 0
        try:
            while written < len(left):
                written += os.write(self._fd, left[written:])
        except OSError as error:
            self._take_back(written)
            self.failure = OutputError(f"{self._path}: the journal ends early: {error.strerror}")

    def __enter__(self) -> JournalFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def _take_back(self, count: int) -> None:
        """Remove the part of a line that was written before the disk was full."""
        file = Path(self._path)
        if count and file.is_file():
            os.ftruncate(self._fd, file.stat().st_size - count)
