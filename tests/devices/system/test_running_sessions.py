"""Running sessions: which processes are told to end, and which are left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.devices.system.running_sessions import end_session, is_session, running_sessions

COACH = "/home/anna/flatback/.venv/bin/coach"
PYTHON = "/home/anna/flatback/.venv/bin/python3.11"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([PYTHON, COACH], True),
        ([PYTHON, COACH, "run"], True),
        ([PYTHON, COACH, "run", "--sets", "2"], True),
        ([PYTHON, COACH, "--sets", "2"], True),
        (["python3", "-m", "coach", "run"], True),
        ([PYTHON, COACH, "run", "--service"], False),
        ([PYTHON, COACH, "--prepare-only"], False),
        ([PYTHON, COACH, "stop"], False),
        ([PYTHON, COACH, "doctor"], False),
        ([PYTHON, "/usr/bin/other", "run"], False),
        (["bash", "scripts/coach", "run"], False),
        (["vim", "coach", "run"], False),
        ([PYTHON], False),
        ([""], False),
        ([], False),
    ],
)
def test_a_session_is_known_by_its_command_line(command: list[str], expected: bool) -> None:
    assert is_session(command) is expected


def test_sessions_are_found_among_the_processes(tmp_path: Path) -> None:
    processes = {"7": [PYTHON, COACH, "doctor"], "12": [PYTHON, COACH], "9": [PYTHON, COACH, "run"]}
    for pid, command in processes.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "cmdline").write_bytes("\0".join([*command, ""]).encode())
    (tmp_path / "13").mkdir()  # it has just ended
    (tmp_path / "self").mkdir()
    assert running_sessions(tmp_path) == [9, 12]


def test_what_is_told_to_end_ends_once() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert end_session(process.pid)
        assert process.wait(timeout=10) == -signal.SIGTERM
    assert not end_session(process.pid)
