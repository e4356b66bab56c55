"""Json stream: reads a JSON file a value at a time, so that its length takes no memory.

Objects and lists that contain the values are walked through here; a value itself is returned as
bytes, which the caller parses and checks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO

from coach.errors import DataError
from coach.plain_tree import refuse_wide

MOST_VALUE_BYTES = 4 << 20
"""The most bytes of a single value."""

_BLOCK = 1 << 16
_MOST_KEYS = 1000
_MARK = b"\xef\xbb\xbf"

_SPACE = re.compile(rb"[ \t\r\n]*+")
_BETWEEN = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""Whatever stands before the next bracket that is not within a string."""
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^,:\[\]{}\"\s]++")


class JsonStream:
    """A JSON file that is walked through once. ``path`` is for its errors.

    Every method raises DataError for what is no JSON, and OSError when it cannot be read.
    """

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file, self._path = file, path
        self._held = b""
        self._at = 0
        self._lines, self._columns = 0, 0
        """How many lines, and bytes of the last of them, came before what is held."""
        while len(self._held) < 4 and self._more():
            pass
        refuse_wide(self._held, path)
        if self._held.startswith(_MARK):
            self._at = len(_MARK)

    def begins(self, bracket: bytes) -> bool:
        """Whether the value that comes next begins with a bracket."""
        return self._peek() == bracket

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; the value of each is to be read before the next
        key is asked for."""
        seen: set[str] = set()
        for _ in self._entries(b"{", b"}"):
            key = self._key()
            if key in seen:
                raise DataError(self._path, key[:60], "this key stands there twice")
            if len(seen) == _MOST_KEYS:
                raise DataError(self._path, self._where(), f"more than {_MOST_KEYS} keys")
            seen.add(key)
            self._take(b":")
            yield key

    def items(self) -> Iterator[int]:
        """The numbers of the values in the list that comes next, each of which is to be read."""
        yield from self._entries(b"[", b"]")

    def value(self) -> bytes:
        """The text of the value that comes next."""
        first = self._peek()
        if first == b'"':
            return self._string()
        return self._nested() if first in (b"{", b"[") else self._scalar()

    def end(self) -> None:
        """Check that nothing follows."""
        if self._peek():
            raise self._broken()

    def _entries(self, opening: bytes, closing: bytes) -> Iterator[int]:
        self._take(opening)
        if self._peek() == closing:
            self._take(closing)
            return
        for number in count():
            yield number
            if self._peek() == closing:
                self._take(closing)
                return
            self._take(b",")

    def _key(self) -> str:
        if self._peek() != b'"':
            raise self._broken()
        try:
            return str(json.loads(self._string()))
        except ValueError:
            raise self._broken() from None

    def _nested(self) -> bytes:
        """An object or a list, up to the bracket that closes it."""
        depth, place = 0, self._at
        while True:
            found = _BETWEEN.match(self._held, place)
            place = place if found is None else found.end()
            bracket = self._held[place : place + 1]
            if bracket in (b"", b'"'):  # the end of what is held, or a string that goes on
                place -= self._at
                self._need_more()
                continue
            depth += 1 if bracket in b"{[" else -1
            place += 1
            if depth == 0:
                return self._cut(place)

    def _string(self) -> bytes:
        while (found := _STRING.match(self._held, self._at)) is None:
            self._need_more()
        return self._cut(found.end())

    def _scalar(self) -> bytes:
        while True:
            found = _SCALAR.match(self._held, self._at)
            if found is None:
                raise self._broken()
            if found.end() < len(self._held) or not self._more():
                return self._cut(found.end())

    def _peek(self) -> bytes:
        """The next byte that is no space; none at the end."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def _take(self, byte: bytes) -> None:
        if self._peek() != byte:
            raise self._broken()
        self._at += 1

    def _cut(self, end: int) -> bytes:
        text = self._held[self._at : end]
        self._at = end
        return text

    def _need_more(self) -> None:
        if not self._more():
            raise self._broken()

    def _more(self) -> bool:
        """Read more of the file, and drop what was used; False at its end."""
        self._lines, self._columns = self._passed()
        block = self._file.read(_BLOCK)
        self._held, self._at = self._held[self._at :] + block, 0
        if len(self._held) > MOST_VALUE_BYTES:
            problem = f"a value has more than {MOST_VALUE_BYTES >> 20} MB"
            raise DataError(self._path, self._where(), problem)
        return bool(block)

    def _passed(self) -> tuple[int, int]:
        """How many lines, and bytes of the last of them, have been walked through."""
        used = self._held[: self._at]
        lines = used.count(b"\n")
        columns = len(used) - used.rfind(b"\n") - 1 if lines else self._columns + len(used)
        return self._lines + lines, columns

    def _where(self) -> str:
        lines, columns = self._passed()
        return f"line {lines + 1}, column {columns + 1}"

    def _broken(self) -> DataError:
        return DataError(self._path, self._where(), "not JSON, or not all of it")
