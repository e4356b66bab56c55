"""Sqlite memory: one person's training, every fact committed as it happens, in a file of SQLite.

Whatever becomes of the file, a session goes on: what cannot be written now is tried again with the
next fact; a file that turns out to be damaged is set aside, and what this session told so far is
written into a new one.

Facts are written by a thread of their own. A commit waits for the disk: 0.3 ms on a fast one, but
an SD card may take half a second, and the engine, in whose thread facts are told, has 0.12 s for a
block before the speaker falls silent (``LEAD`` of sounddevice_duplex). So the engine waits for the
commit for up to ``patience_seconds``: on a disk that is not slower a rep is on it before the coach
says so; on a slower one it is as soon as the disk can. Nobody waits for what lags behind already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock, Thread
from types import TracebackType

from coach.devices.memory import recall, record, sqlite_file
from coach.devices.memory.record import Place, Stamp
from coach.devices.system.wall_clock import WallClock
from coach.errors import MemoryFileError
from coach.messages.events import Event
from coach.messages.facts import Fact, SessionBegan
from coach.training.history import History

_PATIENCE_SECONDS = 0.025
"""A rep comes with up to three more facts at the same sample: together less than ``LEAD``."""

_CLOSING_SECONDS = 5.0


class SqliteMemory:
    """The Memory port. ``counts`` are those of the whole way down, by exercise.

    ``warn`` is told in a line the first thing that is wrong with the file, that it is damaged, and
    what was lost in the end; it may be called in another thread. Raises MemoryFileError for a file
    of a newer Flatback, which is left as it is; nothing else, and nothing once a session began.
    """

    def __init__(
        self,
        path: Path,
        person: str,
        clock: WallClock,
        warn: Callable[[str], None],
        counts: Mapping[str, float] | None = None,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._path, self._person, self._clock, self._warn = path, person, clock, warn
        self._counts = counts or {}
        self._patience_seconds = patience_seconds
        self._complained = False
        self._aside: Path | None = None
        # What the lock guards: the file, and how far the session is written
        self._file = Lock()
        self._connection: sqlite3.Connection | None = None
        self._place = Place()
        self._written = 0
        self._failed = False
        # What the condition guards: the session as it was told, and how much of it was tried
        self._changed = Condition()
        self._told: list[tuple[Stamp, Fact]] = []
        self._tried = 0
        self._closing = False
        self._thread: Thread | None = None
        self._open_or_complain()

    @property
    def failed(self) -> bool:
        """Whether something of this session is not written, and may never be."""
        return self._failed

    @property
    def set_aside(self) -> Path | None:
        """Where the damaged file is kept, if this memory met one."""
        return self._aside

    def recall(self) -> History:
        """See the port. Of a file that cannot be read: an empty History."""
        with self._file:
            try:
                history = self._recall()
            except (sqlite3.Error, OSError, sqlite_file.DamagedError) as error:
                # What was read without a lock may look damaged and is not.
                if self._connection is None or not self._begin_anew(error):
                    self._complain(error, "going on without what was trained before")
                history = History()
            return replace(history, damaged=self._aside is not None)

    def __call__(self, event: Event) -> None:
        """See the port. Returns when it is committed, or after a moment."""
        if not isinstance(event, Fact):
            return
        stamp = Stamp(self._clock.now(), self._clock.utc_seconds())
        with self._changed:
            if isinstance(event, SessionBegan):
                self._forget_what_is_written()
            behind = self._tried < len(self._told)
            self._told.append((stamp, event))
            number = len(self._told)
            if self._thread is None:
                # A daemon: a disk that never answers must not keep the program from ending.
                self._thread = Thread(target=self._keep_writing, name="memory", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            if not behind:
                self._changed.wait_for(lambda: self._tried >= number, self._patience_seconds)

    def close(self) -> None:
        """Write what is left to write, if the disk takes it within five seconds."""
        if self._thread is not None:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._thread.join(_CLOSING_SECONDS)
            if self._thread.is_alive():
                self._tell("the disk does not answer; the end of this session may be lost")
                return
        with self._file:
            if self._written < len(self._told):
                self._tell("not all of this session could be written; what is missing is lost")
            self._disconnect()

    def __enter__(self) -> SqliteMemory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _forget_what_is_written(self) -> None:
        """Sessions that are over need not be told again: a process may see any number of them."""
        if self._tried == self._written == len(self._told):
            self._told.clear()
            self._tried = self._written = 0

    def _keep_writing(self) -> None:
        """The thread: try what was told, whenever there is more of it, and once more at the end."""
        closing = False
        while not closing:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._tried < len(self._told))
                closing, told = self._closing, self._told.copy()
            with self._file:
                self._write(told)
            with self._changed:
                self._tried = len(told)
                self._changed.notify_all()

    def _write(self, told: list[tuple[Stamp, Fact]]) -> None:
        while self._written < len(told):
            try:
                self._commit(*told[self._written])
            except (sqlite3.Error, OSError, sqlite_file.DamagedError, MemoryFileError) as error:
                if not self._begin_anew(error):
                    self._complain(error, "the session goes on, and writing is tried again")
                    self._failed = True
                    return
            else:
                self._written += 1
        self._failed = False

    def _commit(self, stamp: Stamp, fact: Fact) -> None:
        """One fact, all of it or nothing."""
        connection = self._connection or self._open()
        try:
            connection.execute("BEGIN IMMEDIATE")
            place = record.write(connection, self._person, self._place, stamp, fact)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise
        self._place = place

    def _recall(self) -> History:
        today, now = self._clock.now().day, self._clock.utc_seconds()
        connection = self._connection
        try:
            readable = connection or sqlite_file.open_as_may_be(self._path)
        except FileNotFoundError:
            return History()
        try:
            return recall.recall(
                readable, self._person, self._place.session, today, now, self._counts
            )
        finally:
            if connection is None:
                readable.close()

    def _open(self) -> sqlite3.Connection:
        self._connection = sqlite_file.open_file(self._path)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open_or_complain(self) -> None:
        try:
            self._open()
        except (sqlite3.Error, OSError, sqlite_file.DamagedError) as error:
            if not self._begin_anew(error):
                self._complain(error, "the session goes on, and writing is tried again")

    def _begin_anew(self, error: Exception) -> bool:
        """A new file in place of one that ``error`` shows to be damaged, once; whether that is so.

        What this session told so far is to be written again, into the new one.
        """
        if not sqlite_file.is_damage(error) or self._aside is not None:
            return False
        self._disconnect()
        try:
            self._aside = sqlite_file.set_aside(self._path, self._clock.now().day)
            self._tell(f"is damaged; it is kept as {self._aside.name}, and a new one begun")
            self._place, self._written = Place(), 0
            self._open()
        except (sqlite3.Error, OSError, sqlite_file.DamagedError) as second:
            self._complain(second, "the session goes on, and writing is tried again")
            return False
        return True

    def _complain(self, error: Exception, otherwise: str) -> None:
        if not self._complained:
            self._complained = True
            self._tell(f"{sqlite_file.reason(error)}; {otherwise}")

    def _tell(self, problem: str) -> None:
        self._warn(f"{self._path}: {problem}")
