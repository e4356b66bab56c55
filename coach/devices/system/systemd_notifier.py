"""Systemd notifier: reports to systemd that the service is ready, what it does, and its heartbeat.

The protocol is sd_notify(3): lines of ``NAME=value`` in a datagram to the socket that
$NOTIFY_SOCKET names. Without that variable nothing is opened or sent.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

_PATIENCE_SECONDS = 0.5
"""How long a message may take when systemd does not read it."""

_PREPARING_SECONDS = 60
"""By how much a single message extends the time to start."""


class SystemdNotifier:
    """The Notifier of a service. ``environment`` is what systemd started the process with.

    A message that cannot be sent is dropped. ``seconds_now`` is a monotonic clock.
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
        """Ask for another minute, because the start takes longer."""
        self._send(f"EXTEND_TIMEOUT_USEC={_PREPARING_SECONDS * 1_000_000}")
        self.status(f"preparing the voice, {done} of {of}")

    def ready(self) -> None:
        """Report, once, that the coach listens or searches for a device."""
        if not self._ready:
            self._ready = self._send("READY=1")

    def status(self, line: str) -> None:
        """Report what the coach does, in a line, if that has changed."""
        if line != self._status:
            self._status = line
            self._send(f"STATUS={line}")

    def beat(self) -> None:
        """Send the heartbeat, if half of the watchdog's time has passed."""
        if self._between_beats is None:
            return
        now = self._seconds_now()
        if self._beat_at is None or now - self._beat_at >= self._between_beats:
            self._beat_at = now
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Report that the service ends as it should."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Close the socket; nothing is sent any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, line: str) -> bool:
        """Send a line, and return whether that was possible."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(line.encode(), self._address)
                return True
        return False


def _between_beats(environment: Mapping[str, str]) -> float | None:
    """Seconds between heartbeats; None if systemd expects none: sd_watchdog_enabled(3)."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2e6 if microseconds.isdecimal() else None
