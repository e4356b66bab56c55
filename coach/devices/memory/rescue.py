"""Rescue: what can still be read of a damaged memory, for an export, and for the memory after it.

What cannot be read is taken from the newest copy, as far as that has it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import write_archive
from coach.devices.memory.archive_reader import ArchiveReader
from coach.devices.memory.copies import all_copies
from coach.devices.memory.file_errors import UNREADABLE, is_damage
from coach.devices.memory.schema import MIGRATIONS, migrate, version_of
from coach.errors import MemoryFileError
from coach.training.history import Day


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
) -> int:
    """Write what can be read of the ``damaged`` memory that was at ``path``, and what its newest
    whole copy has, into a new one. Returns how many sessions these are.

    The session in the row ``without`` is passed over. Raises sqlite3.Error when the new memory
    cannot be written.
    """

    def reader(connection: sqlite3.Connection) -> ArchiveReader:
        return ArchiveReader(connection, today, utc_seconds, without, spares=True)

    carried = 0
    for copy in reversed(all_copies(path)):  # before the rest, because what it has is undamaged
        opening = partial(sqlite_file.open_checked, copy, sqlite_file.reading_only(copy))
        if (found := _add(opening, reader, into)) is not None:
            carried = found
            break
    return carried + (_add(partial(_open_damaged, damaged), reader, into) or 0)


def _add(
    opening: Callable[[], sqlite3.Connection],
    reader: Callable[[sqlite3.Connection], ArchiveReader],
    into: sqlite3.Connection,
) -> int | None:
    """The number of sessions that were added; None for a file that cannot be read at all."""
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(contextlib.closing(_up_to_date(opening())))
            people, sessions = stack.enter_context(reader(found).records())
        except (*UNREADABLE, MemoryFileError):
            return None
        return write_archive(into, people, sessions, spares=True)


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
