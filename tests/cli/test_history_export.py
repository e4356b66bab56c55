"""History export: training in the formats of other programs, and what is left out is told."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import fitdecode
import pytest

from coach.messages.facts import Fact, HoldEnded
from tests.cli.test_history import NAMES, RICH, machine, trained, typed, written_by_hand
from tests.cli.test_main import Command, Ran, complaint
from tests.memories import begin, end, session

__all__ = ["machine", "typed"]  # fixtures

FILES = ("json", "csv")
FORMATS = (*FILES, "fit")
REPS = [3, 4, 2, 3, 1]
"""Of the sets of RICH."""


def export(kind: str, target: str, *more: object) -> tuple[object, ...]:
    return ("history", "export", "--format", kind, target, *more)


def reps_in(target: Path) -> list[int]:
    """Those of every set, whatever the format is."""
    if target.is_dir():
        return [reps for file in sorted(target.iterdir()) for reps in _reps_in_fit(file)]
    text = target.read_text(encoding="utf-8")
    if target.suffix == ".csv":
        return [int(row["reps"]) for row in csv.DictReader(io.StringIO(text)) if row["reps"]]
    sets = [each for log in json.loads(text) for one in log["exercises"] for each in one["sets"]]
    return [each["reps"] for each in sets if "reps" in each]


def _reps_in_fit(file: Path) -> list[int]:
    with fitdecode.FitReader(file) as reader:
        sets = [
            frame.get_value("repetitions")
            for frame in reader
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "set"
        ]
    return [reps for reps in sets if reps is not None]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "one")


@pytest.mark.parametrize("kind", FORMATS)
def test_all_that_one_person_trained_is_exported_for_them_alone(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, *RICH)
    trained(machine, session("pp"), person="Anna")
    target = tmp_path / f"all.{kind if kind != 'fit' else 'folder'}"
    told = f"{target.name}: 4 sessions of default\n"
    assert typed(*export(kind, target.name)) == Ran(0, told, "")
    assert reps_in(target) == REPS
    assert target.stat().st_mode & 0o777 == (0o700 if kind == "fit" else 0o600)
    target = target.with_name(f"annas-{target.name}")
    told = f"{target.name}: 1 session of Anna\n"
    assert typed(*export(kind, target.name, "--profile", "Anna")) == Ran(0, told, "")
    assert reps_in(target) == [2]
    assert left_in(tmp_path) == sorted([target.name, target.name.removeprefix("annas-")])


@pytest.mark.parametrize("kind", FORMATS)
def test_the_last_sessions_alone_can_be_exported(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, *RICH)
    target = "all.csv" if kind == "csv" else "all"
    assert typed(*export(kind, target, "--limit", 2)).out == f"{target}: 2 sessions of default\n"
    assert reps_in(tmp_path / target) == REPS[-2:]


def test_each_session_is_a_fit_file_named_after_its_time(
    typed: Command, machine: Path, tmp_path: Path
) -> None:
    trained(machine, *RICH)
    assert typed(*export("fit", "all")).status == 0
    names = left_in(tmp_path / "all")
    beginnings = ["2024-04-24-1000", "2024-04-25-1105", "2024-04-26-1210", "2024-04-27-1315"]
    assert [name.rpartition("-")[0] for name in names] == beginnings
    assert {path.suffix for path in (tmp_path / "all").iterdir()} == {".fit"}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "all").iterdir()} == {0o600}
    assert typed(*export("fit", "again")).status == 0
    assert left_in(tmp_path / "again") == names


@pytest.mark.parametrize("kind", FORMATS)
def test_without_training_nothing_is_written(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    line = complaint(typed(*export(kind, "all")))
    assert line.endswith(
        "all: is not written: no training is remembered yet: `coach run` begins the first\n"
    )
    assert not machine.exists()
    trained(machine, session(), person="Anna")
    line = complaint(typed(*export(kind, "all")))
    assert "all: is not written: nothing is remembered of default; the only profile is Anna" in line
    line = complaint(typed(*export(kind, "all", "--profile", "anna")))
    assert line.endswith(
        "nothing is remembered of anna; did you mean Anna? The only profile is Anna\n"
    )
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_sessions_without_a_rep_or_a_plank_are_told(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    nothing: list[Fact] = [*begin(), *end()]
    trained(machine, nothing)
    line = complaint(typed(*export(kind, "all")))
    assert "all: is not written: there is no rep and no plank in these sessions" in line
    assert left_in(tmp_path) == []
    trained(machine, [*begin(), HoldEnded(0, "plank", 9.0, whole=False), *end()])
    told = "all: 1 session of default; 1 without a rep or a plank left out\n"
    assert typed(*export(kind, "all")) == Ran(0, told, "")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_memory_that_is_empty_now_or_damaged_is_told(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, session())
    machine.write_bytes(b"")
    assert "is empty now: see `coach history restore`" in complaint(typed(*export(kind, "all")))
    machine.write_bytes(b"?" * 5000)
    assert complaint(typed(*export(kind, "all"))).startswith(f"coach: {machine}: is damaged: ")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_what_other_programs_have_no_date_for_is_named(
    typed: Command, machine: Path, tmp_path: Path, kind: str
) -> None:
    trained(machine, *RICH[:2])
    written_by_hand(machine, day=700_000)  # in 1917
    line = complaint(typed(*export(kind, "all"))) if kind == "fit" else ""
    assert ("is left out: FIT has no such date" in line) is (kind == "fit")
    if kind != "fit":
        assert typed(*export(kind, "all")).out == "all: 3 sessions of default\n"
    written_by_hand(machine, day=-5)
    line = complaint(typed(*export(kind, "none")))
    assert "the session of default on no date is left out: it has no date that can be" in line
    trained(machine, session())
    ran = typed(*export(kind, "some"))
    assert (ran.status, ran.out) == (0, "some: 1 session of default\n")
    assert ran.err.count("is left out: it has no date that can be\n") == 4


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_name_of_an_exercise_it_is_exported_and_does_nothing(
    typed: Command, machine: Path, tmp_path: Path, name: str
) -> None:
    written_by_hand(machine, exercise=name, outcome=name, uuid=name)
    for kind in FORMATS:
        target = "all.csv" if kind == "csv" else kind
        assert typed(*export(kind, target)) == Ran(0, f"{target}: 1 session of default\n", "")
        assert sum(reps_in(tmp_path / target)) == 6
    for target in ("all.csv", "json"):
        text = (tmp_path / target).read_text(encoding="utf-8")
        assert all(one.isprintable() for line in text.split("\n") for one in line)
    for row in csv.reader(io.StringIO((tmp_path / "all.csv").read_text(encoding="utf-8"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


# What cannot be written


def test_without_fit_tool_the_command_that_installs_it_is_told(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(machine, *RICH)
    monkeypatch.setitem(sys.modules, "fit_tool", None)  # Python takes that for missing
    for name in [name for name in sys.modules if name.startswith("fit_tool.")]:
        monkeypatch.setitem(sys.modules, name, None)
    line = complaint(typed(*export("fit", "all")))
    assert "a FIT file needs fit-tool, which is not installed: run scripts/setup --fit" in line
    assert "pip" not in line
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("option", [("--profile", "default"), ("--limit", "3")])
def test_what_is_for_import_is_of_everybody(
    typed: Command, machine: Path, tmp_path: Path, option: tuple[str, str]
) -> None:
    trained(machine, *RICH)
    for kind in ((), ("--format", "flatback")):
        line = complaint(typed("history", "export", *kind, "all", *option))
        assert f"{option[0]} says nothing to --format flatback, which is about everybody" in line
    line = complaint(typed("history", *option, "export", "--format", "csv", "all"))
    assert "or put it after export, with a --format" in line
    assert left_in(tmp_path) == []


def test_another_format_is_told(typed: Command) -> None:
    line = complaint(typed(*export("xml", "all")))
    assert all(f"'{kind}'" in line for kind in ("flatback", *FORMATS))
