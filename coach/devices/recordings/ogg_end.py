"""Ogg end: whether the last page of an Ogg file (Vorbis, Opus, Speex, FLAC) is whole, and the last.

libsndfile reads what was cut short up to the last whole page, without a word. To find that page it
searches the whole file, however long it is.
"""

from __future__ import annotations

from typing import BinaryIO, Literal

OggEnd = Literal["whole", "goes on", "cut short", "no page"]
"""A stream that "goes on" lacks its last page, as that of a recorder that was killed does. A file
with "no page" at its end has something else there, and much of it."""

_MAGIC = b"OggS\0"
_HEAD = 27
"""The bytes of a page before its table, which has a byte for each of up to 255 parts."""
_MOST_BYTES = _HEAD + 255 + 255 * 255
"""The longest page."""
_LAST = 4
"""The bit of the sixth byte that marks the last page of a stream."""


def find_ogg_end(file: BinaryIO, length: int) -> OggEnd | None:
    """How the Ogg file of ``length`` bytes ends, None for another format. Raises OSError."""
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        return None
    file.seek(max(0, length - 2 * _MOST_BYTES))
    end = file.read()
    at = end.rfind(_MAGIC)
    if at < 0:
        return "no page"
    page = end[at:]
    table = page[_HEAD : _HEAD + page[_HEAD - 1]] if len(page) >= _HEAD else b""
    if len(page) < _HEAD or len(page) < _HEAD + page[_HEAD - 1] + sum(table):
        return "cut short"
    return "whole" if page[5] & _LAST else "goes on"
