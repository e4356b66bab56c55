"""Event socket: tells other programs of this computer what happens, and takes commands from them.

It is a Unix socket, served in a thread of its own, for which the session never waits: a program
that reads too slowly is left. A line that comes from a program is a command, or ``health``: from
then on it is told of the person's health, too. Any other line is ignored.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.display.event_lines import is_told, line_of, status_line
from coach.display.status import Status
from coach.errors import BridgeError
from coach.messages.events import Event

MOST_PROGRAMS = 4
"""How many programs may listen; the next one is refused."""

MOST_WAITING = 500
"""How many changes may wait for a program; it is left when there are more."""

_MOST_UNSENT_BYTES = 64 * 1024
MOST_LINE_BYTES = 64
"""The longest line that is read from a program; a longer one is ignored."""

_READ_BYTES = 1024
_PAUSE_SECONDS = 0.1
"""How long a program is not listened to after it said something."""

MOST_LINES = 4
"""How many lines count of what it says at once. So a flood costs next to nothing."""

_MODE = 0o660
_END_SECONDS = 2.0
_HEALTH = b"health"

_Told = tuple[Event | None, Status, Status]
"""An event, with the status before and after it."""


@dataclass(eq=False, slots=True)
class Program:
    """A program that listens. The session's thread appends to ``waiting``, and sets ``is_slow``."""

    connection: socket.socket
    waiting: deque[_Told] = field(default_factory=deque)
    is_slow: bool = False
    told: int = 0
    health: bool = False
    status: str = ""
    unsent: bytes = b""
    unread: bytes = b""
    deaf_until: float = 0.0

    def lines(self) -> bytes:
        """What it has not been told yet, as far as that may be sent now."""
        text, last = "", None
        while self.waiting and len(text) < _MOST_UNSENT_BYTES:
            event, before, status = self.waiting.popleft()
            if status.number <= self.told:
                continue
            self.told, last = status.number, status
            line = None if event is None else line_of(event, before, status, health=self.health)
            text += line or ""
        if last is not None:
            text += self.change_of(last)
        return text.encode()

    def change_of(self, status: Status) -> str:
        """The line of a status, if it has changed."""
        line = status_line(status, health=self.health)
        changed, self.status = line != self.status, line
        return line if changed else ""

    def read(self, piece: bytes) -> list[bytes]:
        """The lines that are complete now; one that is too long never becomes a short one."""
        *whole, rest = (self.unread + piece).split(b"\n")
        self.unread = rest[: MOST_LINE_BYTES + 1]
        return [line for line in whole if len(line) <= MOST_LINE_BYTES]


class EventSocket:
    """Serves events on a listening socket, from ``begin`` to ``end``.

    ``present`` returns the present status, and ``command`` is called with every line that may be a
    command, in the server's thread.
    """

    def __init__(
        self,
        listening: socket.socket,
        present: Callable[[], Status],
        command: Callable[[str], object],
    ) -> None:
        self._listening = listening
        self._present = present
        self._command = command
        self._programs: tuple[Program, ...] = ()
        self._before = present()
        self._awake, self._wake = socket.socketpair()
        self._awake.settimeout(0.0)
        self._wake.settimeout(0.0)
        self._is_woken = False
        self._ending = False
        self._deaf_until = 0.0
        self._thread = threading.Thread(target=self._serve, name="events", daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Close every connection, and remove the socket."""
        self._ending = True
        self._rouse()
        self._thread.join(_END_SECONDS)
        path = self._listening.getsockname()
        for each in (self._listening, self._awake, self._wake):
            each.close()
        with suppress(OSError):
            Path(path).unlink()

    @property
    def programs(self) -> Sequence[Program]:
        """Those that listen now."""
        return self._programs

    @property
    def processor_seconds(self) -> float:
        """What the thread has taken; it has to run."""
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident or 0))

    def tell(self, event: Event | None, status: Status) -> None:
        """Tell every program of an event and of the status after it; returns at once."""
        before, self._before = self._before, status
        if not self._programs:
            return
        if event is not None and not is_told(event) and _is_like(before, status):
            return
        for program in self._programs:
            if len(program.waiting) < MOST_WAITING:
                program.waiting.append((event, before, status))
            else:
                program.is_slow = True
        self._rouse()

    def _rouse(self) -> None:
        if not self._is_woken:
            self._is_woken = True
            with suppress(OSError):
                self._wake.send(b"\0")

    def _serve(self) -> None:
        while not self._ending:
            ready = self._wait()
            with suppress(BlockingIOError):
                self._awake.recv(_READ_BYTES)
            self._is_woken = False  # in this order: who comes in between is attended to below
            if self._listening.fileno() in ready:
                self._welcome()
            for program in self._programs:
                if not self._attend(program, ready.get(program.connection.fileno(), 0)):
                    self._leave(program)
        for program in self._programs:
            self._leave(program)

    def _wait(self) -> dict[int, int]:
        """Wait until there is something to do; what can be read and written."""
        now, poll = time.monotonic(), select.poll()
        poll.register(self._awake, select.POLLIN)
        resting = [each for each in (self._deaf_until,) if each > now]
        if self._deaf_until <= now:
            poll.register(self._listening, select.POLLIN)
        for program in self._programs:
            listens = program.deaf_until <= now
            resting += [] if listens else [program.deaf_until]
            wanted = select.POLLIN if listens else 0
            poll.register(program.connection, wanted | (select.POLLOUT if program.unsent else 0))
        patience = None if not resting else 1000.0 * (min(resting) - now) + 1.0
        return dict(poll.poll(patience))

    def _welcome(self) -> None:
        self._deaf_until = time.monotonic() + _PAUSE_SECONDS
        with suppress(OSError):
            connection, _ = self._listening.accept()
            if len(self._programs) >= MOST_PROGRAMS:
                connection.close()
                return
            connection.settimeout(0.0)
            program = Program(connection)
            # First it is told of what comes from now on, then what there is: nothing falls between.
            self._programs = (*self._programs, program)
            present = self._present()
            program.told = present.number
            program.unsent = program.change_of(present).encode()

    def _attend(self, program: Program, ready: int) -> bool:
        """Read and write what can be; whether the program stays."""
        if program.is_slow or ready & (select.POLLERR | select.POLLNVAL):
            return False
        try:
            if ready & (select.POLLIN | select.POLLHUP) and not self._listen(program):
                return False
            if len(program.unsent) < _MOST_UNSENT_BYTES:
                program.unsent += program.lines()
            if program.unsent:
                program.unsent = program.unsent[program.connection.send(program.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def _listen(self, program: Program) -> bool:
        piece = program.connection.recv(_READ_BYTES)
        program.deaf_until = time.monotonic() + _PAUSE_SECONDS
        for line in program.read(piece)[:MOST_LINES]:
            if line == _HEALTH:
                program.health = True
                program.unsent += program.change_of(self._present()).encode()
            else:
                self._command(line.decode("ascii", "replace"))
        return bool(piece)

    def _leave(self, program: Program) -> None:
        self._programs = tuple(each for each in self._programs if each is not program)
        program.connection.close()


def _is_like(before: Status, after: Status) -> bool:
    """Whether nothing changed but the number."""
    return replace(before, number=after.number) == after


def listen(path: Path) -> socket.socket:
    """A socket that listens at ``path``, for its owner and the group. Raises BridgeError."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and _is_left_behind(path):
            path.unlink()
        listening.bind(os.fspath(path))
        path.chmod(_MODE)  # nobody can connect before it listens
        listening.listen(MOST_PROGRAMS)
        listening.settimeout(0.0)
    except OSError as error:
        listening.close()
        why = error.strerror or str(error)
        raise BridgeError(f"{path}: the events cannot be served there: {why}") from None
    return listening


def _is_left_behind(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            return True
    return False
