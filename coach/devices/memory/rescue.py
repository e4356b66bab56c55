"""Rescue: what can still be read of a damaged memory, for an export, and for the memory after it.

What cannot be read is taken from the copies, from the newest back to the first that is whole.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import write_archive
from coach.devices.memory.archive_reader import ArchiveReader
from coach.devices.memory.copies import all_copies, date_of
from coach.devices.memory.file_errors import UNREADABLE, is_damage
from coach.devices.memory.schema import MIGRATIONS, migrate, version_of
from coach.errors import MemoryFileError
from coach.training.history import Day


@dataclass(slots=True)
class Carried:
    """What was carried over into a new memory."""

    sessions: int = 0
    copy_date: str | None = None
    """The day of the newest copy that could be read, in ISO form."""
    is_unreadable: bool = False
    """Whether nothing at all of the damaged memory could be read."""

    def __str__(self) -> str:
        """A phrase for a person; empty if there is nothing to tell."""
        counted = f"{self.sessions} session{'' if self.sessions == 1 else 's'}"
        if self.copy_date and self.is_unreadable:
            return f" with the copy of {self.copy_date}, {counted}; what came later cannot be read"
        if self.copy_date:
            return f" with what can be read of it and of the copy of {self.copy_date}, {counted}"
        return f" with what can be read, {self.sessions} of its sessions" if self.sessions else ""


@dataclass(frozen=True, slots=True)
class _Added:
    """How many sessions of a file were new or longer, and whether all of it could be read."""

    sessions: int
    is_whole: bool


@contextlib.contextmanager
def opened_to_rescue(path: Path) -> Iterator[sqlite3.Connection]:
    """As ``sqlite_file.opened``, but a damaged file is opened, too, to read what still can be read.

    Without a file it is a memory in which nothing is remembered.
    """
    with sqlite_file.errors_of(path), contextlib.closing(_open_to_rescue(path)) as connection:
        yield connection


def carry_over(
    path: Path,
    damaged: Path,
    into: sqlite3.Connection,
    today: Day,
    utc_seconds: float,
    without: int | None = None,
) -> Carried:
    """Write what can be read of the ``damaged`` memory that was at ``path``, and what its copies
    have, into a new one.

    The session in the row ``without`` is passed over. Raises sqlite3.Error when the new memory
    cannot be written.
    """

    def add(opening: Callable[[], sqlite3.Connection]) -> _Added | None:
        return _add(
            opening,
            lambda found: ArchiveReader(found, today, utc_seconds, without, spares=True),
            into,
        )

    carried = Carried()
    # Before the rest, because what they have is undamaged.
    for copy in reversed(all_copies(path, today)):
        added = add(partial(sqlite_file.open_checked, copy, sqlite_file.reading_only(copy)))
        if added is None:
            continue
        carried.sessions += added.sessions
        carried.copy_date = carried.copy_date or date_of(path, copy)
        if added.is_whole:
            break
    added = add(partial(_open_damaged, damaged))
    carried.is_unreadable = added is None
    carried.sessions += added.sessions if added else 0
    return carried


def _add(
    opening: Callable[[], sqlite3.Connection],
    reader: Callable[[sqlite3.Connection], ArchiveReader],
    into: sqlite3.Connection,
) -> _Added | None:
    """Add what one file has; None for a file that cannot be read at all."""
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(contextlib.closing(_up_to_date(opening())))
            reads = reader(found)
            people, sessions = stack.enter_context(reads.records())
        except (*UNREADABLE, MemoryFileError):
            return None
        changed = write_archive(into, people, sessions, spares=True)
        return _Added(changed, not reads.left_out)


def _open_to_rescue(path: Path) -> sqlite3.Connection:
    if not path.exists():
        empty = sqlite_file.connect("file::memory:")
        migrate(empty)
        return empty
    try:
        return sqlite_file.open_as_may_be(path)
    except UNREADABLE as error:
        if not is_damage(error) or not path.is_file():
            raise
    return _up_to_date(_open_damaged(path))


def _open_damaged(path: Path) -> sqlite3.Connection:
    how = sqlite_file.reading_only(path)
    connection = sqlite_file.connect(f"file:{sqlite_file.quoted(path)}?{how}")
    # With this SQLite reads a file that was cut short, and passes over a broken line of the schema.
    connection.execute("PRAGMA writable_schema = ON")
    return connection


def _up_to_date(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, or, for an older version, one to a copy in memory with the tables of today.

    An impossible version is itself damage: then it is inferred from the columns. Closes the
    connection when it raises.
    """
    try:
        version = version_of(connection)
        likely = version if version > 0 else _version_by_columns(connection)
        if not 0 < likely < len(MIGRATIONS):
            return connection
        within = sqlite_file.connect("file::memory:")
        try:
            connection.backup(within)
            within.execute(f"PRAGMA user_version = {likely}")
            migrate(within)
        except BaseException:
            within.close()
            raise
    except BaseException:
        connection.close()
        raise
    connection.close()
    return within


def _version_by_columns(connection: sqlite3.Connection) -> int:
    """The newest version whose columns are all there; 0 for none."""
    found = _columns(connection)
    for version in range(len(MIGRATIONS), 0, -1):
        with contextlib.closing(sqlite_file.connect("file::memory:")) as blank:
            migrate(blank, MIGRATIONS[:version])
            if _columns(blank) <= found:
                return version
    return 0


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return {
        (table, row[1])
        for table in ("people", "sessions", "floors")
        for row in connection.execute(f"PRAGMA table_info({table})")
    }
