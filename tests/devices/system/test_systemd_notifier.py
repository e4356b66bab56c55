"""Systemd notifier: against a real socket, as systemd has one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coach.devices.system.boot import BootNote
from coach.devices.system.systemd_notifier import SystemdNotifier

SECOND = {"WATCHDOG_USEC": "2000000"}
"""Half of it is a second."""


@dataclass
class HandClock:
    """Seconds that go by when they are told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Manager:
    """The end of the socket that systemd holds."""

    address: str
    socket: socket.socket = field(
        default_factory=lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    )

    def __post_init__(self) -> None:
        self.socket.bind(self.address.replace("@", "\0", 1))
        self.socket.setblocking(False)

    @property
    def environment(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": self.address}

    def told(self) -> list[str]:
        lines = []
        while True:
            try:
                lines += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return lines


@pytest.fixture(params=["a path", "the abstract namespace"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    at_path = request.param == "a path"
    found = Manager(str(tmp_path / "notify") if at_path else f"@coach-test-{os.getpid()}")
    yield found
    found.socket.close()


def test_it_tells_what_systemd_wants_to_know(manager: Manager) -> None:
    notifier = SystemdNotifier(manager.environment)
    notifier.preparing(3, 400)
    notifier.ready()
    notifier.status("waiting")
    notifier.stopping()
    notifier.close()
    assert manager.told() == [
        "EXTEND_TIMEOUT_USEC=60000000",
        "STATUS=preparing the voice, 3 of 400",
        "READY=1",
        "STATUS=waiting",
        "STOPPING=1",
    ]


def test_what_it_told_it_does_not_tell_again(manager: Manager) -> None:
    notifier = SystemdNotifier(manager.environment)
    for status in ("waiting", "waiting", "training", "waiting"):
        notifier.ready()
        notifier.status(status)
    notifier.close()
    statuses = ["STATUS=waiting", "STATUS=training", "STATUS=waiting"]
    assert manager.told() == ["READY=1", *statuses]


@pytest.mark.parametrize(
    ("environment", "beats"),
    [
        (SECOND, 4),
        ({**SECOND, "WATCHDOG_PID": str(os.getpid())}, 4),
        ({**SECOND, "WATCHDOG_PID": "1"}, 0),
        ({}, 0),
        ({"WATCHDOG_USEC": "soon"}, 0),
    ],
)
def test_it_beats_when_half_of_the_time_is_over(
    manager: Manager, environment: dict[str, str], beats: int
) -> None:
    clock = HandClock()
    notifier = SystemdNotifier({**manager.environment, **environment}, clock)
    for _ in range(175):
        notifier.beat()
        clock.now += 0.02
    notifier.close()
    assert manager.told() == ["WATCHDOG=1"] * beats


def test_a_manager_that_is_gone_is_no_reason_to_end(manager: Manager) -> None:
    notifier = SystemdNotifier({**manager.environment, **SECOND})
    manager.socket.close()
    notifier.ready()
    notifier.beat()
    notifier.close()
    notifier.stopping()


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "notify"])
def test_without_a_socket_of_systemd_none_is_opened(address: str) -> None:
    code = (
        "import socket, sys\n"
        "from coach.devices.system.systemd_notifier import SystemdNotifier\n"
        "sys.addaudithook(lambda event, _: print(event) if event == 'socket.__new__' else None)\n"
        "notifier = SystemdNotifier()\n"
        "notifier.ready(), notifier.status('waiting'), notifier.beat(), notifier.close()\n"
    )
    env = {**os.environ, "NOTIFY_SOCKET": address}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


# Once a boot


def test_what_was_noted_holds_until_the_computer_is_switched_on_again(tmp_path: Path) -> None:
    noted, boot_id = tmp_path / "state" / "greeted", tmp_path / "boot_id"
    boot_id.write_text("one")
    assert not BootNote(noted, boot_id).is_made
    BootNote(noted, boot_id).make()
    assert BootNote(noted, boot_id).is_made
    boot_id.write_text("two")
    assert not BootNote(noted, boot_id).is_made


def test_where_it_cannot_be_known_it_was_not_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for note in BootNote(tmp_path / "file" / "n"), BootNote(tmp_path / "n", tmp_path / "no_id"):
        note.make()
        assert not note.is_made
