"""Kept journals: the transcript of a past session, if its journal lies in a folder.

A journal does not say whose it is. It is that of a session if its sets began, and its reps and its
planks ended, at the same samples.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from coach.devices.files.bounded_file import read_bounded
from coach.display.page_feed import Kind
from coach.errors import DataError

_MOST_BYTES = 16 << 20
"""A journal of an hour has half a megabyte."""

_MOST_FILES = 2000
"""So many of the newest files are looked at."""

_ENOUGH = 3
"""So many sets, reps and planks at the same samples are no chance."""

_SUFFIX = ".jsonl"

Line = dict[str, Any]
"""A line of a transcript, as the page of a session is told it."""


class KeptJournals:
    """The journals in ``folder``; those in folders below it are not looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[Path, int, int], frozenset[float]] = {}

    def transcript(self, marks_s: Collection[float]) -> list[Line] | None:
        """The lines of the session that has ``marks_s``; None where no journal is its own."""
        own = {_key(at) for at in marks_s}
        enough = max(1, min(_ENOUGH, len(own)))
        for path in self._files():
            if len(own & self._marks(path)) >= enough:
                return [line for record in _records(path) for line in _lines(record)]
        return None

    def _files(self) -> list[Path]:
        """The newest first."""
        try:
            dated = [(path.stat().st_mtime, path) for path in self._folder.glob(f"*{_SUFFIX}")]
        except OSError:
            return []
        return [path for _, path in sorted(dated, reverse=True)[:_MOST_FILES]]

    def _marks(self, path: Path) -> frozenset[float]:
        try:
            status = path.stat()
        except OSError:
            return frozenset()
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in self._known:
            marks = (_mark(record) for record in _records(path))
            self._known[key] = frozenset(mark for mark in marks if mark is not None)
        return self._known[key]


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a journal; what is none is left out."""
    try:
        content = read_bounded(path, _MOST_BYTES)
    except (OSError, DataError):
        return
    for line in content.splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        at_s = record.get("at_s") if isinstance(record, dict) else None
        if isinstance(at_s, int | float) and isfinite(at_s):
            yield record


def _mark(record: dict[str, Any]) -> float | None:
    return _key(record["at_s"]) if record.get("event") in ("set", "rep", "hold") else None


def _key(at_s: float) -> float:
    """Finer than a sample, and coarser than what a number loses in a file."""
    return round(at_s, 5)


def _lines(record: dict[str, Any]) -> Iterator[Line]:
    text, kind = _spoken(record)
    if kind is not None and isinstance(text, str):
        cut = record.get("interrupted") is True
        yield {"at": round(record["at_s"], 2), "kind": kind, "text": text, "cut": cut}


def _spoken(record: dict[str, Any]) -> tuple[object, Kind | None]:
    match record.get("event"):
        case "said":
            return record.get("text"), "said"
        case "tone":
            return record.get("name"), "tone"
        case "heard" if record.get("accepted") is True:
            return record.get("text"), "heard"
        case "heard":
            return record.get("text"), "doubted" if record.get("doubtful") is True else "ignored"
        case _:
            return None, None
