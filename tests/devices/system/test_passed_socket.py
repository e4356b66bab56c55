"""Passed socket: as systemd passes one, to a process that has no network of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import PIPE

import pytest

from coach.cli.page_option import page_of_service
from coach.devices.page.address import Address
from coach.devices.system.passed_socket import passed_socket
from coach.errors import PageError

ROOT = Path(__file__).parents[3]
SERVES = """
import sys
from pathlib import Path
from coach.devices.system.passed_socket import passed_socket
from tests.devices.page.conftest import serve_on
listening = passed_socket("page")
assert listening is not None
served = serve_on(listening, Path(sys.argv[1]))
print(served.url, flush=True)
sys.stdin.read()
served.server.end()
"""
AS_THIRD = """exec 3<&"$1"; shift; LISTEN_FDS=1 LISTEN_FDNAMES=page LISTEN_PID=$$ exec "$@" """
"""A program with a descriptor as its first passed one."""


def told(pid: int, count: str = "2", names: str = "other:page") -> Mapping[str, str]:
    return {"LISTEN_PID": str(pid), "LISTEN_FDS": count, "LISTEN_FDNAMES": names}


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def test_the_socket_of_that_name_is_taken(listening: socket.socket) -> None:
    os.set_inheritable(listening.fileno(), True)
    passed = passed_socket("page", told(os.getpid()), first=listening.fileno() - 1)
    assert passed is not None
    assert passed.getsockname() == listening.getsockname()
    assert not passed.get_inheritable()
    passed.detach()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        told(1),
        told(os.getpid(), names="other"),
        told(os.getpid(), count="1"),
        told(os.getpid(), count="many"),
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"},
    ],
)
def test_without_one_that_is_meant_there_is_none(environment: Mapping[str, str]) -> None:
    assert passed_socket("page", environment) is None


def test_what_takes_no_connections_is_told() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        environment = told(os.getpid(), "1", "page")
        with pytest.raises(PageError, match="no socket that accepts connections as 'page'"):
            passed_socket("page", environment, first=other.detach())


def test_a_service_to_which_none_is_passed_has_its_page_where_it_was_asked_to() -> None:
    asked = Address("127.0.0.1", 8750)
    assert page_of_service(asked) == asked
    assert page_of_service(None) is None


@pytest.mark.slow
def test_a_page_is_served_by_a_process_without_a_network(
    tmp_path: Path,
) -> None:
    with socket.create_server(("0.0.0.0", 0)) as listening:  # noqa: S104
        descriptor, port = listening.fileno(), listening.getsockname()[1]
        alone = ["unshare", "--map-root-user", "--net", "bash", "-c", AS_THIRD, "bash"]
        command = [*alone, str(descriptor), sys.executable, "-c", SERVES, str(tmp_path)]
        serving = subprocess.Popen(
            command,
            cwd=ROOT,
            pass_fds=[descriptor],
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
        )
    assert serving.stdout is not None
    place = serving.stdout.readline().strip()
    try:
        if not place and "unshare" in (complaint := serving.communicate()[1]):
            pytest.skip(complaint.strip())
        assert re.fullmatch(rf"http://{re.escape(socket.gethostname())}:{port}/", place)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert b"<html" in page.read()
    finally:
        _, complaint = serving.communicate()
    assert (serving.returncode, complaint) == (0, "")
