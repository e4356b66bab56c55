"""Build_deb: what it refuses, and what its package wants and keeps; check_service installs it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.own_root import OwnRoot, own_root

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[2] / "scripts"
KEPT = "var/lib/flatback/memory.db"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--loud"], "unknown argument --loud: there are --suite bookworm|trixie, --arch"),
        (["--suite", "buster"], "--suite is bookworm or trixie"),
        (["--suite"], "--suite wants a value"),
        (["--arch", "armhf"], "--arch is amd64 or arm64"),
        (["--to", "/nowhere/at/all"], "/nowhere/at/all is no folder"),
    ],
)
def test_what_cannot_be_built_is_told_in_a_line(typed: list[str], told: str) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb here")
    done = subprocess.run(
        [str(SCRIPTS / "build_deb"), *typed], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"build_deb: {told}")
    assert done.stderr.count("\n") == 1


def test_it_depends_on_what_setup_installs() -> None:
    text = (SCRIPTS / "debian/control").read_text(encoding="utf-8")
    build = (SCRIPTS / "build_deb").read_text(encoding="utf-8")
    setup = (SCRIPTS / "setup").read_text(encoding="utf-8")
    (line,) = re.findall(r"^Depends: (.*)$", text, re.MULTILINE)
    named = {each.split()[0].partition("@")[0] for each in line.split(",")}
    (of_arm,) = re.findall(r'machine=aarch64 more=", (\w+)"', build)
    installed = re.findall(
        r"printf '%s\\n' (lib\S+)$|\|\| printf '%s\\n' (\S+)$", setup, re.MULTILINE
    )
    wanted = {one or other for one, other in installed}
    assert {"libportaudio2", "espeak-ng", "libatomic1"} <= wanted
    of_reports_as_pdf = {"libpangoft2-1.0-0", "libharfbuzz-subset0"}  # which the package is without
    assert wanted - of_reports_as_pdf <= named | {of_arm}


@pytest.fixture
def root(tmp_path: Path) -> Iterator[OwnRoot]:
    with own_root(tmp_path) as made:
        if made is None:
            pytest.skip("a root of its own needs root and overlayfs")
        if (made / "usr/local/bin/flatback").is_symlink() or (made / "usr/lib/flatback").exists():
            pytest.skip("the coach is installed on this machine")
        shutil.copytree(SCRIPTS / "debian", made / "debian")
        yield made


@pytest.mark.parametrize("told", [[], ["FLATBACK_PURGE=everything"], ["FLATBACK_PURGE=training"]])
def test_a_purge_keeps_what_was_trained_unless_asked(root: OwnRoot, told: list[str]) -> None:
    root.run("useradd", "--system", "flatback")
    for path in (KEPT, "var/cache/flatback/cue"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text("twelve perfect reps")
    root.run("chown", "-R", "flatback", "/var/lib/flatback")
    done = root.run("env", *told, "/debian/postrm", "purge")
    assert done.returncode == 0
    assert not (root / "var/cache/flatback").exists()
    assert root.run("id", "flatback").returncode != 0
    kept = told != ["FLATBACK_PURGE=training"]
    assert (root / KEPT).exists() is kept
    assert ("kept in /var/lib/flatback" in done.stderr) is kept
    if kept:
        assert root.run("stat", "-c", "%U", f"/{KEPT}").stdout == "root\n"


def test_a_removal_keeps_everything_and_a_purge_a_person_of_that_name(root: OwnRoot) -> None:
    root.run("useradd", "--uid", "1234", "flatback")
    (root / KEPT).parent.mkdir(parents=True)
    (root / KEPT).write_text("twelve perfect reps")
    assert root.run("/debian/postrm", "remove").stderr == ""
    assert (root / KEPT).exists()
    root.run("/debian/postrm", "purge")
    assert root.run("id", "-u", "flatback").stdout == "1234\n"


def test_there_is_one_coach_on_a_machine(root: OwnRoot) -> None:
    assert root.run("/debian/preinst", "install").returncode == 0
    (root / "usr/local/bin/flatback").symlink_to("/opt/flatback/current/scripts/flatback")
    refused = root.run("/debian/preinst", "install")
    assert refused.returncode == 1
    assert "first run sudo scripts/install_pi --uninstall" in refused.stderr
    (root / "usr/local/bin/flatback").unlink()
    (root / "usr/lib/flatback/current").mkdir(parents=True)
    refused = root.run(str(SCRIPTS / "install_pi"))
    assert refused.returncode == 2
    assert "as a Debian package: run sudo apt-get remove flatback first" in refused.stderr
