"""Large letters: a few words as large as they fit, of half blocks or of number signs.

The fonts come from FIGlet's collection by way of pyfiglet: hand-drawn rasters in which a letter is
five dots wide, or three where that is too much. They are scaled by whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

_FONTS = ("clr6x8", "3x5")
_LARGEST = 16
_HALVES = " ▀▄█"
_HASHES = "  ##"

Dots = NDArray[np.bool_]


@cache
def large(text: str, width: int, height: int, *, ascii_only: bool) -> tuple[str, ...]:
    """``text`` in at most ``height`` lines of at most ``width`` characters, as large as it fits.

    In the plain letters of one line where there is no room for larger ones.
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
    """The words in one line, in two, or each in its own."""
    words = text.split()
    yield (" ".join(words),)
    for cut in range(1, len(words)):
        yield " ".join(words[:cut]), " ".join(words[cut:])
    if len(words) > 2:
        yield tuple(words)


def _scales(
    shape: tuple[int, ...], width: int, height: int, *, ascii_only: bool
) -> Iterator[tuple[int, int]]:
    """By how much it may be scaled: characters across, half lines down."""
    rows, columns = shape
    for across in range(1, min(_LARGEST, width // columns) + 1):
        for down in range(across, 2 * across + 1):
            if rows * down <= 2 * height and not (ascii_only and down % 2):
                yield across, down


def _shape(lines: tuple[str, ...], font: str) -> tuple[int, ...]:
    return _dots(lines, font).shape


@cache
def _dots(lines: tuple[str, ...], font: str) -> Dots:
    """Lines below each other, a row between them."""
    rasters = [_raster(line, font) for line in lines]
    widest = max(raster.shape[1] for raster in rasters)
    rows = [np.pad(raster, ((0, 1), (0, widest - raster.shape[1]))) for raster in rasters]
    return np.concatenate(rows)[:-1]


def _raster(line: str, font: str) -> Dots:
    """A line as dots, without empty rows and columns around it."""
    from pyfiglet import Figlet  # noqa: PLC0415 - only a terminal needs it

    rows = Figlet(font=font, width=10_000).renderText(line).splitlines()
    longest = max(map(len, rows))
    dots = np.array([[mark != " " for mark in row.ljust(longest)] for row in rows], np.bool_)
    used_rows, used_columns = np.flatnonzero(dots.any(axis=1)), np.flatnonzero(dots.any(axis=0))
    return dots[used_rows[0] : used_rows[-1] + 1, used_columns[0] : used_columns[-1] + 1]


def _drawn(dots: Dots, *, ascii_only: bool) -> tuple[str, ...]:
    """Two rows of dots a line."""
    marks = _HASHES if ascii_only else _HALVES
    even = np.pad(dots, ((0, len(dots) % 2), (0, 0)))
    codes = even[0::2] + 2 * even[1::2].astype(int)
    return tuple("".join(marks[code] for code in row).rstrip() for row in codes)
