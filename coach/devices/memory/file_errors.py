"""File errors: what reading and writing the memory raises, and what it means to a person."""

from __future__ import annotations

import sqlite3


class DamagedError(Exception):
    """The content of the file is not, or no longer, a memory."""


NO_VALUE = (ValueError, TypeError, ArithmeticError)
"""What reading a value raises that the coach cannot have written, such as text for a number. Text
that is not UTF-8 is a ValueError, also where SQLite names it in an error of its own."""

UNREADABLE = (sqlite3.Error, OSError, DamagedError, *NO_VALUE)
"""What reading a memory raises, whatever state it is in."""

UNWRITABLE = (sqlite3.Error, OSError, DamagedError, UnicodeError)
"""What writing into a memory raises, and reading it, apart from errors of a single value."""


def is_damage(error: Exception) -> bool:
    """Whether an error comes from the content, not from the disk, permissions or other programs."""
    if isinstance(error, sqlite3.OperationalError) and "decode" in str(error):
        return True  # text that is not UTF-8; such an error of the module itself has no code
    damages = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, (DamagedError, *NO_VALUE)) or _code(error) in damages


def is_busy(error: Exception) -> bool:
    """Whether an error means that another program uses the file."""
    return _code(error) == sqlite3.SQLITE_BUSY


def reason(error: Exception) -> str:
    """Why a file cannot be used, as a phrase for a person."""
    if isinstance(error, OSError):
        return f"cannot be used: {error.strerror}"
    known = {
        sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
        sqlite3.SQLITE_READONLY: "cannot be written: it is read-only, not yours, or its disk fails",
        sqlite3.SQLITE_CANTOPEN: "cannot be written: its folder is read-only, or not yours",
        sqlite3.SQLITE_BUSY: "is in use by another coach",
    }
    return known.get(_code(error), f"cannot be used: {str(error) or 'it is damaged'}")


def _code(error: Exception) -> int:
    """SQLite's primary result code, 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
