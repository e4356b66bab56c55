"""Sqlite file: the memory's file opened, whatever state it is in; readable by its owner alone.

A file that is damaged is kept under another name, and a new one takes its place.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from coach.devices.memory.schema import migrate, refuse_newer, tables
from coach.devices.system.wall_clock import iso_date
from coach.errors import MemoryFileError
from coach.training.history import Day

BESIDE = ("", "-wal", "-shm")
"""What SQLite adds to the name of a database, for the files that belong to it."""

_BUSY_SECONDS = 2.0
"""How long to wait for another coach. Nobody who makes sound waits here: see SqliteMemory."""

_CHECKED_BYTES = 8 << 20
"""Up to here a file is looked through before it is trusted: 3 ms a megabyte where it was measured,
and ten years of training are six. In a larger one damage is found where it is met."""

_TABLES = frozenset({"people", "sessions", "sets", "reps", "holds", "mistakes", "floors", "pain"})
"""Of version 1. What holds others, or none of them, is not a memory."""


class DamagedError(Exception):
    """What is in the file is not, or no more, a memory."""


def default_path() -> Path:
    """A file in the user's folder for data."""
    return platformdirs.user_data_path("flatback", appauthor=False) / "memory.db"


def open_file(path: Path) -> sqlite3.Connection:
    """A connection that commits by itself and may be handed from thread to thread.

    Raises DamagedError or sqlite3.DatabaseError when it is damaged (``is_damage`` tells), OSError
    or sqlite3.Error when it cannot be opened, MemoryFileError for one of a newer version.
    """
    _make_file(path)
    connection = _connect(f"file:{_quoted(path)}?mode=rw")
    try:
        _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        # Of the ways to synchronise only FULL keeps in WAL mode what was committed before a power
        # cut: with NORMAL the last reps are gone, although the file is whole.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_as_may_be(path: Path) -> sqlite3.Connection:
    """A connection as of ``open_file``, or one to read where that is all one may. Raises as it."""
    try:
        return open_file(path)
    except (sqlite3.OperationalError, PermissionError) as error:
        if is_busy(error):  # then it may be changed while it is read
            raise
        return _open_to_read(path)


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file in a folder that cannot be written, or on a full disk.

    Without a place for its index, SQLite cannot read what was not yet moved from the -wal file
    into the database: the last session may be missing.
    """
    connection = _connect(f"file:{_quoted(path)}?mode=ro&immutable=1")
    try:
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def is_damage(error: Exception) -> bool:
    """Whether the content is at fault, not the disk, a permission or another program."""
    damages = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, DamagedError) or _code(error) in damages


def is_busy(error: Exception) -> bool:
    """Whether another program uses it."""
    return _code(error) == sqlite3.SQLITE_BUSY


def reason(error: Exception) -> str:
    """Why a file cannot be used, in a person's terms."""
    if isinstance(error, OSError):
        return f"cannot be used: {error.strerror}"
    known = {
        sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
        sqlite3.SQLITE_READONLY: "cannot be written: no permission",
        sqlite3.SQLITE_BUSY: "is in use by another coach",
    }
    return known.get(_code(error), f"cannot be used: {error or 'it is damaged'}")


def _code(error: Exception) -> int:
    """SQLite's primary result code, 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def set_aside(path: Path, today: Day) -> Path:
    """Rename what stands at ``path``, and what belongs to it. Raises OSError."""
    for number in itertools.count(1):
        suffix = f"-{number}" if number > 1 else ""
        aside = path.with_name(f"{path.stem}.damaged-{iso_date(today)}{suffix}{path.suffix}")
        if not any(_beside(aside, end).exists() for end in BESIDE):
            break
    for end in reversed(BESIDE):
        with contextlib.suppress(FileNotFoundError):
            _beside(path, end).rename(_beside(aside, end))
    return aside


def all_set_aside(path: Path) -> list[Path]:
    """What was ever set aside of a memory, and is still there."""
    return sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}*"))


def remove(path: Path) -> None:
    """Remove the memory, and what was set aside of it. Raises OSError."""
    for file in (*(_beside(path, end) for end in BESIDE), *all_set_aside(path)):
        if not file.is_dir():
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The memory for a command, which anything that is wrong with it ends: MemoryFileError."""
    with _told_of(path), contextlib.closing(open_as_may_be(path)) as connection:
        yield connection


def look_into(path: Path) -> tuple[int, float]:
    """How many sessions there are, and when the last one ended, in seconds since 1970 UTC.

    Nothing is changed, not even a file of an older version. MemoryFileError, as of ``opened``.
    """
    with _told_of(path), contextlib.closing(_open_to_look(path)) as connection:
        told = connection.execute("SELECT count(*), max(last_utc) FROM sessions").fetchone()
        return int(told[0]), float(told[1] or 0.0)


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.Error, OSError, DamagedError) as error:
        if is_damage(error):
            cure = "is damaged: `coach run` keeps it under another name and begins a new one"
            raise MemoryFileError(f"{path}: {cure}") from None
        raise MemoryFileError(f"{path}: {reason(error)}") from None


def _open_to_look(path: Path) -> sqlite3.Connection:
    connection = _connect(f"file:{_quoted(path)}?mode=ro")
    try:
        _check(connection, path)
    except sqlite3.OperationalError:
        connection.close()
        return _open_to_read(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_file(path: Path) -> None:
    """SQLite would make it readable for all; what it makes beside it has the mode of the file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_dir():
        raise DamagedError
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except PermissionError:
        os.close(os.open(path, os.O_RDONLY))
    for file in (path.parent, *(_beside(path, end) for end in BESIDE)):
        _take_from_others(file)


def _take_from_others(file: Path) -> None:
    """What its owner may not do stays so: a folder may be read-only on purpose."""
    with contextlib.suppress(OSError):
        mode = file.stat().st_mode
        if mode & 0o077:
            file.chmod(mode & 0o700)


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # at one moment: another coach may be making the tables
    version = refuse_newer(connection, path)
    found = tables(connection)
    connection.execute("COMMIT")
    if found if version == 0 else not found >= _TABLES:
        raise DamagedError
    if path.stat().st_size <= _CHECKED_BYTES:
        (first,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if first != "ok":
            raise DamagedError


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _quoted(path: Path) -> str:
    """A path as SQLite's URIs have it."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
