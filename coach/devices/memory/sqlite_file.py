"""Sqlite file: opens the memory's file in whatever state it is, readable by its owner alone.

A damaged file is renamed, so that a new one can take its place.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import platformdirs

from coach.devices.files.private_file import make_private_folder, open_private
from coach.devices.memory.file_errors import (
    UNWRITABLE,
    DamagedError,
    is_busy,
    is_damage,
    reason,
)
from coach.devices.memory.odd_values import refuse_odd_values
from coach.devices.memory.schema import migrate, refuse_newer, tables
from coach.devices.system.wall_clock import iso_date
from coach.errors import MemoryFileError
from coach.training.history import Day

Aside = Literal["damaged", "replaced"]
"""Why a memory was set aside: it is damaged, or a copy was put in its place."""

BESIDE = ("", "-wal", "-shm")
"""The suffixes of the files that make up an SQLite database."""

_BUSY_SECONDS = 2.0
"""How long to wait for another coach. The thread of the engine never waits here."""

_CHECKED_BYTES = 8 << 20
"""A file up to this size is checked as a whole when it is opened, which took 3 ms per megabyte when
it was measured; ten years of training are six megabytes. In a larger file, damage is found when it
is read."""

_TABLES = frozenset({"people", "sessions", "sets", "reps", "holds", "mistakes", "floors", "pain"})
"""The tables of version 1. A file without them is not a memory."""


def default_path() -> Path:
    """A file in the user's data folder."""
    return platformdirs.user_data_path("flatback", appauthor=False) / "memory.db"


def open_file(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, which may be passed from thread to thread.

    Raises DamagedError or sqlite3.DatabaseError when the file is damaged (see ``is_damage``),
    OSError or sqlite3.Error when it cannot be opened, and MemoryFileError for a newer version.
    """
    _make_file(path)
    connection = connect(f"file:{quoted(path)}?mode=rw")
    try:
        _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode only FULL keeps what was committed before a power cut. With NORMAL the file
        # would be whole, but without the last reps.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_train(path: Path) -> sqlite3.Connection:
    """As ``open_file``, but odd values count as damage, too."""
    connection = open_file(path)
    try:
        refuse_odd_values(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_as_may_be(path: Path) -> sqlite3.Connection:
    """As ``open_file``, but the connection may be read-only, if the file cannot be written."""
    try:
        return open_file(path)
    except (sqlite3.OperationalError, OSError) as error:
        if is_busy(error) or is_damage(error):  # a busy file may change while it is read
            raise
        with contextlib.suppress(sqlite3.OperationalError, OSError):
            return _open_to_read(path)
        raise  # the first error says why, such as that of a disk that fails


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A read-only connection to a file in a folder that cannot be written, or on a full disk.

    SQLite cannot make its index there, so it does not read the -wal file: where there is one, a
    copy of both is read in a folder that can be written. Without room for that, the last session
    may be missing.
    """
    log = _beside(path, "-wal")
    if log.exists() and log.stat().st_size > 0:
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            return _open_copy_to_read(path)
    return open_checked(path, "mode=ro&immutable=1")


def _open_copy_to_read(path: Path) -> sqlite3.Connection:
    """What the file and its -wal file hold together, in memory and read-only.

    Raises OSError or sqlite3.Error.
    """
    with tempfile.TemporaryDirectory(prefix="flatback-") as folder:
        copy = Path(folder) / path.name
        for end in ("", "-wal"):
            shutil.copyfile(_beside(path, end), _beside(copy, end))
        within = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            with contextlib.closing(open_checked(copy, "mode=rw")) as found:
                found.backup(within)
            within.execute("PRAGMA query_only = ON")
        except BaseException:
            within.close()
            raise
        return within


def open_checked(path: Path, how: str) -> sqlite3.Connection:
    """A connection to an undamaged memory; ``how`` is the query of an SQLite URI. Raises as
    ``open_file``."""
    connection = connect(f"file:{quoted(path)}?{how}")
    try:
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def set_aside(path: Path, today: Day, why: Aside = "damaged") -> Path:
    """Rename the file, and those that belong to it. Returns its new path.

    Raises OSError.
    """
    for number in itertools.count(1):
        suffix = f"-{number}" if number > 1 else ""
        aside = path.with_name(f"{path.stem}.{why}-{iso_date(today)}{suffix}{path.suffix}")
        if not any(_beside(aside, end).exists() for end in BESIDE):
            break
    for end in reversed(BESIDE):
        with contextlib.suppress(FileNotFoundError):
            _beside(path, end).rename(_beside(aside, end))
    return aside


def all_set_aside(path: Path, why: Aside = "damaged") -> list[Path]:
    """The files of a memory that were set aside and are still there."""
    return sorted(path.parent.glob(f"{path.stem}.{why}-*{path.suffix}*"))


def remove(path: Path) -> None:
    """Remove the memory and its damaged files. Raises OSError."""
    for file in (*files_of(path), *all_set_aside(path)):
        if not file.is_dir():
            file.unlink(missing_ok=True)


def has_content(path: Path) -> bool:
    """Whether there is anything in the file, or in the log beside it. Raises OSError."""
    return any(file.exists() and file.stat().st_size > 0 for file in files_of(path)[:2])


def reading_only(path: Path) -> str:
    """The query of an SQLite URI that leaves the file as it is, if nobody else writes it."""
    log = _beside(path, "-wal")
    return "mode=ro" if log.exists() and log.stat().st_size > 0 else "mode=ro&immutable=1"


def files_of(path: Path) -> list[Path]:
    """The files that make up the database, whether they are there or not."""
    return [_beside(path, end) for end in BESIDE]


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for a command. Raises MemoryFileError for any problem of the file."""
    with errors_of(path), contextlib.closing(open_as_may_be(path)) as connection:
        yield connection


def look_into(path: Path, *, strictly: bool = False) -> tuple[int, float]:
    """The number of sessions, and the latest time in the last one, in seconds since 1970 UTC.

    The file is not changed, not even if its version is older. Raises MemoryFileError; ``strictly``
    also for odd values.
    """
    with errors_of(path), contextlib.closing(_open_to_look(path)) as connection:
        if strictly:
            refuse_odd_values(connection)
        (sessions,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
        (last_utc,) = connection.execute(
            "SELECT max(began_utc, last_utc) FROM sessions ORDER BY id DESC LIMIT 1"
        ).fetchone() or (0.0,)
        return int(sessions), float(last_utc)


@contextlib.contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Raise MemoryFileError for the errors of the block."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except UNWRITABLE as error:
        if is_damage(error):
            cure = "is damaged: `coach run` keeps it under another name and begins a new one"
            raise MemoryFileError(f"{path}: {cure}") from None
        raise MemoryFileError(f"{path}: {reason(error)}") from None


def _open_to_look(path: Path) -> sqlite3.Connection:
    try:
        return open_checked(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if is_damage(error):
            raise
        return _open_to_read(path)


def _make_file(path: Path) -> None:
    """Make the file, and its folder, for its owner alone; SQLite would make it readable for all."""
    make_private_folder(path.parent)
    if path.is_dir():
        raise DamagedError
    try:
        os.close(open_private(path, os.O_RDWR))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        os.close(os.open(path, os.O_RDONLY))
    for file in (path.parent, *(_beside(path, end) for end in BESIDE)):
        _take_from_others(file)


def _take_from_others(file: Path) -> None:
    """Take away the permissions of others, but add none: a folder may be read-only on purpose."""
    with contextlib.suppress(OSError):
        mode = file.stat().st_mode
        if mode & 0o077:
            file.chmod(mode & 0o700)


def connect(uri: str) -> sqlite3.Connection:
    """A connection in autocommit mode, which may be passed from thread to thread, to an SQLite URI.

    Raises sqlite3.Error.
    """
    return sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # because another coach may be making the tables
    version = refuse_newer(connection, path)
    found = tables(connection)
    connection.execute("COMMIT")
    if version < 0 or (found if version == 0 else not found >= _TABLES):
        raise DamagedError
    if path.stat().st_size <= _CHECKED_BYTES:
        (first,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if first != "ok":
            raise DamagedError


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def quoted(path: Path) -> str:
    """A path, quoted for an SQLite URI."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
