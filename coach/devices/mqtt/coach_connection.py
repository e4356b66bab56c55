"""Coach connection: reads what the coach tells at its socket, for as long as there is one."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from coach.devices.mqtt.board import Board
from coach.devices.mqtt.growing_delay import GrowingDelay

_LOGGER = logging.getLogger("coach.mqtt")

_LONGEST_BYTES = 64 * 1024
_FIRST_SECONDS = 0.5
_MOST_SECONDS = 10.0


class CoachConnection:
    """Writes what the coach tells on ``board``, in a thread of its own, from ``begin`` on."""

    def __init__(self, path: str, board: Board, *, health: bool) -> None:
        self._path = path
        self._board = board
        self._health = health
        self._delay = GrowingDelay(_FIRST_SECONDS, _MOST_SECONDS)
        self._connection: socket.socket | None = None
        self._problem = ""
        self._thread = threading.Thread(target=self._stay, name="coach", daemon=True)
        self._resting = threading.Event()

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def send(self, command: str) -> bool:
        """Send a command, in any thread, at once; whether that was possible."""
        connection = self._connection
        if connection is not None:
            with suppress(OSError):
                line = f"{command}\n".encode()
                return connection.send(line, socket.MSG_DONTWAIT) == len(line)
        return False

    def _stay(self) -> None:
        while True:
            try:
                self._listen()
                self._tell("the coach is gone; waiting for it")
            except OSError as error:
                self._tell(f"the coach: {self._path}: {error.strerror or error}; waiting for it")
            self._connection = None
            self._board.lose_coach()
            self._resting.wait(self._delay.next())

    def _tell(self, problem: str) -> None:
        """Log why the coach is not there, once for each time that it goes."""
        if not self._problem:
            _LOGGER.warning("%s", problem)
            self._problem = problem

    def _listen(self) -> None:
        """Listen until the coach is gone. Raises OSError when there is none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(self._path)
            if self._health:
                connection.sendall(b"health\n")
            self._connection = connection
            with connection.makefile("rb") as lines:
                while line := lines.readline(_LONGEST_BYTES):
                    record = _record(line)
                    if record is None:
                        continue
                    self._welcome()
                    self._board.take(record)

    def _welcome(self) -> None:
        self._delay.succeed()
        if self._problem:
            _LOGGER.info("the coach is there")
            self._problem = ""


def _record(line: bytes) -> Mapping[str, Any] | None:
    """What a line holds; None for what the coach would not send."""
    with suppress(ValueError, RecursionError):
        record = json.loads(line)
        if isinstance(record, dict):
            return record
    return None
