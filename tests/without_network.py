"""Without network: the command ``coach`` in a process that may open no socket but a local one.

    python -m tests.without_network rehearse …

Python's audit events watch what Python does, a seccomp filter of the kernel what C does as well,
in every thread and every child. Neither can be taken back, nor can a library swallow it as an
error: the process ends. Sockets of AF_UNIX are allowed: so programs of one machine talk, such as
a sound server.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
from typing import Any

CAUGHT_BY_PYTHON = 97
"""The exit status; who is caught by the kernel dies of SIGSYS."""

_RESOLVING = {
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.getnameinfo",
}
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""What the kernel calls the architecture (linux/audit.h), and its number of socket(2)."""


def forbid_in_python() -> None:
    """End this process when Python opens a socket that leads elsewhere, or resolves a name."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        foreign = event in _RESOLVING
        if event == "socket.__new__":
            foreign = arguments[1] != socket.AF_UNIX
        elif event in ("socket.bind", "socket.connect", "socket.sendto"):
            foreign = arguments[0].family != socket.AF_UNIX
        if foreign:
            os.write(2, f"network: {event} {arguments[1:]}\n".encode())
            os._exit(CAUGHT_BY_PYTHON)

    sys.addaudithook(watch)


def forbid_in_kernel() -> str:
    """Let the kernel kill this process at such a socket; why it cannot, empty when it does."""
    if platform.system() != "Linux" or platform.machine() not in _SOCKET_CALLS:
        return f"no filter is known for {platform.system()} on {platform.machine()}"
    architecture, call = _SOCKET_CALLS[platform.machine()]
    # Of the call's description: number at 0, architecture at 4, first argument at 16.
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 4, architecture),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 2, call),
        (_LOAD, 0, 0, 16),
        (_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    for request in ((_NO_NEW_PRIVS, 1, 0, 0, 0), (_SECCOMP, _FILTER, program, 0, 0)):
        if library.prctl(*request) != 0:
            return f"the kernel takes no filter: {os.strerror(ctypes.get_errno())}"
    return ""


if __name__ == "__main__":
    forbid_in_python()
    forbid_in_kernel()
    from coach.__main__ import main  # what is imported is watched as well

    main()
