"""Plain text: what others have written, made harmless where it is shown.

A name from a file may hold what moves the cursor, colours the screen or runs in a spreadsheet. Each
function is for one kind of output, and leaves plain text as it is.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

_LONGEST = 80
"""Characters of a name that are shown; a line of an error is not shortened."""

_FORMULA = frozenset("=+-@")
"""What a spreadsheet takes for the beginning of a formula, also in its full-width form."""


def on_screen(text: str) -> str:
    """``text`` in one line, with nothing in it that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def as_name(text: str) -> str:
    """``text`` as a name in a table or a plot: on one line, not too long, with spaces for ``_``."""
    shown = on_screen(text).replace("_", " ")
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def in_cell(value: object) -> object:
    """A value of a CSV file; text that would be a formula is quoted as text."""
    if not isinstance(value, str):
        return value
    shown = on_screen(value)
    first = unicodedata.normalize("NFKC", shown).lstrip()[:1]
    return f"'{shown}" if first in _FORMULA else shown


def in_json(fields: Mapping[str, Any]) -> str:
    """A line of JSON, escaped so that it is harmless on a terminal and means the same."""
    written = json.dumps(fields, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(
        one if one.isprintable() else f"\\u{ord(one):04x}" if ord(one) < 0x10000 else _pair(one)
        for one in written
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _pair(character: str) -> str:
    """A character beyond the first 65 536, which JSON escapes in two halves."""
    return json.dumps(character)[1:-1]
