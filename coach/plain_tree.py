"""Plain tree: how large, how deep and how numerous the values of a data file may be.

A file that somebody else wrote is read in little time and memory, or is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from coach.errors import DataError

MOST_BYTES = 256 << 10
"""The largest YAML or TOML file; the largest that comes with the coach has 17 kB."""

MOST_JSON_BYTES = 64 << 20
"""The largest JSON file: an archive has some kilobytes a session."""

MOST_VALUES = 10_000
"""The most values of a YAML or TOML file, each counted wherever an alias repeats it."""

DEEPEST = 32
"""How deep values may be nested."""

_LARGEST = 1 << 63
"""Whole numbers stay below."""

_WIDE_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_WIDE_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "UTF-16",
    (True, False, True, False): "UTF-16",
    (False, True, True, True): "UTF-32",
    (True, True, True, False): "UTF-32",
}
"""Which of the first four bytes are zero where the first letters are of ASCII."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that would command a terminal."""


def refuse_large(text: str, path: str) -> None:
    """Raise DataError for a text that is larger than any that a person writes."""
    if len(text) > MOST_BYTES:
        raise DataError(path, "", f"the file has more than {MOST_BYTES} characters")


def refuse_wide(content: bytes, path: str) -> None:
    """Raise DataError for text in UTF-16 or UTF-32, which begins with a mark, or has zeros within
    its first letters."""
    marked = next((name for mark, name in _WIDE_MARKS.items() if content.startswith(mark)), None)
    wide = marked or _WIDE_ZEROS.get(tuple(byte == 0 for byte in content[:4]))
    if wide is not None:
        cure = "save it as UTF-8 (some editors call UTF-16 Unicode)"
        raise DataError(path, "", f"is {wide} text: {cure}")


def limited(tree: Any, path: str, where: Callable[..., str]) -> Any:
    """The tree in Python's own types. Raises DataError where there is more of it than anybody
    writes; ``where`` says in an error message where a place is."""
    values = count(1)

    def plain(tree: Any, place: tuple[str | int, ...]) -> Any:
        if next(values) > MOST_VALUES:
            raise DataError(path, "", f"there are more than {MOST_VALUES} values, aliases repeated")
        if len(place) > DEEPEST:
            raise DataError(path, where(*place[:4]), f"nested deeper than {DEEPEST}")
        if isinstance(tree, Mapping):
            return {scalar(key, place): plain(value, (*place, key)) for key, value in tree.items()}
        if isinstance(tree, list):
            return [plain(value, (*place, index)) for index, value in enumerate(tree)]
        return scalar(tree, place)

    def scalar(value: Any, place: tuple[str | int, ...]) -> Any:
        problem = None
        if isinstance(value, str) and (control := _CONTROL.search(value)):
            problem = f"there is a control character in it, {control.group()!r}"
        elif isinstance(value, int) and abs(value) >= _LARGEST:
            problem = "the number is too large"
        if problem is not None:
            raise DataError(path, where(*place), problem)
        # ruamel keeps the spelling of scalars in subclasses of float, int and str.
        return next(
            (kind(value) for kind in (bool, int, float, str) if isinstance(value, kind)), value
        )

    return plain(tree, ())
