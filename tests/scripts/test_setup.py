"""Setup: what scripts/setup leaves alone, in a root that is gone with the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.own_root import OwnRoot, own_root

SETUP = Path(__file__).parents[2] / "scripts" / "setup"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[OwnRoot]:
    """A root with a checkout in /project that anybody may write into, and root's .venv in it."""
    with own_root(tmp_path) as root:
        if root is None:
            pytest.skip("a root of its own needs root and overlayfs")
        (root / "project/scripts/packages").mkdir(parents=True)
        (root / "project").chmod(0o777)
        shutil.copy(SETUP, root / "project/scripts")
        for name in ("pyproject.toml", "scripts/packages/use.txt"):
            (root / "project" / name).write_text("any")
        (root / "project/.venv/bin").mkdir(parents=True)
        (root / "project/.venv/bin/python").symlink_to("/root/python")
        (root / "project/.venv/setup-stamp").write_text("use another")
        yield root


def refused(root: OwnRoot, *user: str) -> str:
    """Its one line, by which nothing is changed."""
    look = "find", "/project", "-printf", "%p %T@ %U %m\n"
    before = root.run(*look).stdout
    ran = root.run(*user, "/project/scripts/setup", "--without-model")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("setup: ")
    assert ran.stderr.count("\n") == 1
    assert root.run(*look).stdout == before
    return ran.stderr


def test_the_venv_of_somebody_else_is_left_alone(checkout: OwnRoot) -> None:
    told = ".venv belongs to root: run scripts/setup as root, or remove /project/.venv and run"
    assert told in refused(checkout, *NOBODY)


def test_root_leaves_the_venv_of_a_person_alone(checkout: OwnRoot) -> None:
    checkout.run("chown", "-R", "65534:65534", "/project/.venv")
    assert ".venv belongs to nobody: run scripts/setup as nobody" in refused(checkout)


@pytest.mark.parametrize("name", ["setup-stamp", "bin"])
def test_what_is_somebody_elses_within_ones_own_is_left_alone(checkout: OwnRoot, name: str) -> None:
    checkout.run("chown", "-R", "65534:65534", "/project/.venv")
    checkout.run("chown", "root:", f"/project/.venv/{name}")
    told = f"/project/.venv/{name} belongs to root: remove /project/.venv with sudo"
    assert told in refused(checkout, *NOBODY)


def test_a_venv_that_cannot_be_written_is_told(checkout: OwnRoot) -> None:
    checkout.run("chown", "-R", "65534:65534", "/project/.venv")
    (checkout / "project/.venv").chmod(0o555)
    assert "/project/.venv cannot be written (it belongs to nobody)" in refused(checkout, *NOBODY)


def test_a_checkout_that_cannot_be_written_is_told(checkout: OwnRoot) -> None:
    shutil.rmtree(checkout / "project/.venv")
    (checkout / "project").chmod(0o755)
    assert "/project cannot be written (it belongs to root)" in refused(checkout, *NOBODY)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_how_it_is_used(option: str) -> None:
    ran = subprocess.run([SETUP, option], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    known_options = ("--natural", "--plots", "--page", "--pdf", "--fit", "--mqtt", "--dev")
    for known in (*known_options, "--without-model", "--system-packages"):
        assert f"scripts/setup {known}" in ran.stdout
    assert "set -e" not in ran.stdout
