"""Attempts: how soon a code may be tried again, so that none is guessed.

Whoever tries wrong codes slows nobody down but themselves; a code of somebody else is never used
up. What comes from all of the home together is bounded, too, as one device may have many addresses.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from math import ceil

WINDOW_SECONDS = 300.0
"""For how long a wrong code counts: as long as a right one may be used."""

_LONGEST_WAIT_SECONDS = 60.0

_MOST_WRONG = {4: 50, 6: 500}
"""So many wrong codes of that many digits within the window may come from sources that have shown a
wrong one before; twice as many with those that have not. A code of four digits is so guessed once
in a hundred times at most, and of six once in a thousand."""


class Attempts:
    """The wrong codes of the last minutes. ``seconds_now`` is a monotonic clock; one thread."""

    def __init__(self, seconds_now: Callable[[], float]) -> None:
        self._seconds_now = seconds_now
        self._wrong: list[tuple[float, str, int]] = []

    def wait_seconds(self, source: str, digits: int) -> int:
        """How long ``source`` has to wait until it may try a code of so many digits; 0 for not."""
        now = self._seconds_now()
        self._wrong = [each for each in self._wrong if now - each[0] < WINDOW_SECONDS]
        own = [at for at, other, _ in self._wrong if other == source]
        of_all = [at for at, _, length in self._wrong if length == digits]
        free_at = now
        if own:
            free_at = own[-1] + min(_LONGEST_WAIT_SECONDS, 2.0 ** (len(own) - 1))
        most = _MOST_WRONG.get(digits, 0) * (1 if own else 2)
        if 0 < most <= len(of_all):
            free_at = max(free_at, of_all[-most] + WINDOW_SECONDS)
        return ceil(free_at - now)

    def note_wrong(self, source: str, digits: int) -> None:
        """Note a wrong code; one that is no code by its length teaches nobody anything."""
        if digits in _MOST_WRONG:
            self._wrong.append((self._seconds_now(), source, digits))


def source_of(host: str) -> str:
    """Whose address it is: with IPv6 one device has as many as it likes of its network."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
