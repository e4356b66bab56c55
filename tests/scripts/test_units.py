"""Units: what systemd closes to the service, the bridge and the socket of the page."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from coach.cli.page_option import SOCKET_NAME
from tests.own_root import own_root
from tests.scripts.machine import SCRIPTS

pytestmark = pytest.mark.slow

UNITS = ("flatback.service", "flatback-mqtt.service")


def unit_file(folder: Path, name: str) -> Path:
    """A unit as it is installed, its program in ``folder``."""
    program = folder / "current/.venv/bin/coach"
    program.parent.mkdir(parents=True)
    program.touch()
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for each in {name, "flatback.service"}:  # a socket's is looked for beside it
        template = (SCRIPTS / each).read_text(encoding="utf-8")
        text = template.replace("@PROGRAM@", str(folder)).replace("@BROKER@", "192.168.1.10")
        text = text.replace("@ADDRESS@", "0.0.0.0:8750")
        (folder / each).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_closes_what_everybody_may_write(name: str) -> None:
    unit = (SCRIPTS / name).read_text(encoding="utf-8")
    (closed,) = re.findall(r"^InaccessiblePaths=(.*)$", unit, re.MULTILINE)
    assert set(closed.split()) >= {"-/dev/shm", "-/dev/mqueue", "-/run/lock"}
    assert "\nPrivateTmp=yes\n" in unit
    assert "\nProtectSystem=strict\n" in unit


def test_the_sockets_unit_lets_in_the_home_alone_and_goes_with_the_service(tmp_path: Path) -> None:
    socket = unit_file(tmp_path, "flatback-page.socket")
    unit = socket.read_text(encoding="utf-8")
    for line in ("BindsTo=flatback.service", "IPAddressDeny=any", "WantedBy=flatback.service"):
        assert f"\n{line}\n" in unit
    assert f"\nFileDescriptorName={SOCKET_NAME}\n" in unit
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(socket)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_vosk_can_be_imported_where_shared_memory_is_closed(tmp_path: Path) -> None:
    """It imports tqdm, which makes a semaphore there when it may."""
    look = "try:\n multiprocessing.RLock()\nexcept OSError:\n print('closed')\nimport vosk"
    with own_root(tmp_path) as root:
        if root is None:
            pytest.skip("a root of its own needs root and overlayfs")
        root.run("mount", "-t", "tmpfs", "-o", "ro,mode=0", "none", "/dev/shm")  # noqa: S108
        ran = root.run(sys.executable, "-c", f"import multiprocessing\n{look}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "closed\n", "")


@pytest.mark.parametrize(
    "question",
    [
        ["verify", "--man=no"],
        # 1.5 of 10, from 0 (nothing can be reached) upwards
        ["security", "--offline=true", "--no-pager", "--threshold=15"],
    ],
)
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_no_fault_with_the_unit(
    tmp_path: Path, question: list[str], name: str
) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: apt-get install systemd")
    done = subprocess.run(
        ["systemd-analyze", *question, str(unit_file(tmp_path, name))],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
