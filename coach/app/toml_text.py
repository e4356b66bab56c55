"""Toml text: writes a tree of tables, lists and scalars as TOML that a person can read and edit.

Only what data files hold: no dates, and no tables within lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_LONGEST_LINE = 100
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(tree: Mapping[str, Any]) -> str:
    """The same tree is always the same text, and is read back as it was."""
    return "\n".join(_lines(tree, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if place and (plain or not table):
        yield f"\n[{'.'.join(map(_key, place))}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _lines(value, (*place, key))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        items = [_value(each) for each in value]
        line = f"[{', '.join(items)}]"
        if len(line) <= _LONGEST_LINE:
            return line
        return "\n".join(("[", *(f"    {item}," for item in items), "]"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return _string(value) if isinstance(value, str) else repr(value)


def _string(text: str) -> str:
    """JSON escapes all that TOML does, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
