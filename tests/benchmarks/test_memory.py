"""Bench memory: it measures what it says, and ten years are not too much."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.made_up_training import made_up
from benchmarks.memory import LIMIT_MS, main, measure


def test_ten_years_are_1500_sessions_and_120_000_reps() -> None:
    (person,) = made_up(10, 739_000, 1.7e9).people
    assert len(person.sessions) == 1500
    assert sum(len(session.reps) for session in person.sessions) == 120_000


def test_ten_years_open_and_answer_in_time(tmp_path: Path) -> None:
    assert measure(10, 5, tmp_path).open_and_recall_ms < LIMIT_MS


def test_figures_are_printed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--years", "1", "--rounds", "2", "--json"]) == 0
    printed = capsys.readouterr()
    (grown,) = json.loads(printed.out)
    assert (grown["years"], grown["sessions"], grown["reps"]) == (1, 150, 12000)
    assert "open and recall" in printed.err


@pytest.mark.parametrize("arguments", [["--years", "0"], ["--years", "x"], ["--rounds", "-1"]])
def test_what_cannot_be_measured_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("bench_memory: ")
