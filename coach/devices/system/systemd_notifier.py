"""Systemd notifier: tells the service manager that the coach is up, what it does, that it lives.

The protocol is sd_notify(3): lines of ``NAME=value`` in a datagram to the socket that
$NOTIFY_SOCKET names. Without one, nothing is opened and nothing said.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

_PATIENCE_SECONDS = 0.5
"""What a manager that does not read may cost at a time."""

_PREPARING_SECONDS = 60


class SystemdNotifier:
    """The Notifier of a service; ``environment`` is what systemd started the process with.

    A manager that is gone is no reason to end: what cannot be told is not.
    """

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds_now = seconds_now
        self._ready = False
        self._status = ""
        self._beat_at: float | None = None
        self._between_beats = _between_beats(environment)
        self._socket: socket.socket | None = None
        address = environment.get("NOTIFY_SOCKET", "")
        # A name of the abstract namespace begins with a zero byte, which no variable can hold.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        if address.startswith(("@", "/")):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.settimeout(_PATIENCE_SECONDS)

    def preparing(self, done: int, of: int) -> None:
        """The start takes its time: a minute more from now."""
        self._tell(f"EXTEND_TIMEOUT_USEC={_PREPARING_SECONDS * 1_000_000}")
        self.status(f"preparing the voice, {done} of {of}")

    def ready(self) -> None:
        """The coach listens, or looks for what to listen with; told once."""
        if not self._ready:
            self._ready = self._tell("READY=1")

    def status(self, line: str) -> None:
        """What it does, in a line; told when it is another."""
        if line != self._status:
            self._status = line
            self._tell(f"STATUS={line}")

    def beat(self) -> None:
        """It lives; told when half of the time is over after which systemd would give it up."""
        if self._between_beats is None:
            return
        now = self._seconds_now()
        if self._beat_at is None or now - self._beat_at >= self._between_beats:
            self._beat_at = now
            self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """It ends, and has been asked to."""
        self._tell("STOPPING=1")

    def close(self) -> None:
        """Nothing is told any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _tell(self, line: str) -> bool:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(line.encode(), self._address)
                return True
        return False


def _between_beats(environment: Mapping[str, str]) -> float | None:
    """Seconds; None where nobody watches, or watches another process: sd_watchdog_enabled(3)."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdecimal() else None
