"""Event socket: programs that listen, that say too much, or that do not listen at all."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from coach.devices.events.event_socket import (
    MOST_LINE_BYTES,
    MOST_LINES,
    MOST_PROGRAMS,
    MOST_WAITING,
    EventSocket,
    listen,
)
from coach.display.status import Status, StatusFeed
from coach.errors import BridgeError
from coach.messages.events import Event
from coach.messages.facts import EffortRated, FloorFound, StateChanged
from tests.private_pulse import wait_until

PATIENCE_SECONDS = 20.0


@dataclass
class Served:
    """A coach without a session, whose events a test makes."""

    path: Path
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feed = StatusFeed(self._tell)
        self.server = EventSocket(listen(self.path), lambda: self.feed.status, self.commands.append)
        self.server.begin()

    def _tell(self, event: Event | None, status: Status) -> None:
        self.server.tell(event, status)


class Program:
    """What listens at the socket."""

    def __init__(self, path: Path) -> None:
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.connection.settimeout(PATIENCE_SECONDS)
        self.connection.connect(str(path))
        self._lines = self.connection.makefile("rb")

    def next(self) -> Any:
        """The next line; None at the end."""
        line = self._lines.readline()
        return json.loads(line) if line else None

    def until(self, found: Callable[[Any], bool]) -> list[Any]:
        """The lines up to one."""
        lines = [self.next()]
        while not found(lines[-1]):
            lines.append(self.next())
        return lines

    def say(self, text: bytes) -> None:
        self.connection.sendall(text)

    def close(self) -> None:
        self._lines.close()
        self.connection.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "events")
    yield served
    served.server.end()


@contextmanager
def programs(served: Served, count: int) -> Iterator[list[Program]]:
    found = [Program(served.path) for _ in range(count)]
    try:
        yield found
    finally:
        for each in found:
            each.close()


def test_a_program_is_told_what_there_is_and_then_what_happens(served: Served) -> None:
    served.feed(StateChanged(0, None, "waiting", None))
    served.feed(FloorFound(16000, "dead_bug", 2.5))
    with programs(served, 2) as (first, second):
        for program in (first, second):
            told = program.next()
            assert (told["event"], told["state"]) == ("status", "waiting")
        served.feed(StateChanged(32000, "waiting", "planning", "ready"))
        for program in (first, second):
            moved, status = program.next(), program.next()
            assert moved == {"at_s": 2.0, "event": "state", "from": "waiting", "to": "planning"}
            assert (status["state"], status["session"]) == ("planning", True)


def test_who_asks_for_health_is_told_of_it_and_nobody_else(served: Served) -> None:
    with programs(served, 2) as (asks, other):
        asks.next()
        other.next()
        asks.say(b"health\n")
        assert asks.next()["effort"] is None
        served.feed(EffortRated(0, 7))
        assert [line["event"] for line in (asks.next(), asks.next())] == ["effort_rated", "status"]
        served.feed(FloorFound(0, "dead_bug", 2.5))
        assert other.next()["event"] == "floor"


def test_only_the_owner_and_the_group_reach_it_and_in_the_end_it_is_gone(tmp_path: Path) -> None:
    served = Served(tmp_path / "events")
    assert stat.S_IMODE(served.path.stat().st_mode) == 0o660
    with closing(Program(served.path)) as program:
        program.next()
        served.server.end()
        assert program.next() is None
    assert not served.path.exists()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([b"stop\n"], ["stop"]),
        ([b"st", b"op\npau", b"se\n"], ["stop", "pause"]),
        ([b"x" * (MOST_LINE_BYTES + 1) + b"stop\n", b"pause\n"], ["pause"]),
        ([b"x" * 5000, b"x" * 5000, b"\nstop\n"], ["stop"]),
        ([b"x" * (MOST_LINE_BYTES - 3), b"x" * 100, b"stop\n", b"resume\n"], ["resume"]),
        ([b"\xff\xfe\0\nstop\n"], ["\ufffd\ufffd\0", "stop"]),
        ([b"stop\n" * 200], ["stop"] * MOST_LINES),
    ],
)
def test_a_line_is_a_command_however_it_arrives_unless_it_is_too_long(
    served: Served, said: list[bytes], heard: list[str]
) -> None:
    with programs(served, 1) as (program,):
        program.next()
        for piece in said:
            program.say(piece)
        wait_until(lambda: len(served.commands) >= len(heard), "the commands")
        assert served.commands == heard


@pytest.mark.slow
def test_the_coach_never_waits_for_a_program_that_does_not_read(served: Served) -> None:
    """It is left, and the one that reads misses nothing."""
    with programs(served, 2) as (deaf, reads):
        reads.next()
        heard: list[float] = []

        def read() -> None:
            while (line := reads.next()) is not None and len(heard) < 20 * MOST_WAITING:
                heard.extend([line["count"]] if line["event"] == "floor" else [])

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(20 * MOST_WAITING):
            served.feed(FloorFound(0, "dead_bug", float(number)))
            if number % (MOST_WAITING // 4) == 0:  # as fast as anybody can read
                wait_until(lambda number=number: len(heard) >= number, "the reader")  # type: ignore[misc]
        wait_until(lambda: len(heard) == 20 * MOST_WAITING, "the rest")
        assert heard == [float(number) for number in range(20 * MOST_WAITING)]
        left = deaf.until(lambda line: line is None)
        assert 0 < len(left) < 20 * MOST_WAITING
        served.feed(StateChanged(0, None, "waiting", None))
        reader.join()


def test_too_many_programs_are_refused_until_one_leaves(served: Served) -> None:
    with programs(served, MOST_PROGRAMS + 1) as (first, *others, refused):
        for program in (first, *others):
            assert program.next()["event"] == "status"
        assert refused.next() is None
        first.close()

        def is_welcome() -> bool:
            with closing(Program(served.path)) as program:
                return program.next() is not None

        wait_until(is_welcome, "a place")


def test_what_a_killed_coach_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "events"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as killed:
        killed.bind(str(path))
    served = Served(path)
    with closing(Program(path)) as program:
        assert program.next()["event"] == "status"
    served.server.end()


def test_what_another_coach_serves_is_left_alone(served: Served) -> None:
    with pytest.raises(BridgeError, match="the events cannot be served there: Address already"):
        listen(served.path)
    with closing(Program(served.path)) as program:
        assert program.next()["event"] == "status"


@pytest.mark.parametrize("place", ["gone/events", "file", "n" * 120])
def test_a_place_where_no_socket_can_be_is_told_in_a_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BridgeError, match="the events cannot be served there: ") as told:
        listen(tmp_path / place)
    assert "\n" not in str(told.value)
