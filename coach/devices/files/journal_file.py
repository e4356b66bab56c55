"""Journal file: writes the lines of a journal, each of them whole."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from types import TracebackType

from coach.devices.files.private_file import open_private
from coach.errors import OutputError


class JournalFile:
    """Writes lines at once, for their owner alone; the path ``-`` is standard output.

    Older content of the file is replaced by the first line, not earlier. Raises OutputError when
    the file cannot be made. When it cannot be written any further, because the disk is full, it
    ends with the last whole line, ``failure`` says why, and the session goes on.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._length: int | None = None
        self.failure: OutputError | None = None
        try:
            self._fd = (
                os.dup(sys.stdout.fileno()) if path == "-" else open_private(path, os.O_WRONLY)
            )
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

    def write(self, line: str) -> None:
        """Write a line that ends with a line break."""
        if self.failure is not None:
            return
        left = line.encode()
        try:
            if self._length is None:
                self._cut(0)
            while left:
                left = left[os.write(self._fd, left) :]
        except OSError as error:
            with contextlib.suppress(OSError):  # a broken disk refuses even that
                self._cut(self._length or 0)
            self.failure = OutputError(f"{self._path}: the journal ends early: {error.strerror}")
        else:
            self._length = (self._length or 0) + len(line.encode())

    def __enter__(self) -> JournalFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def _cut(self, length: int) -> None:
        """Cut a file to a length in bytes; a terminal or a pipe keeps what it got."""
        if stat.S_ISREG(os.fstat(self._fd).st_mode) and self._path != "-":
            os.ftruncate(self._fd, length)
