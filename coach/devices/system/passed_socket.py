"""Passed socket: the socket that systemd listens on for a service, and hands to it as it starts.

The protocol is sd_listen_fds(3): the descriptors from 3 on, named in the environment. It lets a
service be reached that itself may open no connection.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from coach.errors import PageError

_FIRST_DESCRIPTOR = 3


def passed_socket(
    name: str, environment: Mapping[str, str] = os.environ, first: int = _FIRST_DESCRIPTOR
) -> socket.socket | None:
    """The socket that the socket unit calls ``name`` in FileDescriptorName; None without one.

    It belongs to the caller from then on. ``first`` is the descriptor of the first one. Raises
    PageError when it is none that accepts connections.
    """
    count = environment.get("LISTEN_FDS", "")
    if environment.get("LISTEN_PID") != str(os.getpid()) or not count.isdecimal():
        return None
    names = environment.get("LISTEN_FDNAMES", "").split(":")[: int(count)]
    if name not in names:
        return None
    try:
        passed = socket.socket(fileno=first + names.index(name))
        passed.set_inheritable(False)
        if passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return passed
        passed.close()
    except OSError:
        pass
    raise PageError(
        f"systemd passed no socket that accepts connections as {name!r}: "
        "let the socket unit have ListenStream= and Accept=no"
    )
