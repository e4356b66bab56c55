"""Archive reader: reads all that is remembered, and writes it as an archive, a session at a time.

So a long history takes no more memory than a short one. What cannot be read, or is not what an
archive may hold, is left out and named; the rest is complete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from coach.datafile import Strict, checked
from coach.devices.memory.archive_records import (
    OF_PERSON,
    OWN,
    PARTS,
    PainRecord,
    PersonRecord,
    SessionRecord,
)
from coach.devices.memory.file_errors import NO_VALUE
from coach.devices.system.wall_clock import iso_date
from coach.errors import DataError
from coach.training.history import Day

_BEGINNING = b'{"format":"flatback training","version":1,"people":['

_BOOLEANS = frozenset({"perfect", "whole", "got_anywhere", "sits", "practised", "advised"})
"""SQLite has no booleans, only 0 and 1."""

_UNREADABLE = (sqlite3.Error, DataError, *NO_VALUE)
"""What reading a damaged row raises; a UnicodeDecodeError is a ValueError."""

_MOST_PROBED = 20_000
"""How many rows are tried one by one where no list of them can be read: those of thirty years."""

Found = TypeVar("Found")


class ArchiveReader:
    """Reads the archive of a memory once; the counts are right when it was read to its end.

    ``today`` and ``utc_seconds`` are the present, which replaces any later date. The session in the
    row ``without`` is passed over. A session of which a part cannot be read is left out, or, with
    ``spares``, only that part.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        today: Day,
        utc_seconds: float,
        without: int | None = None,
        *,
        spares: bool = False,
    ) -> None:
        self._connection, self._without, self._spares = connection, without, spares
        self._today, self._utc_seconds = today, utc_seconds
        self.people = 0
        self.sessions = 0
        self.left_out: list[str] = []
        """What is missing in the archive, a line for each thing, with the reason."""

    def pieces(self) -> Iterator[bytes]:
        """The JSON text, read in one transaction. Raises sqlite3.Error if no person can be read."""
        with self._reading():
            yield _BEGINNING
            for row, person in self._people():
                head = person.model_dump_json(exclude={"sessions"}).removesuffix("}")
                yield (b"," if self.people > 1 else b"") + head.encode() + b',"sessions":['
                comma = b""
                for session in self._sessions(row, person.name):
                    yield comma + session.model_dump_json().encode()
                    comma = b","
                yield b"]}"
            yield b"]}"

    @contextmanager
    def records(
        self,
    ) -> Iterator[tuple[list[PersonRecord], Iterator[tuple[int, SessionRecord]]]]:
        """The people, and the sessions with the number of their person, read in one transaction.

        Raises sqlite3.Error when no person can be read.
        """
        with self._reading():
            found = list(self._people())
            sessions = (
                (who, session)
                for who, (row, person) in enumerate(found)
                for session in self._sessions(row, person.name)
            )
            yield [person for _, person in found], sessions

    @contextmanager
    def _reading(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # after a page that cannot be read, this cannot end well
                self._connection.execute("ROLLBACK")

    def _people(self) -> Iterator[tuple[int, PersonRecord]]:
        rows = self._connection.execute("SELECT id FROM people ORDER BY id").fetchall()
        for (row,) in rows:
            person = self._whole(f"person {row}", partial(self._read_person, row))
            if person is not None:
                self.people += 1
                yield row, person

    def _sessions(self, person: int, name: str) -> Iterator[SessionRecord]:
        rows = self._whole(f"the sessions of {name}", partial(self._session_rows, person)) or []
        for row in rows:
            if row == self._without:
                continue
            label = self._whole(f"session {row} of {name}", partial(self._label, row))
            if label is None:
                continue
            named = f"the session of {name} on {label}"
            session = self._whole(named, partial(self._read_session, row))
            if session is not None:
                self.sessions += 1
                yield session

    def _whole(self, what: str, read: Callable[[], Found]) -> Found | None:
        """What ``read`` returns, or None after noting that it cannot be read."""
        try:
            return read()
        except _UNREADABLE as error:
            why = f"{error.where}: {error.problem}" if isinstance(error, DataError) else str(error)
            self.left_out.append(f"{what} is left out: {why or 'it is damaged'}")
            return None

    def _session_rows(self, person: int) -> list[int]:
        try:
            found = self._connection.execute(
                "SELECT id FROM sessions WHERE person = ? ORDER BY nth", (person,)
            )
            return [row for (row,) in found]
        except sqlite3.DatabaseError:  # a page of the table, or of its index
            return self._rows_one_by_one(person)

    def _rows_one_by_one(self, person: int) -> list[int]:
        """The rows that can be found without those beside them."""
        rows, lost = [], 0
        for row in range(1, self._last_row() + 1):
            try:
                found = self._connection.execute("SELECT person FROM sessions WHERE id = ?", (row,))
                if found.fetchone() == (person,):
                    rows.append(row)
            except _UNREADABLE:
                lost += 1
        if lost:
            self.left_out.append(f"{lost} rows of sessions are left out: they are damaged")
        return rows

    def _last_row(self) -> int:
        for last in ("max(id) FROM sessions NOT INDEXED", "max(session) FROM sets"):
            with suppress(*_UNREADABLE):
                (row,) = self._connection.execute(f"SELECT {last}").fetchone()
                return min(int(row or 0), _MOST_PROBED)
        return _MOST_PROBED

    def _label(self, row: int) -> str:
        """The day of a session, as far as it can be read."""
        (day,) = self._connection.execute(
            "SELECT day FROM sessions WHERE id = ?", (row,)
        ).fetchone()
        return iso_date(day)

    def _read_person(self, row: int) -> PersonRecord:
        (own,) = self._rows(OF_PERSON, "people WHERE id = ?", row)
        if own["screened_day"] is not None:
            own["screened_day"] = min(own["screened_day"], self._today)
        return checked({**own, "sessions": []}, PersonRecord, lambda _key: "")

    def _read_session(self, row: int) -> SessionRecord:
        (own,) = self._rows(OWN, "sessions WHERE id = ?", row)
        parts = {table: self._part(table, record, row) for table, record in PARTS.items()}
        pain = self._pain(row)
        for dated in (own, *pain):
            dated["day"] = min(dated["day"], self._today)
        for time in ("began_utc", "last_utc"):
            own[time] = min(own[time], self._utc_seconds)
        whole = {**own, **parts, "pain": pain[0] if pain else None}
        return checked(whole, SessionRecord, lambda _key: "")

    def _part(self, table: str, record: type[Strict], row: int) -> list[dict[str, Any]]:
        names = tuple(record.model_fields)
        if not self._spares:
            return self._rows(names, f"{table} WHERE session = ? ORDER BY place", row)
        found: list[dict[str, Any]] = []
        with suppress(*_UNREADABLE):
            places = self._rows(("place",), f"{table} WHERE session = ? ORDER BY place", row)
            for each in places:
                with suppress(*_UNREADABLE):
                    chosen = f"{table} WHERE session = ? AND place = ?"
                    (fields,) = self._rows(names, chosen, row, each["place"])
                    checked(fields, record, lambda _key: "")
                    found.append(fields)
        return found

    def _pain(self, row: int) -> list[dict[str, Any]]:
        try:
            found = self._rows(("day", "exercise"), "pain WHERE session = ?", row)
            return [checked(each, PainRecord, lambda _key: "").model_dump() for each in found]
        except _UNREADABLE:
            if not self._spares:
                raise
            return []

    def _rows(self, names: tuple[str, ...], chosen: str, *row: int) -> list[dict[str, Any]]:
        rows = self._connection.execute(f"SELECT {', '.join(names)} FROM {chosen}", row)
        booleans = [name for name in names if name in _BOOLEANS]
        found = [dict(zip(names, values, strict=True)) for values in rows]
        for name in booleans:
            for fields in found:
                fields[name] = None if fields[name] is None else bool(fields[name])
        return found
