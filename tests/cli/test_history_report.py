"""History report: a page is written for its owner alone, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from coach.devices.screen import pdf_renderer
from tests.cli.test_history import machine, trained, typed
from tests.cli.test_main import Command, Ran, complaint
from tests.documents import ROOT
from tests.memories import session

__all__ = ["machine", "typed"]


@pytest.fixture
def told(typed: Command, machine: Path) -> Command:
    """On a machine on which Anna has trained twice, and somebody without a name once."""
    trained(machine, session("pa"), session("pp"), person="Anna")
    trained(machine, session("a"))
    return typed


def test_a_report_is_a_page_for_its_owner_alone(told: Command, tmp_path: Path) -> None:
    ran = told("history", "report", "anna.html", "--profile", "Anna")
    assert ran == Ran(0, "anna.html: a report of 2 sessions\n", "")
    page = (tmp_path / "anna.html").read_text(encoding="utf-8")
    assert "<h1>Training report: Anna</h1>" in page
    assert (tmp_path / "anna.html").stat().st_mode & 0o777 == 0o600
    assert told("history", "report", "ALL.HTML").out == "ALL.HTML: a report of 1 session\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("all.txt",), "all.txt: cannot be written: a report is HTML or PDF; let its name end in"),
        (("all",), "all: cannot be written: a report is HTML or PDF"),
        (("no/all.html",), "no/all.html: cannot be written: No such file"),
        (("all.html", "--profile", "anna"), "nothing is remembered of anna; did you mean Anna?"),
        (("all.html", "--profile", "a/b"), "'a/b' is no name for a profile"),
        (("all.html", "--language", "xx"), "there is no language 'xx'"),
        ((), "Missing argument 'file'"),
    ],
)
def test_what_cannot_be_written_is_told(
    told: Command, tmp_path: Path, arguments: tuple[str, ...], line: str
) -> None:
    assert line in complaint(told("history", "report", *arguments))
    assert list(tmp_path.glob("*all*")) == []


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--profile", "Anna"), "--profile says nothing to report, which has options of its own"),
        (("--json",), "--json says nothing to report, which has options of its own: leave it out"),
    ],
)
def test_options_before_it_are_refused(told: Command, options: tuple[str, ...], line: str) -> None:
    assert line in complaint(told("history", *options, "report", "all.html"))


def test_without_any_training_no_report_is_written(typed: Command, tmp_path: Path) -> None:
    line = complaint(typed("history", "report", "all.html"))
    told = "no training is remembered yet: `coach run` begins the first"
    assert line == f"coach: all.html: is not written: {told}\n"
    assert not (tmp_path / "all.html").exists()


def test_on_a_full_disk_the_report_before_stays(
    told: Command, tmp_path: Path, disk_of: Callable[[int], AbstractContextManager[None]]
) -> None:
    file = tmp_path / "all.html"
    file.write_text("the one before")
    with disk_of(2000):
        line = complaint(told("history", "report", "all.html"))
    assert line == "coach: all.html: cannot be written: File too large\n"
    assert file.read_text() == "the one before"
    assert [each.name for each in tmp_path.iterdir() if "all" in each.name] == ["all.html"]


def test_without_weasyprint_what_installs_it_is_told(
    told: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # Python takes that for missing
    line = complaint(told("history", "report", "all.pdf"))
    assert "run scripts/setup --pdf" in line
    assert "any browser prints" in line
    assert not (tmp_path / "all.pdf").exists()


@pytest.mark.slow
def test_a_pdf_is_made_by_weasyprint_of_nothing_but_the_page(
    told: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    (tmp_path / "weasyprint.py").write_text("raise SystemExit('taken from where I type')")
    ran = told("history", "report", "all.pdf")
    assert ran == Ran(0, "all.pdf: a report of 1 session\n", "")
    assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "all.pdf").stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(pdf_renderer, "__file__", str(tmp_path / "weasyprint.py"))
    line = complaint(told("history", "report", "all.pdf"))
    assert line == "coach: no PDF could be made: taken from where I type\n"


LATE = """\
import sys
from coach.devices.screen.pdf_renderer import load_late

load_late()
from weasyprint import HTML
from weasyprint.pdf import fonts

page = HTML(string="<p>Twelve perfect reps.")
made = [page.write_pdf()]
assert "fontTools.varLib" not in sys.modules
assert "fontTools.subset" not in dir(sys.modules["fontTools"])
fonts.harfbuzz_subset = None  # as where the system has none
made.append(page.write_pdf())
assert sys.modules["fontTools.subset"].__file__
assert all(each.startswith(b"%PDF-") for each in made)
assert len(made[0]) / 1.2 < len(made[1]) < 1.2 * len(made[0])  # with a subset of the font
"""


@pytest.mark.thorough
def test_what_weasyprint_hardly_ever_calls_is_imported_when_it_does() -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    ran = subprocess.run(
        [sys.executable, "-c", LATE], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
