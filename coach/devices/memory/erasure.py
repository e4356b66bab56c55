"""Erasure: erases a person, so that no byte of their data stays in the memory or in its copies."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from coach.devices.memory import sqlite_file
from coach.devices.memory.copies import all_copies, hold_alone, remove_unfinished
from coach.devices.memory.file_errors import UNREADABLE, is_damage
from coach.devices.memory.person_rows import person_id


def is_known(path: Path, person: str) -> bool:
    """Whether the memory or a copy of it has a person. Raises MemoryFileError."""
    if sqlite_file.has_content(path):
        with sqlite_file.opened(path) as connection:
            if person_id(connection, person) is not None:
                return True
    with sqlite_file.errors_of(path):
        return any(_has(file, person) for file in _copies(path))


def forget(path: Path, person: str) -> bool:
    """Erase a person; False for an unknown one.

    If nobody is left in a file, it is removed, the memory with its damaged copies. Raises
    MemoryFileError, also while another coach uses the memory.
    """
    if not is_known(path, person):
        return False
    if path.exists():
        with sqlite_file.opened(path) as connection:
            hold_alone(connection, path)
            _erase(connection, person)
            if not _people(connection):
                sqlite_file.remove(path)
    with sqlite_file.errors_of(path):
        remove_unfinished(path)
        for file in _copies(path):
            _erase_in_copy(file, person)
    return True


def _copies(path: Path) -> list[Path]:
    """The copies, and the memories in whose place a copy was put."""
    aside = sqlite_file.all_set_aside(path, "replaced")
    return [*all_copies(path), *(file for file in aside if file.suffix == path.suffix)]


def _has(copy: Path, person: str) -> bool:
    try:
        with contextlib.closing(sqlite_file.open_as_may_be(copy)) as connection:
            return person_id(connection, person) is not None
    except UNREADABLE as error:
        if not is_damage(error):
            raise
        return False


def _erase_in_copy(copy: Path, person: str) -> None:
    """Erase the person in a copy. A damaged copy is removed, because it may hold anybody."""
    try:
        with contextlib.closing(sqlite_file.open_as_may_be(copy)) as connection:
            _erase(connection, person)
            connection.execute("PRAGMA journal_mode = DELETE")
            left = _people(connection)
    except UNREADABLE as error:
        if not is_damage(error):
            raise
        left = 0
    if not left:
        for file in sqlite_file.files_of(copy):
            file.unlink(missing_ok=True)


def _erase(connection: sqlite3.Connection, person: str) -> None:
    # Otherwise the bytes of a deleted row stay in the file until they are overwritten.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("DELETE FROM people WHERE name = ?", (person,))
    connection.execute("VACUUM")


def _people(connection: sqlite3.Connection) -> int:
    (left,) = connection.execute("SELECT count(*) FROM people").fetchone()
    return int(left)
