"""Archive file: reads an archive a session at a time, and refuses it with the field's name.

It is read twice, once to check all of it, and once to take it over. So nothing is taken from an
archive that is refused, and a long archive takes no more memory than a short one.
"""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coach.datafile import dotted, parse_json
from coach.devices.files.json_stream import JsonStream
from coach.devices.memory.archive_records import Archive, PersonRecord, SessionRecord
from coach.errors import DataError
from coach.training.history import Day

Place = tuple[str | int, ...]
Found = PersonRecord | SessionRecord

_DAY_SECONDS = 86_400.0
_MOST_PEOPLE = 10_000


@contextmanager
def opened_archive(path: Path) -> Iterator[ArchiveFile]:
    """The archive at ``path``, which may be a pipe. Raises DataError, also within the block."""
    try:
        with path.open("rb") as file:
            if stat.S_ISREG(path.stat().st_mode):
                yield ArchiveFile(file, str(path))
                return
            with tempfile.TemporaryFile() as whole:
                shutil.copyfileobj(file, whole)
                yield ArchiveFile(whole, str(path))
    except OSError as error:
        raise DataError(str(path), "", f"cannot be read: {error.strerror}") from None


class ArchiveFile:
    """An archive in a file that can be read more than once. Everything raises DataError."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file, self._path = file, path
        self.session_count = 0

    def check(self, today: Day, utc_seconds: float) -> list[PersonRecord]:
        """Check all of it, and count the sessions. Returns the people, without their sessions.

        What is dated later than the present is refused. Tomorrow is allowed, because it may have
        begun already on the other machine.
        """
        people: list[PersonRecord] = []
        self.session_count = 0
        for place, found in self._walk():
            if isinstance(found, PersonRecord):
                people.append(found)
            else:
                self.session_count += 1
            if len(people) > _MOST_PEOPLE:
                raise DataError(self._path, "people", f"there are more than {_MOST_PEOPLE}")
            self._refuse_ahead(place, found, today + 1, utc_seconds + _DAY_SECONDS)
        return people

    def sessions(self) -> Iterator[tuple[int, SessionRecord]]:
        """All sessions, each with the number of the person."""
        for place, found in self._walk():
            if isinstance(found, SessionRecord):
                yield int(place[1]), found

    def _refuse_ahead(self, place: Place, record: Found, day: Day, utc_seconds: float) -> None:
        for field, found, latest in _dates(record, day, utc_seconds):
            if found > latest:
                problem = f"is ahead of this computer's clock, found {found:.15g}"
                raise DataError(self._path, dotted((*place, *field)), problem)

    def _walk(self) -> Iterator[tuple[Place, Found]]:
        """The sessions of each person, and then the person, with their places in the file."""
        self._file.seek(0)
        stream = JsonStream(self._file, self._path)
        if not stream.begins(b"{"):
            parse_json(stream.value(), self._path, Archive, ())
        rest: dict[str, bytes] = {}
        for key in stream.members():
            if key == "people" and stream.begins(b"["):
                for who in stream.items():
                    yield from self._person(stream, ("people", who))
                rest[key] = b"[]"
            else:
                rest[key] = stream.value()
        stream.end()
        parse_json(_object(rest), self._path, Archive, ())

    def _person(self, stream: JsonStream, place: Place) -> Iterator[tuple[Place, Found]]:
        if not stream.begins(b"{"):
            parse_json(stream.value(), self._path, PersonRecord, place)
        rest: dict[str, bytes] = {}
        for key in stream.members():
            if key == "sessions" and stream.begins(b"["):
                for number in stream.items():
                    here = (*place, key, number)
                    yield here, parse_json(stream.value(), self._path, SessionRecord, here)
                rest[key] = b"[]"
            else:
                rest[key] = stream.value()
        yield place, parse_json(_object(rest), self._path, PersonRecord, place)


def _object(members: Mapping[str, bytes]) -> bytes:
    texts = (json.dumps(key).encode() + b":" + value for key, value in members.items())
    return b"{" + b",".join(texts) + b"}"


def _dates(record: Found, day: Day, utc_seconds: float) -> Iterator[tuple[Place, float, float]]:
    """Every date: the place of its field, its value, and the latest value that it may have."""
    if isinstance(record, PersonRecord):
        if record.screened_day is not None:
            yield ("screened_day",), record.screened_day, day
        return
    yield ("began_utc",), record.began_utc, utc_seconds
    yield ("last_utc",), record.last_utc, utc_seconds
    yield ("day",), record.day, day
    if record.pain is not None:
        yield ("pain", "day"), record.pain.day, day
