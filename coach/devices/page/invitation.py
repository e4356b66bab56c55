"""Invitation: the page's address with a code in it, which pairs the device that opens it.

On a terminal it is a QR code, in half blocks, two modules a character.
"""

from __future__ import annotations

import ipaddress
import os
from typing import TextIO
from urllib.parse import urlsplit

from coach.devices.page.pairings import CODE_SECONDS, Pairings

WHAT_IT_IS = (
    f"On a device that is not paired yet, within {CODE_SECONDS // 60} minutes, for one alone:"
)

_BLACK_ON_WHITE, _AS_BEFORE = "\x1b[30;107m", "\x1b[0m"


_QUIET = 2
"""How many empty modules stand around it. The norm has four; phones do with two."""

_BLOCKS = {(0, 0): " ", (1, 0): "\N{UPPER HALF BLOCK}", (0, 1): "\N{LOWER HALF BLOCK}"}
_FULL = "\N{FULL BLOCK}"


def invite(place: str, pairings: Pairings) -> str:
    """The address ``place`` of the page with a new code in it. Raises PageError."""
    return f"{place}#{pairings.offer()}"


def as_code(link: str, stream: TextIO) -> tuple[str, ...]:
    """The lines of a QR code of ``link``; none where no phone could read it off ``stream``, or the
    page is for this computer alone."""
    if not (_is_for_others(link) and _is_drawn_on(stream)):
        return ()
    return qr_lines(link)


def qr_lines(text: str) -> tuple[str, ...]:
    """The QR code of ``text``, as lines of one width that are to be black on white."""
    import segno  # noqa: PLC0415 - only where one is wanted

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [list(row) for row in code.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return tuple(
        "".join(_BLOCKS.get(pair, _FULL) for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )


def in_colours(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines with the colours that a phone needs."""
    return tuple(f"{_BLACK_ON_WHITE}{line}{_AS_BEFORE}" for line in lines)


def _is_for_others(place: str) -> bool:
    host = urlsplit(place).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def _is_drawn_on(stream: TextIO) -> bool:
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown") or not stream.isatty():
        return False
    return (stream.encoding or "").lower().replace("-", "") == "utf8"
