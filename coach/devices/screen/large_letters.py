"""Large letters: a few words as large as they fit, drawn with half blocks or number signs.

The fonts come from FIGlet's collection by way of pyfiglet. They are hand-drawn rasters, in which a
letter is five dots wide, or three where five do not fit, and they are scaled by whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

_FONTS = ("clr6x8", "3x5")
_LARGEST = 16
"""Characters per dot at most."""

_HALVES = " ▀▄█"
_HASHES = "  ##"
"""The characters for two dots above each other: neither, the upper, the lower, both."""

Dots = NDArray[np.bool_]


@cache
def large(text: str, width: int, height: int, *, ascii_only: bool) -> tuple[str, ...]:
    """``text`` in letters as large as fit into ``height`` lines of ``width`` characters.

    Where not even the smallest letters fit, it is a line of plain text.
    """
    for font in _FONTS:
        sizes = [
            (across * down, across, down, lines)
            for lines in _broken(text.upper())
            for across, down in _scales(_shape(lines, font), width, height, ascii_only=ascii_only)
        ]
        if sizes:
            _, across, down, lines = max(sizes)
            dots = np.kron(_dots(lines, font), np.ones((down, across), np.bool_))
            return _drawn(dots, ascii_only=ascii_only)
    return (text.upper()[:width],) if height > 0 else ()


def _broken(text: str) -> Iterator[tuple[str, ...]]:
    """The ways to break a text: into one line, into two, or into a line for each word."""
    words = text.split()
    yield (" ".join(words),)
    for cut in range(1, len(words)):
        yield " ".join(words[:cut]), " ".join(words[cut:])
    if len(words) > 2:
        yield tuple(words)


def _scales(
    shape: tuple[int, ...], width: int, height: int, *, ascii_only: bool
) -> Iterator[tuple[int, int]]:
    """The scales that fit: characters per dot across, half lines per dot down."""
    rows, columns = shape
    for across in range(1, min(_LARGEST, width // columns) + 1):
        for down in range(across, 2 * across + 1):
            if rows * down <= 2 * height and not (ascii_only and down % 2):
                yield across, down


def _shape(lines: tuple[str, ...], font: str) -> tuple[int, ...]:
    return _dots(lines, font).shape


@cache
def _dots(lines: tuple[str, ...], font: str) -> Dots:
    """The dots of lines below each other, with a row between them."""
    rasters = [_raster(line, font) for line in lines]
    widest = max(raster.shape[1] for raster in rasters)
    rows = [np.pad(raster, ((0, 1), (0, widest - raster.shape[1]))) for raster in rasters]
    return np.concatenate(rows)[:-1]


def _raster(line: str, font: str) -> Dots:
    """The dots of a line, without empty rows and columns around them."""
    from pyfiglet import Figlet  # noqa: PLC0415 - only a terminal needs it

    rows = Figlet(font=font, width=10_000).renderText(line).splitlines()
    longest = max(map(len, rows))
    dots = np.array([[mark != " " for mark in row.ljust(longest)] for row in rows], np.bool_)
    used_rows, used_columns = np.flatnonzero(dots.any(axis=1)), np.flatnonzero(dots.any(axis=0))
    return dots[used_rows[0] : used_rows[-1] + 1, used_columns[0] : used_columns[-1] + 1]


def _drawn(dots: Dots, *, ascii_only: bool) -> tuple[str, ...]:
    """The characters, each for two rows of dots."""
    marks = _HASHES if ascii_only else _HALVES
    even = np.pad(dots, ((0, len(dots) % 2), (0, 0)))
    codes = even[0::2] + 2 * even[1::2].astype(int)
    return tuple("".join(marks[code] for code in row).rstrip() for row in codes)
