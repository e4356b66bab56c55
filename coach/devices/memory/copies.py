"""Copies: earlier states of the memory, kept beside it for the day on which it is damaged or lost.

After a session, at most once a day, SQLite copies the memory; the last seven copies are kept. Only
their owner can read them, and a person who is erased is erased in them as well.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coach.devices.memory import sqlite_file
from coach.devices.memory.file_errors import UNREADABLE, is_busy, is_damage
from coach.devices.system.wall_clock import iso_date
from coach.errors import MemoryFileError
from coach.training.history import Day

KEPT = 7
"""How many copies are kept."""

_UNFINISHED_SECONDS = 3600.0
"""A copy takes a second; one that is unfinished after that long was killed."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that can be put back; ``date`` is the day on which it was made, in ISO form."""

    date: str
    path: Path
    sessions: int


def all_copies(path: Path, today: Day | None = None) -> list[Path]:
    """The files of all copies of a memory, the oldest first.

    One that is dated later than ``today`` was made while the clock was wrong, nobody knows when: it
    comes before the others, so that it is the last to be used and the first to be removed.
    """
    found = sorted(path.parent.glob(f"{path.stem}.copy-*{path.suffix}"))
    if today is None:
        return found
    return sorted(found, key=lambda copy: date_of(path, copy) <= iso_date(today))


def date_of(path: Path, copy: Path) -> str:
    """The day on which a copy of the memory at ``path`` was made, in ISO form."""
    return copy.name.removeprefix(f"{path.stem}.copy-").removesuffix(path.suffix)


def whole_copies(path: Path, warn: Callable[[str], None] = lambda _line: None) -> list[Copy]:
    """The copies that can be put back, the oldest first; ``warn`` is told of every other one."""
    found = []
    for file in all_copies(path):
        date = date_of(path, file)
        try:
            found.append(Copy(date, file, sqlite_file.look_into(file)[0]))
        except MemoryFileError:
            warn(f"{file}: the copy of {date} cannot be read: it is damaged, or its disk fails")
    return found


def is_emptied(path: Path) -> bool:
    """Whether the memory holds nothing any more, but once did: it is empty, or only its copies are
    left."""
    return not sqlite_file.has_content(path) and (path.exists() or bool(all_copies(path)))


def keep_copy(connection: sqlite3.Connection, path: Path, today: Day) -> None:
    """Copy the memory, unless that was done today, and remove the oldest of more than KEPT copies.

    Raises sqlite3.Error or OSError.
    """
    copy = path.with_name(f"{path.stem}.copy-{iso_date(today)}{path.suffix}")
    if copy.exists():
        return
    remove_unfinished(path, _UNFINISHED_SECONDS)
    _copy_to(connection, copy)
    others = [file for file in all_copies(path, today) if file != copy]
    for file in others[: len(others) - (KEPT - 1)] if len(others) >= KEPT else []:
        file.unlink(missing_ok=True)


def remove_unfinished(path: Path, older_seconds: float = 0.0) -> None:
    """Remove what was left of copies during which the coach was killed. Raises OSError."""
    for pattern in (f".{path.stem}.copy-*", f".*{path.name}.new*"):
        for file in path.parent.glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime >= older_seconds:
                    file.unlink()


def put_back(path: Path, copy: Copy, today: Day) -> Path | None:
    """Put a copy in the place of the memory. Returns the path at which the memory is kept, if any.

    Raises MemoryFileError, also while another coach uses the memory.
    """
    with sqlite_file.errors_of(path):
        _refuse_in_use(path)
        aside = None
        new = path.with_name(f".{path.name}.new")
        with contextlib.closing(sqlite_file.open_as_may_be(copy.path)) as connection:
            _copy_to(connection, new)
        if any(file.exists() for file in sqlite_file.files_of(path)):
            aside = sqlite_file.set_aside(path, today, "replaced")
        new.replace(path)
        return aside


def hold_alone(connection: sqlite3.Connection, path: Path) -> None:
    """Leave WAL mode, which only the sole user of the file can do; the next start returns to it."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        mode = "wal"
    if mode != "delete":
        raise MemoryFileError(f"{path}: is in use by another coach; end it first")


def _copy_to(connection: sqlite3.Connection, copy: Path) -> None:
    """Copy a database, so that the file is there as a whole or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{copy.name}.", dir=copy.parent)
    unfinished = Path(name)
    try:
        os.fchmod(descriptor, 0o600)
        with contextlib.closing(sqlite3.connect(unfinished, isolation_level=None)) as other:
            connection.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
        os.fsync(descriptor)
        unfinished.replace(copy)
    finally:
        os.close(descriptor)
        unfinished.unlink(missing_ok=True)


def _refuse_in_use(path: Path) -> None:
    if not path.is_file():
        return
    try:
        with contextlib.closing(sqlite_file.open_file(path)) as connection:
            hold_alone(connection, path)
    except UNREADABLE as error:
        if not is_damage(error):
            raise
