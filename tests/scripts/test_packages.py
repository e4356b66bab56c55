"""Packages: what setup installs is locked, to the byte, and is what pyproject.toml wants."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKED = ROOT / "scripts" / "packages"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: Mapping[str, list[str]] = PROJECT["project"]["optional-dependencies"]
WANTED = {
    "build": PROJECT["build-system"]["requires"],
    "use": PROJECT["project"]["dependencies"],
    **EXTRAS,
}
A_LINE = re.compile(r"[a-z0-9-]+==[^ ;/]+( ; [^/]+?)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def pins(*names: str) -> Iterator[Requirement]:
    """What is pinned for this interpreter; everything without a name."""
    for name in names or [path.stem for path in LOCKED.glob("*.txt")]:
        text = (LOCKED / f"{name}.txt").read_text(encoding="utf-8")
        found = map(Requirement, re.findall(r"^([a-z].*?) \\$", text, re.MULTILINE))
        yield from (pin for pin in found if pin.marker is None or pin.marker.evaluate())


@pytest.mark.parametrize("path", sorted(LOCKED.iterdir()), ids=lambda path: path.name)
def test_every_line_is_a_version_or_a_hash_and_names_no_place(path: Path) -> None:
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not A_LINE.fullmatch(line)] == []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert line.endswith("\\") == following.startswith("    --hash="), line


@pytest.mark.parametrize("part", WANTED)
def test_what_the_project_wants_is_locked(part: str) -> None:
    had = {"dev": ("natural", "plots", "page", "pdf", "fit", "mqtt", "dev")}.get(part, (part,))
    locked = {pin.name: pin.specifier for pin in pins("use", "build", *had)}
    for each in map(Requirement, WANTED[part]):
        if each.name == PROJECT["project"]["name"]:
            continue
        (pin,) = locked[canonicalize_name(each.name)]
        assert pin.operator == "=="
        assert each.specifier.contains(pin.version), f"{each} is locked at {pin.version}"


def test_no_package_is_for_work_and_for_training() -> None:
    """scripts/setup installs both lists at a time."""
    of_work = {pin.name for pin in pins("dev")}
    assert of_work.isdisjoint(pin.name for pin in pins("build", "use"))


def test_what_is_locked_is_what_is_installed() -> None:
    """In the .venv for work, which has everything."""
    other = {
        pin.name: metadata.version(pin.name)
        for pin in pins()
        if not pin.specifier.contains(metadata.version(pin.name), prereleases=True)
    }
    assert other == {}


def test_what_is_installed_is_whole() -> None:
    """Nothing that a locked package wants is left out: pip is told to resolve nothing."""
    locked = {pin.name: pin.specifier for pin in pins()}
    for name in locked:
        for each in map(Requirement, metadata.requires(name) or ()):
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                (pin,) = locked[canonicalize_name(each.name)]
                assert each.specifier.contains(pin.version, prereleases=True), f"{name}: {each}"
