"""Sqlite memory: keeps one person's training in an SQLite file, every fact as soon as it happens.

Whatever happens to the file, the session goes on. A fact that cannot be written is tried again with
the next one. A damaged file is renamed, and what can be read of it is written into a new one.

Facts are written by a thread of their own. A commit waits for the disk, 0.3 ms for a fast one but
half a second for some SD cards, and the engine has 0.12 s for a block before the speaker falls
silent (``LEAD`` of sounddevice_line). So the engine waits up to ``patience_seconds`` for a commit:
if the disk is fast enough, a rep is on it before the coach says so. When facts are waiting to be
written already, the engine does not wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock, Thread

from coach.devices.memory import copies, dating, file_errors, recall, record, rescue, sqlite_file
from coach.devices.memory.record import Place, Stamp
from coach.devices.memory.session_lock import SessionLock
from coach.devices.system.wall_clock import WallClock
from coach.errors import MemoryFileError
from coach.messages.events import Event
from coach.messages.facts import Fact, SessionBegan, SessionEnded, SessionResumed
from coach.training.history import History

_PATIENCE_SECONDS = 0.025
"""A rep comes with up to three more facts at the same sample: all four together wait for less than
``LEAD``."""

_CLOSING_SECONDS = 5.0
"""How long the end of the program waits for the disk."""

_EMPTIED = (
    "held what was trained before, and is empty now; a new one is begun: "
    "`coach history restore` lists the copies that were kept"
)
_TRIED_AGAIN = "the session goes on, and writing is tried again"


class SqliteMemory:
    """The Memory port. ``counts`` are those of a full descent, by exercise.

    ``warn`` is called with a line for the first problem of the file, when it is damaged, and when
    something was lost in the end; it may be called in another thread. The constructor raises
    MemoryFileError for a file of a newer Flatback, which it does not change. Nothing else raises.
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
        self._emptied = False
        # Guarded by the lock: the file, and how many facts of the session are written in it.
        self._file = Lock()
        self._connection: sqlite3.Connection | None = None
        self._place = Place()
        self._lock = SessionLock(path)
        self._written = 0
        self._failed = False
        # Guarded by the condition: the facts of the session, and how many were tried to be written.
        self._changed = Condition()
        self._facts: list[tuple[Stamp, Fact]] = []
        self._tried = 0
        self._closing = False
        self._latest: tuple[float, float] | None = None
        self._thread: Thread | None = None
        self._open_or_complain()

    @property
    def failed(self) -> bool:
        """Whether a fact of this session could not be written, and may be lost."""
        return self._failed

    @property
    def set_aside(self) -> Path | None:
        """The new path of the damaged file, if there was one."""
        return self._aside

    def recall(self) -> History:
        """See the port. Without a file that can be read, the History is empty."""
        with self._file:
            try:
                history = self._recall_or_begin_anew()
            except file_errors.UNREADABLE as error:
                self._complain(error, "going on without what was trained before")
                history = History()
            return replace(history, damaged=self._aside is not None or self._emptied)

    def __call__(self, event: Event) -> None:
        """See the port. Returns when the fact is committed, or after a moment."""
        if not isinstance(event, Fact):
            return
        with self._changed:
            resumed = isinstance(event, SessionResumed)
            utc = self._steady_utc() if resumed else self._clock.utc_seconds()
            stamp = Stamp(self._clock.now(), utc)
            self._latest = self._clock.steady_seconds(), utc
            if isinstance(event, SessionBegan):
                self._forget_what_is_written()
            behind = self._tried < len(self._facts)
            self._facts.append((stamp, event))
            number = len(self._facts)
            if self._thread is None:
                # It is a daemon so that a disk which never answers does not keep the program alive.
                self._thread = Thread(target=self._keep_writing, name="memory", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            if not behind:
                self._changed.wait_for(lambda: self._tried >= number, self._patience_seconds)

    def close(self) -> None:
        """Write the remaining facts, if the disk takes them within five seconds."""
        if self._thread is not None:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._thread.join(_CLOSING_SECONDS)
            if self._thread.is_alive():
                self._warn_of("the disk does not answer; the end of this session may be lost")
                return
        with self._file:
            if self._written < len(self._facts):
                self._warn_of("not all of this session could be written; what is missing is lost")
            self._disconnect()
            self._lock.close()

    def __enter__(self) -> SqliteMemory:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _forget_what_is_written(self) -> None:
        """Drop the facts of sessions that are over, of which a process may see any number."""
        if self._tried == self._written == len(self._facts):
            self._facts.clear()
            self._tried = self._written = 0

    def _keep_writing(self) -> None:
        """Run the thread: try to write whenever there are new facts, and once more at the end."""
        closing = False
        while not closing:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._tried < len(self._facts))
                closing, facts = self._closing, self._facts.copy()
            with self._file:
                self._write(facts)
            with self._changed:
                self._tried = len(facts)
                self._changed.notify_all()
            if facts and isinstance(facts[-1][1], SessionEnded):
                self._keep_copy(len(facts))

    def _write(self, facts: list[tuple[Stamp, Fact]]) -> None:
        while self._written < len(facts):
            try:
                self._commit(*facts[self._written])
            except (*file_errors.UNWRITABLE, MemoryFileError) as error:
                if not self._begin_anew(error):
                    self._complain(error, _TRIED_AGAIN)
                    self._failed = True
                    return
            else:
                self._written += 1
        self._failed = False

    def _keep_copy(self, facts: int) -> None:
        """Copy the memory, if all ``facts`` of the session that is over are written in it."""
        with self._file:
            if self._connection is None or self._written < facts:
                return
            try:
                copies.keep_copy(self._connection, self._path, self._clock.now().day)
            except file_errors.UNWRITABLE as error:
                self._warn_of(f"cannot be copied today: {file_errors.reason(error)}")

    def _steady_utc(self) -> float:
        """The present, counted on from the last fact: the clock may have been set since then."""
        if self._latest is None:
            return self._clock.utc_seconds()
        steady, utc = self._latest
        return utc + self._clock.steady_seconds() - steady

    def _commit(self, stamp: Stamp, fact: Fact) -> None:
        """Write one fact in one transaction."""
        connection = self._connection or self._open()
        try:
            connection.execute("BEGIN IMMEDIATE")
            is_led = self._lock.is_led_elsewhere
            place = record.write(connection, self._person, self._place, stamp, fact, is_led)
            # Before anybody else can see that it is under way; one that is over is nobody's.
            self._lock.hold(None if isinstance(fact, SessionEnded) else place.session)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
        self._place = place

    def _recall_or_begin_anew(self) -> History:
        try:
            return self._recall()
        except file_errors.UNREADABLE as error:
            # A file that was read without a lock may only seem to be damaged.
            if self._connection is None or not self._begin_anew(error):
                raise
        return self._recall()

    def _recall(self) -> History:
        today, now = self._clock.now().day, self._steady_utc()
        connection = self._connection
        try:
            readable = connection or sqlite_file.open_as_may_be(self._path)
        except FileNotFoundError:
            return History()
        if connection is not None:
            # Where it cannot be written, a day ahead counts as today for the time being
            with suppress(sqlite3.OperationalError):
                dating.note_days_ahead(connection, self._person, today)
        try:
            session, is_led = self._place.session, self._lock.is_led_elsewhere
            history = recall.recall(
                readable, self._person, session, today, now, self._counts, is_led
            )
            behind = dating.is_clock_behind(readable, session, self._clock.utc_seconds())
            return replace(history, clock_went_back=behind)
        finally:
            if connection is None:
                readable.close()

    def _open(self) -> sqlite3.Connection:
        self._connection = sqlite_file.open_to_train(self._path)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open_or_complain(self) -> None:
        try:
            self._emptied = copies.is_emptied(self._path)
            if self._emptied:
                self._warn_of(_EMPTIED)
            self._open()
        except file_errors.UNREADABLE as error:
            if not self._begin_anew(error):
                self._complain(error, _TRIED_AGAIN)

    def _begin_anew(self, error: Exception) -> bool:
        """Whether ``error`` was a damaged file that was replaced by a new one, which is done once.

        All facts of this session have to be written again then.
        """
        if not file_errors.is_damage(error) or self._aside is not None:
            return False
        self._disconnect()
        own, self._place, self._written = self._place.session, Place(), 0
        try:
            self._aside = sqlite_file.set_aside(self._path, self._clock.now().day)
            self._carry_over(self._aside, own)
        except file_errors.UNREADABLE as second:
            self._complain(second, _TRIED_AGAIN)
            return False
        return True

    def _carry_over(self, aside: Path, own: int | None) -> None:
        """Begin a new memory with what can be read of the one set aside, without this session."""
        now, carried = (self._clock.now().day, self._steady_utc()), rescue.Carried()
        try:
            into = self._open()
            with suppress(*file_errors.UNWRITABLE):  # reported when a fact is written
                carried = rescue.carry_over(self._path, aside, into, *now, own)
        finally:
            self._warn_of(f"is damaged; it is kept as {aside.name}, and a new one begun{carried}")

    def _complain(self, error: Exception, otherwise: str) -> None:
        """Warn of the first error only."""
        if not self._complained:
            self._complained = True
            self._warn_of(f"{file_errors.reason(error)}; {otherwise}")

    def _warn_of(self, problem: str) -> None:
        self._warn(f"{self._path}: {problem}")
