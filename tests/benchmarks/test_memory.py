"""Bench memory: it measures what it says, and ten years are not too much."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.made_up_training import PERSON
from benchmarks.memory import LIMIT_MS, Grown, judged, main, measure
from benchmarks.memory_exports import EXPORTS, LIMIT_MB, LIMIT_SECONDS, Export, measure_exports
from benchmarks.workers import BenchmarkError
from tests.memories import HandClock, remember, session, tell


@pytest.mark.slow
def test_ten_years_are_1500_sessions_and_120_000_reps(tmp_path: Path) -> None:
    grown = measure(10, 1, tmp_path)
    assert (grown.years, grown.sessions, grown.reps) == (10, 1500, 120_000)


@pytest.mark.parametrize(("took_ms", "shortcomings"), [(0.0, 0), (LIMIT_MS, 0), (100.5, 1)])
def test_the_longest_memory_is_to_open_and_answer_in_time(
    took_ms: float, shortcomings: int
) -> None:
    """What this machine takes is for ``scripts/bench_memory`` to say, where nothing else runs."""
    longest = Grown(10, 1500, 120_000, 6.0, took_ms, 1.0, 1.0, 1.0)
    assert len(judged(longest)) == shortcomings


@pytest.mark.parametrize(
    ("seconds", "peak_mb", "shortcomings"),
    [(LIMIT_SECONDS, LIMIT_MB, 0), (2.01, 1.0, 1), (0.1, 100.1, 1), (3.0, 200.0, 1)],
)
def test_every_export_is_to_be_soon_done_and_small(
    seconds: float, peak_mb: float, shortcomings: int
) -> None:
    exports = (Export("export", 0.1, 10.0), Export("--csv", seconds, peak_mb))
    lines = judged(Grown(10, 1500, 120_000, 6.0, 1.0, 1.0, 1.0, 1.0, exports))
    assert len(lines) == shortcomings
    assert all(line.startswith("history --csv: ") for line in lines)


@pytest.mark.thorough  # each export is a process of its own
def test_figures_are_printed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--years", "1", "--rounds", "1", "--json"]) in (0, 1)  # soon enough, or not
    printed = capsys.readouterr()
    (grown,) = json.loads(printed.out)
    assert (grown["years"], grown["sessions"], grown["reps"]) == (1, 150, 12000)
    assert "open and recall" in printed.err
    assert [each["name"] for each in grown["exports"]] == list(EXPORTS)
    assert all(each["seconds"] > 0 and each["peak_mb"] > 0 for each in grown["exports"])
    assert "peak, MB" in printed.err


@pytest.mark.parametrize("arguments", [["--years", "0"], ["--years", "x"], ["--rounds", "-1"]])
def test_what_cannot_be_measured_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("bench_memory: ")


@pytest.mark.slow
def test_an_export_is_run_as_a_person_does(tmp_path: Path) -> None:
    with remember(tmp_path / "flatback/memory.db", HandClock(), PERSON) as memory:
        tell(memory, session())
    html, pdf = measure_exports(tmp_path, 1, ["report FILE.html", "report FILE.pdf"])
    assert (html.name, pdf.name) == ("report FILE.html", "report FILE.pdf")
    assert html.seconds > 0.05
    assert html.peak_mb > 10
    assert pdf.seconds > html.seconds + 0.05  # the program that makes it counts, too


def test_an_export_that_fails_is_told_with_its_reason(tmp_path: Path) -> None:
    problem = r"history report all\.html --profile default failed: .*is not written: no training"
    with pytest.raises(BenchmarkError, match=problem):
        measure_exports(tmp_path, 1, ["report FILE.html"])
