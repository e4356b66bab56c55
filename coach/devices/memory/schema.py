"""Schema: the tables of the memory, and how an older memory becomes one of today.

The version of a memory, its ``user_version``, is how many of MIGRATIONS it has been through. What
stands in MIGRATIONS never changes; what is new goes to its end. No statement has a semicolon
within it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from coach.errors import MemoryFileError

MIGRATIONS = (
    """
    CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        sits INTEGER
    );
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        began_utc REAL NOT NULL,
        last_utc REAL NOT NULL,
        day INTEGER NOT NULL,
        minute REAL NOT NULL,
        outcome TEXT,
        state TEXT NOT NULL,
        exercise TEXT,
        floor REAL,
        facts INTEGER NOT NULL,
        got_anywhere INTEGER NOT NULL,
        reps INTEGER NOT NULL,
        perfect INTEGER NOT NULL,
        holds INTEGER NOT NULL
    );
    CREATE INDEX sessions_by_time ON sessions (person, began_utc);
    CREATE INDEX sessions_under_way ON sessions (person, began_utc) WHERE got_anywhere = 1;
    CREATE INDEX sessions_with_reps ON sessions (person, began_utc) WHERE reps > 0;
    CREATE INDEX sessions_with_reps_by_day ON sessions (person, day) WHERE reps > 0;
    CREATE INDEX sessions_with_holds ON sessions (person, began_utc) WHERE holds > 0;
    CREATE TABLE sets (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        number INTEGER NOT NULL,
        floor REAL NOT NULL,
        down_seconds REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
    CREATE TABLE reps (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        in_set INTEGER NOT NULL,
        number INTEGER NOT NULL,
        perfect INTEGER NOT NULL,
        reason TEXT,
        count REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
    CREATE TABLE holds (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        seconds REAL NOT NULL,
        whole INTEGER NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
    CREATE TABLE mistakes (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        mistake TEXT NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
    CREATE TABLE floors (
        session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
        place INTEGER NOT NULL,
        at_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        count REAL NOT NULL,
        person INTEGER NOT NULL,
        began_utc REAL NOT NULL,
        PRIMARY KEY (session, place)
    ) WITHOUT ROWID;
    CREATE INDEX floors_by_exercise ON floors (person, exercise, began_utc, session, place);
    CREATE TABLE pain (
        session INTEGER PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
        day INTEGER NOT NULL,
        exercise TEXT,
        person INTEGER NOT NULL,
        began_utc REAL NOT NULL
    );
    CREATE INDEX pain_by_time ON pain (person, began_utc)
    """,
)
"""``place`` is how many facts of its session were told up to this one: it orders across tables.

``began_utc`` orders the sessions of a person; ``floors`` and ``pain`` have it, and the person, once
more, for what was last is asked of them by these. ``at_s`` counts from the beginning of a session,
over a break in it too.
"""


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations the database has been through."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(connection: sqlite3.Connection, path: object, known: int = len(MIGRATIONS)) -> int:
    """The version. Raises MemoryFileError when the program that wrote it is newer than this one."""
    version = version_of(connection)
    if version > known:
        raise MemoryFileError(
            f"{path}: is of a newer Flatback (version {version} of the memory, this one knows "
            f"{known}); it was left as it is: update Flatback"
        )
    return version


def tables(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of all tables."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return frozenset(name for (name,) in rows)


def migrate(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Make the database one of today, all or nothing. ``connection`` must commit by itself."""
    if version_of(connection) >= len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another coach may have done it while this one waited for its turn.
        for script in migrations[version_of(connection) :]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
