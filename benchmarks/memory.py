"""Memory: ``scripts/bench_memory``. How the memory opens, answers and writes as it grows.

What is timed is one process that has imported everything already; the file is in the system's
cache. Of the longest memory, the exports are processes of their own. Exit status 1: it took longer
than LIMIT_MS to open and answer, or an export took too long or too much memory. 2: something is
wrong that a person can mend.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.made_up_training import PERSON, made_up
from benchmarks.memory_exports import Export, judged_exports, measure_exports
from benchmarks.program import AsJson, Worse, run_program
from benchmarks.workers import BenchmarkError
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import whole_archive, write_archive
from coach.devices.memory.log import read_log
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.system.wall_clock import SystemCalendar
from coach.messages.facts import RepEnded, SessionBegan, SetBegan

Made = TypeVar("Made")

LIMIT_MS = 100.0
_SHOWN = 20
_PATIENCE_SECONDS = 60.0
_ROUNDS_PER_EXPORT = 8
"""An export takes a process, and is measured that much less often."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What a memory of so many years takes, in milliseconds: medians.

    ``exports`` are measured of the longest memory.
    """

    years: int
    sessions: int
    reps: int
    file_mb: float
    open_and_recall_ms: float
    last_sessions_ms: float
    all_sessions_ms: float
    rep_ms: float
    exports: tuple[Export, ...] = ()


def measure(years: int, rounds: int, folder: Path) -> Grown:
    """Make such a memory in ``folder``, and time it."""
    calendar = SystemCalendar()
    path = path_in(folder, years)
    archive = made_up(years, calendar.now().day, calendar.utc_seconds())
    with sqlite_file.opened(path) as connection:
        write_archive(connection, *whole_archive(archive))
    sessions = archive.people[0].sessions

    def recall() -> SqliteMemory:
        memory = SqliteMemory(path, PERSON, calendar, _fail, patience_seconds=_PATIENCE_SECONDS)
        if not memory.recall().trainings:
            raise BenchmarkError("nothing was recalled")
        return memory

    def list_last(limit: int | None) -> None:
        with sqlite_file.opened(path) as connection:
            read_log(connection, PERSON, limit)

    opened = _median_ms(rounds, recall, SqliteMemory.close)
    last = _median_ms(rounds, lambda: list_last(_SHOWN))
    everything = _median_ms(rounds, lambda: list_last(None))
    megabytes = path.stat().st_size / 1e6
    return Grown(
        years=years,
        sessions=len(sessions),
        reps=sum(len(session.reps) for session in sessions),
        file_mb=round(megabytes, 2),
        open_and_recall_ms=opened,
        last_sessions_ms=last,
        all_sessions_ms=everything,
        rep_ms=_rep_ms(recall(), rounds),
    )


def path_in(folder: Path, years: int) -> Path:
    """Where ``measure`` makes it: below a folder for data of its own."""
    return folder / str(years) / "flatback" / "memory.db"


def _rep_ms(memory: SqliteMemory, rounds: int) -> float:
    """The time from the report of a rep until it is on the disk."""
    with memory:
        memory(SessionBegan(0))
        memory(SetBegan(0, "dead_bug", 1, 3, 10, 3.0, 3.0))
        rep = RepEnded(0, "dead_bug", 1, 1, 10, perfect=True, reason=None, count=3.0)
        return _median_ms(rounds, lambda: memory(rep))


def _median_ms(
    rounds: int, work: Callable[[], Made], after: Callable[[Made], object] = lambda _: None
) -> float:
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        made = work()
        taken.append(1000.0 * (perf_counter() - began))
        after(made)
    return round(median(taken), 2)


def _fail(line: str) -> None:
    raise BenchmarkError(line)


def _years(text: str) -> list[int]:
    if not all(part.isdecimal() and int(part) >= 1 for part in text.split(",")):
        raise BenchmarkError(f"--years: {text!r}: numbers of years expected, such as 1,10")
    return sorted({int(part) for part in text.split(",")})


def compare(
    years: Annotated[str, typer.Option(metavar="N,…", help="How old it is.")] = "1,2,5,10",
    rounds: Annotated[int, typer.Option(min=1, help="Of which the median counts.")] = 25,
    as_json: AsJson = False,
) -> Worse:
    """How long a memory takes to open, to answer and to write."""
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        grown = [measure(each, rounds, Path(folder)) for each in _years(years)]
        data = path_in(Path(folder), grown[-1].years).parents[1]
        exports = measure_exports(data, max(1, rounds // _ROUNDS_PER_EXPORT))
        grown[-1] = replace(grown[-1], exports=exports)
    _print_table(Console(stderr=as_json, markup=False), grown)
    if as_json:
        print(json.dumps([asdict(each) for each in grown], indent=1))
    return judged(grown[-1])


def judged(longest: Grown) -> Sequence[str]:
    """A line for everything that takes too much with the longest memory."""
    lines = []
    if longest.open_and_recall_ms > LIMIT_MS:
        took = f"{longest.open_and_recall_ms:g} ms to open and recall {longest.years} years"
        lines.append(f"{took}; it should be {LIMIT_MS:g} at the most")
    return [*lines, *judged_exports(longest.exports)]


def _print_table(console: Console, grown: Sequence[Grown]) -> None:
    table = Table("ms, median", box=None, header_style="bold")
    for each in grown:
        table.add_column(f"{each.years} years" if each.years > 1 else "1 year", justify="right")
    rows: dict[str, Sequence[float]] = {
        "sessions": [each.sessions for each in grown],
        "reps": [each.reps for each in grown],
        "file, MB": [each.file_mb for each in grown],
        "open and recall": [each.open_and_recall_ms for each in grown],
        f"history, the last {_SHOWN}": [each.last_sessions_ms for each in grown],
        "history, everything": [each.all_sessions_ms for each in grown],
        "a rep, told to kept": [each.rep_ms for each in grown],
    }
    for name, figures in rows.items():
        table.add_row(name, *(f"{figure:g}" for figure in figures))
    console.print(table)
    exported = Table("coach history", "processor, s", "peak, MB", box=None, header_style="bold")
    for export in grown[-1].exports:
        exported.add_row(export.name, f"{export.seconds:g}", f"{export.peak_mb:g}")
    console.print()
    console.print(exported)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    example = "scripts/bench_memory --years 10 --rounds 30"
    return run_program("bench_memory", compare, example, arguments)


if __name__ == "__main__":
    sys.exit(main())
