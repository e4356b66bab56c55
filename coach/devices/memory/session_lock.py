"""Session lock: tells which session of a memory a living coach leads, so that no other takes it up.

A session without an end was cut off, or is still going on in another process. So each process locks
the byte at the number of its session in a file beside the memory; the system unlocks it however the
process ends. Where no such file can be made, other processes are not noticed.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from coach.devices.files.private_file import open_private


class SessionLock:
    """The lock of one memory at ``path``. A session is its row; a process locks one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}-lock")
        self._descriptor: int | None = None
        self._session: int | None = None

    def hold(self, session: int | None) -> None:
        """Lock a session in place of the one before; None for none."""
        with suppress(OSError):
            descriptor = self._open()
            if session == self._session:
                return
            if self._session is not None:
                fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, self._session)
            self._session = session
            if session is not None:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, session)

    def is_led_elsewhere(self, session: int) -> bool:
        """Whether another process has locked a session."""
        if session == self._session or not self._path.exists():
            return False
        try:
            descriptor = self._open()
        except OSError:
            return False
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, session)
        except OSError:
            return True
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, session)
        return False

    def close(self) -> None:
        """Unlock what is locked, and leave no file if nobody else locks anything in it."""
        if self._descriptor is None:
            return
        self.hold(None)
        with suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._path.unlink()
        self._shut()

    def _open(self) -> int:
        """The file; another coach may have removed the one that was open. Raises OSError."""
        if self._descriptor is not None and not self._is_there(self._descriptor):
            self._shut()
        if self._descriptor is None:
            self._descriptor = open_private(self._path, os.O_RDWR)
        return self._descriptor

    def _is_there(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            return False

    def _shut(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = self._session = None
