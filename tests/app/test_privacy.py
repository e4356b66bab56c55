"""Privacy: no session opens a network connection, and what it writes is for its owner alone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.app.assembly import Coach
from coach.app.language_files import data_folder
from coach.app.outputs import Outputs
from coach.app.run_session import run_session
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.files.private_file import (
    make_folder,
    make_private_folder,
    open_private,
    replace_private,
)
from coach.devices.memory import sqlite_file
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.speech.piper_synthesiser import natural_model
from coach.devices.system.boot import BootNote
from coach.echo.canceller import Calibration
from coach.errors import OutputError
from coach.training.history import History
from coach.units import samples, silence
from tests.without_network import CAUGHT_BY_PYTHON

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOON_OVER = f"""\
clips: {data_folder("audio_fixtures") / "en" / "flite_slt"}
limit_s: 60
user: [{{when: {{said: say_stop}}, after_s: 1.0, says: stop}}]
"""


def child(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    env = {**os.environ, **environment}
    env.pop("ORT_DISABLE_TELEMETRY", None)  # the coach sets it by itself, here as well
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def forbidden(what: str, code: str) -> subprocess.CompletedProcess[str]:
    """Some code in a process that is watched."""
    watched = f"from tests.without_network import {what}; print({what}(), flush=True)"
    return child("-c", f"{watched}\n{code}\nprint('not caught')")


# The network


@pytest.mark.model
def test_a_session_opens_no_connection_from_the_start_to_the_goodbye(
    tmp_path: Path, model_folder: Path, voice_folder: Path
) -> None:
    """Through the command line, the real model in its ear, a voice that has to be rendered."""
    typed = tmp_path / "soon_over.yaml"
    typed.write_text(SOON_OVER, encoding="utf-8")
    kept = tmp_path / "cache" / "flatback" / "voice"
    shutil.copytree(voice_folder, kept)
    for cue in sorted(kept.iterdir())[::10]:
        cue.unlink()
    journal = tmp_path / "journal.jsonl"
    outputs = ("--quiet", "--journal", journal, "--render", tmp_path / "session.wav")
    cache = str(tmp_path / "cache")
    ran = child(*("-m", "tests.without_network", "rehearse", typed, *outputs), XDG_CACHE_HOME=cache)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert '"not_you"' in journal.read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize("name", [pytest.param("natural", marks=pytest.mark.thorough), "a file"])
def test_the_natural_voice_reports_to_nobody(tmp_path: Path, name: str) -> None:
    """ONNX Runtime tells its maker how it is used, and who is who, unless it is told not to.

    It does not in anybody's CI: this is a test as at home.
    """
    voice = natural_model() if name == "a file" else name
    say = ("say", "Lift.", "--voice", voice, "--render", tmp_path / "cue.wav")
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "CI": "", "GITHUB_ACTIONS": ""}
    ran = child("-m", "tests.without_network", *say, **home)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cue.wav", "flatback"]


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket(socket.AF_INET6)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    ],
)
def test_what_python_opens_would_be_caught_even_if_its_failure_were_swallowed(code: str) -> None:
    indented = code.replace("; ", "\n    ")
    ran = forbidden("forbid_in_python", f"try:\n    {indented}\nexcept Exception:\n    pass")
    assert ran.returncode == CAUGHT_BY_PYTHON
    assert ran.stderr.startswith("network: socket.")


C_LIBRARY = "import ctypes, threading; library = ctypes.CDLL(None)\n"


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("library.socket(2, 1, 0)", True),
        ("library.socket(10, 2, 0)", True),
        ("threading.Thread(target=library.socket, args=(2, 1, 0)).start()", True),
        ("library.socket(1, 1, 0)", False),
    ],
    ids=["IPv4", "IPv6", "in a thread", "of this machine"],
)
def test_what_a_library_in_c_opens_would_be_caught(code: str, caught: bool) -> None:
    ran = forbidden("forbid_in_kernel", C_LIBRARY + code)
    problem = ran.stdout.splitlines()[0]
    if problem:
        pytest.skip(problem)
    assert ran.returncode == (-signal.SIGSYS if caught else 0)


# Files


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def generous(request: pytest.FixtureRequest) -> Iterator[None]:
    """A user whose new files everybody may read and write; or nobody, not even the owner."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_and_close(path: Path) -> None:
    os.close(open_private(path, os.O_WRONLY))


WRITERS = {
    "opened": open_and_close,
    "replaced": lambda path: replace_private(path, b"private"),
}
Writer = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


@Writer
@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o600, 0o640])
def test_a_file_is_for_its_owner_alone_whatever_it_was(
    tmp_path: Path, generous: None, write: Callable[[Path], None], before: int | None
) -> None:
    path = tmp_path / "private"
    if before is not None:
        path.write_text("of yesterday", encoding="utf-8")
        path.chmod(before)
    write(path)
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


MAKERS = {
    "a folder": lambda path: make_private_folder(path / "a" / "b"),
    "of a person": lambda path: make_folder(path / "a" / "b"),
    "calibration": lambda path: CalibrationFile(path / "a" / "b" / "c", pytest.fail).keep(
        "card", Calibration(9)
    ),
    "boot note": lambda path: BootNote(path / "a" / "b" / "c").make(),
    "memory": lambda path: sqlite_file.open_file(path / "a" / "b" / "c").close(),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_folder_that_the_coach_makes_is_for_its_owner_alone(
    tmp_path: Path, generous: None, make: Callable[[Path], None]
) -> None:
    tmp_path.chmod(0o755)
    make(tmp_path)
    made = {path.name: mode(path) for path in tmp_path.rglob("*") if not path.name.startswith("c-")}
    assert made == {"a": 0o700, "b": 0o700, **({"c": 0o600} if "c" in made else {})}
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize("make", [make_private_folder, make_folder])
def test_a_folder_that_is_there_keeps_its_mode_and_a_file_is_told(
    tmp_path: Path, generous: None, make: Callable[[Path], None]
) -> None:
    tmp_path.chmod(0o750)
    make(tmp_path)
    assert mode(tmp_path) == 0o750
    (tmp_path / "file").touch()
    for below in ("file", "file/folder"):
        with pytest.raises((OSError, OutputError)):
            make(tmp_path / below)


def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    """A root who journals to /dev/null must not take it away from everybody."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o644)
    os.close(open_private(pipe, os.O_RDWR))
    assert mode(pipe) == 0o644


@pytest.mark.model
def test_journal_and_recording_of_a_session_are_for_their_owner_alone(
    tmp_path: Path, generous: None, coach: Coach
) -> None:
    (tmp_path / "journal.jsonl").write_text("of yesterday", encoding="utf-8")
    (tmp_path / "journal.jsonl").chmod(0o644)
    outputs = Outputs(str(tmp_path / "journal.jsonl"), tmp_path / "session.wav")
    plan = coach.plan(History(), 0)
    run_session(coach, plan, WavDuplex(silence(samples(0.5))), [], outputs, pytest.fail)
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        "journal.jsonl": 0o600,
        "session.wav": 0o600,
    }
