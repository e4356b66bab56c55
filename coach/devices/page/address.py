"""Address: where the page is served - ADDRESS:PORT as it is typed, and the socket that listens."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
from dataclasses import dataclass

from coach.errors import PageError

DEFAULT = "127.0.0.1:8750"
"""This computer alone."""

_BACKLOG = 32
"""How many connections the system keeps until they are accepted."""

_CHOOSE = "choose another port, or an address of this computer"
_NO_NETWORK = "a service has no network: leave out --page, and run sudo scripts/install_pi --page"

_ELSEWHERE = ("192.0.2.1", 9)
"""An address that is nobody's; nothing is sent to it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. ``host`` is an address literal, or a name of this computer."""

    host: str
    port: int

    @property
    def names(self) -> frozenset[str]:
        """The name under which the page may be asked for, if ``host`` is one."""
        return frozenset() if is_literal(self.host) else frozenset({self.host.lower()})


def parse_address(text: str) -> Address:
    """The address in ``ADDRESS:PORT``, ``ADDRESS``, ``:PORT`` or ``PORT``; what is left out is that
    of DEFAULT. An IPv6 address stands in brackets. Raises PageError."""
    found = re.fullmatch(r"(?:(\d+)|(\[[^\]]+\]|[^:\[\]]*)(?::(\d+))?)", text.strip())
    host, _, usual = DEFAULT.rpartition(":")
    if not found or int(found[1] or found[3] or usual) > 65535:
        raise PageError(f"{text}: is no address: write it as in {DEFAULT} or [::1]:8750")
    asked = (found[2] or host).strip("[]")
    return Address(asked, int(found[1] or found[3] or usual))


def is_literal(host: str) -> bool:
    """Whether ``host`` is the address itself, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def listen(address: Address) -> socket.socket:
    """A socket that listens there. Raises PageError when it cannot."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    where = (address.host, address.port)
    try:
        return socket.create_server(where, family=family, backlog=_BACKLOG)
    except OSError as error:
        why = str(error) if error.errno is None else os.strerror(error.errno)
        mend = _NO_NETWORK if error.errno == errno.EAFNOSUPPORT else _CHOOSE
        raise PageError(
            f"{address.host}:{address.port}: no page can be served there: {why}; {mend}"
        ) from None


def url(listening: socket.socket) -> str:
    """Where a browser finds the page; by the computer's name if it listens on all addresses and
    this process may not know one."""
    host, port = listening.getsockname()[:2]
    return url_of(Address(host, port))


def url_of(address: Address) -> str:
    """The same of an address at which the page is, or will be."""
    host, port = address.host, address.port
    if is_literal(host) and ipaddress.ip_address(host).is_unspecified:
        host = _own_address() or socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _own_address() -> str | None:
    """The address of this computer in its network; None without one, and without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect(_ELSEWHERE)
            return str(asking.getsockname()[0])
    except OSError:
        return None
