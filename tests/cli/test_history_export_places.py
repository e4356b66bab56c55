"""Places of a history export: a file, a folder or standard output, whole or not at all."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.cli.test_history import RICH, machine, trained, typed
from tests.cli.test_history_export import FILES, FORMATS, REPS, export, left_in, reps_in
from tests.cli.test_main import Command, complaint, process
from tests.memories import session
from tests.unprivileged import unprivileged

__all__ = ["machine", "typed"]  # fixtures

DisksOf = Callable[[int], AbstractContextManager[None]]


@pytest.mark.parametrize("kind", FILES)
def test_a_dash_is_standard_output_which_has_nothing_else_on_it(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, *RICH)
    ran = typed(*export(kind, "-"))
    assert (ran.status, ran.err) == (0, "4 sessions of default\n")
    (tmp_path / f"printed.{kind}").write_text(ran.out, encoding="utf-8")
    assert reps_in(tmp_path / f"printed.{kind}") == REPS


def test_what_import_reads_can_be_printed_too(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(machine, *RICH)
    known = typed("history", "--json")
    ran = typed("history", "export", "-")
    assert (ran.status, ran.err) == (0, "4 sessions of 1 person\n")
    assert ran.out == typed("history", "export", "--format", "flatback", "-").out
    (tmp_path / "all.json").write_text(ran.out, encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "two"))
    assert typed("history", "import", "all.json").out.startswith("4 of 4")
    assert typed("history", "--json") == known


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_what_cannot_be_printed_is_no_error_of_the_memory(machine: Path) -> None:
    trained(machine, *RICH * 20)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            process(*export("csv", "-")), stdout=full, stderr=-1, text=True, check=False
        )
    told = "coach: standard output cannot be written: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (2, told)


@pytest.mark.slow
def test_who_reads_no_further_is_told_nothing(machine: Path) -> None:
    trained(machine, *RICH * 20)
    reader, pipe = os.pipe()
    os.close(reader)
    try:
        ran = subprocess.run(
            process(*export("json", "-")), stdout=pipe, stderr=-1, text=True, check=False
        )
    finally:
        os.close(pipe)
    assert (ran.returncode, ran.stderr) == (1, "")


# What there is nothing of


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_replaced_as_a_whole_or_stays(
    typed: Command, machine: Path, tmp_path: Path, disk_of: DisksOf, kind: str
) -> None:
    trained(machine, *RICH)
    (tmp_path / "all").write_bytes(b"before")
    with disk_of(500):
        line = complaint(typed(*export(kind, "all")))
    assert line == "coach: all: cannot be written: File too large\n"
    assert (tmp_path / "all").read_bytes() == b"before"
    assert left_in(tmp_path) == ["all"]
    assert typed(*export(kind, "all")).status == 0
    assert (tmp_path / "all").read_bytes() != b"before"


def test_a_folder_is_there_with_every_file_or_not_at_all(
    typed: Command, machine: Path, tmp_path: Path, disk_of: DisksOf
) -> None:
    trained(machine, session("p"), *RICH)
    assert typed(*export("fit", "before")).status == 0
    sizes = [path.stat().st_size for path in sorted((tmp_path / "before").iterdir())]
    assert max(sizes) > sizes[0]
    with disk_of(max(sizes) - 1):
        line = complaint(typed(*export("fit", "all")))
    assert line == "coach: all: cannot be written: File too large\n"
    assert left_in(tmp_path) == ["before"]
    (tmp_path / "all").mkdir()
    assert typed(*export("fit", "all")).out == "all: 5 sessions of default\n"
    assert len(left_in(tmp_path / "all")) == 5


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("taken", "taken: is there already: name a new folder"),
        ("file", "file: is there already: name a new folder"),
        ("none/all", "none/all: cannot be written: No such file or directory"),
        ("-", "-: is not written: a FIT file holds one session: name a folder"),
        ("all.FIT", "all.FIT: is not written: a FIT file holds one session: name a folder"),
    ],
)
def test_where_no_folder_can_be_made_it_is_told(
    typed: Command, machine: Path, tmp_path: Path, target: str, told: str
) -> None:
    trained(machine, *RICH)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").touch()
    (tmp_path / "file").touch()
    assert complaint(typed(*export("fit", target))) == f"coach: {told}\n"
    assert left_in(tmp_path) == ["file", "taken"]
    assert left_in(tmp_path / "taken") == ["mine"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_place_that_belongs_to_others_is_told(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, *RICH)
    (tmp_path / "theirs").mkdir(mode=0o500)
    with unprivileged():
        line = complaint(typed(*export(kind, "theirs/all")))
    assert line == "coach: theirs/all: cannot be written: Permission denied\n"
    assert left_in(tmp_path / "theirs") == []
