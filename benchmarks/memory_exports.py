"""Memory exports: how long ``coach history export`` takes, and how much memory, in every format.

Each time it is a process of its own. What is timed is the processor, so that waiting for a busy
machine does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.workers import BenchmarkError

_PROGRAM = "benchmarks.memory_one_export"
FORMATS = ("flatback", "json", "csv", "fit")
LIMIT_SECONDS = 2.0
LIMIT_MB = 100.0


@dataclass(frozen=True, slots=True)
class Export:
    """What an export in a format takes: medians of processor time and of the most memory."""

    format: str
    seconds: float
    peak_mb: float


def measure_exports(data: Path, rounds: int) -> tuple[Export, ...]:
    """Export the memory below ``data``, in every format so many times."""
    return tuple(_measured(data, kind, rounds) for kind in FORMATS)


def _measured(data: Path, kind: str, rounds: int) -> Export:
    runs = [_run(data, kind) for _ in range(rounds)]
    seconds, peaks = zip(*runs, strict=True)
    return Export(kind, round(median(seconds), 2), round(median(peaks) / 1e6, 1))


def _run(data: Path, kind: str) -> tuple[float, float]:
    """Seconds and bytes."""
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        command = [sys.executable, "-m", _PROGRAM, kind, f"{folder}/training"]
        environment = {**os.environ, "XDG_DATA_HOME": str(data)}
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchmarkError(f"the export as {kind} failed: {last}")
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak
