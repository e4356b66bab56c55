"""Memory exports: what each export of a memory takes, as the command that a person types.

Each is a process of its own, from its start to its end, whose modules are compiled already; the
file is in the system's cache. What its libraries share with other processes counts as its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.made_up_training import PERSON
from benchmarks.workers import BenchmarkError

LIMIT_SECONDS = 2.0
LIMIT_MB = 100.0

EXPORTS: Mapping[str, tuple[str, ...]] = {
    "history export": ("export", "all.json"),
    "history --json": ("--json",),
    "history --csv": ("--csv",),
    "history report, HTML": ("report", "all.html", "--profile", PERSON),
    "history report, PDF": ("report", "all.pdf", "--profile", PERSON),
}

_COACH = """
import atexit, resource, sys
from coach.__main__ import main
def tell():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(max(int(lines["VmHWM"].split()[0]), started), file=sys.stderr)
atexit.register(tell)
main()
"""
"""The command, which tells at last how much memory it had at most, or a process that it started, in
KiB. What the system tells who started the command is no less than that one's own."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export: the median of its times, and the most memory that one of its processes had."""

    name: str
    seconds: float
    megabytes: float


def measure_exports(
    data: Path, rounds: int, names: Sequence[str] = tuple(EXPORTS)
) -> Iterator[Exported]:
    """Run each export on the memory of the home whose data folder is ``data``."""
    for name in names:
        _run(data, EXPORTS[name])  # compiles the modules
        taken = [_run(data, EXPORTS[name]) for _ in range(rounds)]
        yield Exported(
            name,
            round(median(seconds for seconds, _ in taken), 2),
            round(max(megabytes for _, megabytes in taken), 1),
        )


def _run(data: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Its seconds, and its megabytes."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"XDG_DATA_HOME": str(data), "PYTHONPYCACHEPREFIX": str(data / "compiled")}
    began = perf_counter()
    ran = subprocess.run(  # noqa: S603 - this program's own words
        [sys.executable, "-c", _COACH, "history", *arguments],
        cwd=data,
        env={**known, **own, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        check=False,
    )
    took = perf_counter() - began
    if ran.returncode != 0:
        raise BenchmarkError(f"coach history {' '.join(arguments)}: failed")
    return took, int(ran.stderr.split()[-1]) * 1024 / 1e6


def judged_exports(exports: Sequence[Exported]) -> list[str]:
    """A line for each export that takes too long, or too much memory."""
    return [
        f"{each.name}: {each.seconds:g} s and {each.megabytes:g} MB; "
        f"it should be {LIMIT_SECONDS:g} s and {LIMIT_MB:g} MB at the most"
        for each in exports
        if each.seconds > LIMIT_SECONDS or each.megabytes > LIMIT_MB
    ]
