"""Odd values: what SQLite stores without complaint, but the coach cannot have written.

A flipped bit may leave a database that SQLite finds whole, with a value in it that no archive has.
"""

from __future__ import annotations

import sqlite3
from uuid import UUID

from coach.devices.memory.file_errors import DamagedError

_READ_THROUGHOUT = ("people", "sessions", "floors", "pain")
"""The tables of which any row may decide what to train. In the others only the last sessions are
read, and an odd value in an older one is named by ``coach history export``."""

_KINDS = {"INTEGER": "integer", "REAL": "real", "TEXT": "text"}
"""The ``typeof`` of a value, by the type that its column is declared with."""

_FROM_TABLE = "NOT INDEXED"
"""An index has a copy of some columns, which may be undamaged where the table is not."""

_CANONICAL = "-".join("[0-9a-f]" * length for length in (8, 4, 4, 4, 12))


def refuse_odd_values(connection: sqlite3.Connection) -> None:
    """Raise DamagedError or sqlite3.OperationalError if there is a value of another kind than its
    column, a text that is not UTF-8, or a UUID that is none."""
    for table in _READ_THROUGHOUT:
        _refuse_odd_kinds(connection, table)
    odd = f"SELECT uuid FROM sessions {_FROM_TABLE} WHERE uuid NOT GLOB '{_CANONICAL}'"
    written = connection.execute(odd)
    if not all(_is_uuid(each) for (each,) in written):
        raise DamagedError


def _refuse_odd_kinds(connection: sqlite3.Connection, table: str) -> None:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    kinds = {name: _KINDS[declared] for _, name, declared, *_ in columns}
    odd = " OR ".join(f"typeof({name}) NOT IN ('{kind}', 'null')" for name, kind in kinds.items())
    if connection.execute(f"SELECT 1 FROM {table} {_FROM_TABLE} WHERE {odd} LIMIT 1").fetchone():
        raise DamagedError
    texts = ", ".join(name for name, kind in kinds.items() if kind == "text")
    if texts:
        for _ in connection.execute(f"SELECT {texts} FROM {table} {_FROM_TABLE}"):
            pass  # only decoded


def _is_uuid(text: str) -> bool:
    """Whether it is one, in any of the forms that an archive may write it in."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
