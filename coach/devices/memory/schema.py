"""Schema: the tables of the memory, and the migrations of an older memory.

The version of a memory, its ``user_version``, is the number of MIGRATIONS that were applied to it.
A migration that was released never changes; new ones are added at the end. No statement may contain
a semicolon.
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
    """
    ALTER TABLE sessions ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sessions ADD COLUMN found_day INTEGER;
    ALTER TABLE floors ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pain ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;
    UPDATE sessions SET nth = ranked.nth FROM (
        SELECT id AS row, row_number() OVER (
            PARTITION BY person ORDER BY CASE
                WHEN began_utc <= CAST(strftime('%s', 'now') AS REAL) THEN began_utc
                ELSE coalesce((
                    SELECT max(began_utc) FROM sessions AS earlier
                    WHERE earlier.person = ahead.person AND earlier.id < ahead.id
                    AND earlier.began_utc <= CAST(strftime('%s', 'now') AS REAL)
                ), 0)
            END, id
        ) AS nth FROM sessions AS ahead
    ) AS ranked WHERE ranked.row = sessions.id;
    UPDATE floors SET nth = (SELECT nth FROM sessions WHERE id = session);
    UPDATE pain SET nth = (SELECT nth FROM sessions WHERE id = session);
    DROP INDEX sessions_by_time;
    DROP INDEX sessions_under_way;
    DROP INDEX sessions_with_reps;
    DROP INDEX sessions_with_holds;
    DROP INDEX floors_by_exercise;
    DROP INDEX pain_by_time;
    CREATE INDEX sessions_in_order ON sessions (person, nth);
    CREATE INDEX sessions_by_day ON sessions (person, day);
    CREATE INDEX sessions_under_way ON sessions (person, nth) WHERE got_anywhere = 1;
    CREATE INDEX sessions_with_reps ON sessions (person, nth) WHERE reps > 0;
    CREATE INDEX sessions_with_holds ON sessions (person, nth) WHERE holds > 0;
    CREATE INDEX floors_by_exercise ON floors (person, exercise, nth, place);
    CREATE INDEX pain_in_order ON pain (person, nth)
    """,
    """
    ALTER TABLE people ADD COLUMN screened_day INTEGER;
    ALTER TABLE people ADD COLUMN advised INTEGER
    """,
    "ALTER TABLE people ADD COLUMN practised INTEGER",
    """
    ALTER TABLE sessions ADD COLUMN pain_level INTEGER;
    ALTER TABLE sessions ADD COLUMN effort INTEGER;
    CREATE INDEX sessions_with_pain_level ON sessions (person, nth) WHERE pain_level IS NOT NULL;
    CREATE INDEX sessions_with_effort ON sessions (person, nth) WHERE effort IS NOT NULL
    """,
)
"""``place`` numbers the facts of a session, across all tables.

``nth`` orders the sessions of a person as they were written, because a clock may have been wrong.
``floors`` and ``pain`` repeat it and the person, because a person's last row is queried by these.
``found_day`` is the day on which a session was found to be dated ahead. ``at_s`` counts seconds
from the beginning of a session, including breaks in it. ``screened_day`` is the day of the last
screening after which the person might train, and ``advised`` whether they needed advice.
"""


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations were applied to the database."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(connection: sqlite3.Connection, path: object, known: int = len(MIGRATIONS)) -> int:
    """The version. Raises MemoryFileError if a newer program has written the database."""
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
    """Apply the missing migrations in one transaction; ``connection`` is in autocommit mode."""
    if version_of(connection) >= len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another coach may have applied them while this one waited for the lock.
        for script in migrations[version_of(connection) :]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
