"""Memory exports: how long each export of a memory takes, and how much memory, in every format.

Each time it is a process of its own, with all that it starts. What is timed is the processor, so
that waiting for a busy machine does not count; the modules are compiled already.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.made_up_training import PERSON
from benchmarks.workers import BenchmarkError

_PROGRAM = "benchmarks.memory_one_export"
LIMIT_SECONDS = 2.0
LIMIT_MB = 100.0

EXPORTS: Mapping[str, tuple[str, ...]] = {
    "export": ("export", "all.json"),
    "export --format json": ("export", "--format", "json", "log.json"),
    "export --format csv": ("export", "--format", "csv", "all.csv"),
    "export --format fit": ("export", "--format", "fit", "all_fit"),
    "--json": ("--json",),
    "--csv": ("--csv",),
    "report FILE.html": ("report", "all.html", "--profile", PERSON),
    "report FILE.pdf": ("report", "all.pdf", "--profile", PERSON),
}
"""What each is called, and what is typed after ``coach history``."""


@dataclass(frozen=True, slots=True)
class Export:
    """What an export takes: the median of processor time, and the most memory of one process."""

    name: str
    seconds: float
    peak_mb: float


def measure_exports(
    data: Path, rounds: int, names: Iterable[str] = tuple(EXPORTS)
) -> tuple[Export, ...]:
    """Export the memory below ``data`` in every way so many times."""
    return tuple(_measured(data, name, rounds) for name in names)


def _measured(data: Path, name: str, rounds: int) -> Export:
    _run(data, EXPORTS[name])  # compiles the modules
    seconds, peaks = zip(*(_run(data, EXPORTS[name]) for _ in range(rounds)), strict=True)
    return Export(name, round(median(seconds), 2), round(max(peaks) / 1e6, 1))


def _run(data: Path, typed: Sequence[str]) -> tuple[float, float]:
    """Seconds and bytes."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"XDG_DATA_HOME": str(data), "PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        done = subprocess.run(  # noqa: S603 - this program's own words
            [sys.executable, "-m", _PROGRAM, *typed],
            cwd=folder,
            env={**known, **own},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchmarkError(f"coach history {' '.join(typed)} failed: {last}")
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def judged_exports(exports: Iterable[Export]) -> list[str]:
    """A line for each export that takes too long, or too much memory."""
    return [
        f"history {each.name}: {each.seconds:g} s and {each.peak_mb:g} MB; "
        f"it should be {LIMIT_SECONDS:g} s and {LIMIT_MB:g} MB at the most"
        for each in exports
        if each.seconds > LIMIT_SECONDS or each.peak_mb > LIMIT_MB
    ]
