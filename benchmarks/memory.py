"""Memory: ``scripts/bench_memory``. How the memory opens, answers and writes as it grows.

What is timed is one process that has imported everything already; the file is in the system's
cache. With ``--exports`` each export of the longest memory is run as a command as well. Exit status
1: the longest memory took longer than LIMIT_MS to open and answer, or an export took too much. 2:
something is wrong that a person can mend.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.made_up_training import PERSON, made_up
from benchmarks.memory_exports import Exported, judged_exports, measure_exports
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


@dataclass(frozen=True, slots=True)
class Grown:
    """What a memory of so many years takes, in milliseconds: medians."""

    years: int
    sessions: int
    reps: int
    file_mb: float
    open_and_recall_ms: float
    last_sessions_ms: float
    all_sessions_ms: float
    rep_ms: float


def measure(years: int, rounds: int, folder: Path) -> Grown:
    """Make such a memory in ``folder``, and time it."""
    calendar = SystemCalendar()
    path = folder / f"{years}.db"
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
    exports: Annotated[
        bool, typer.Option("--exports", help="Run each export of the longest one, too.")
    ] = False,
    as_json: AsJson = False,
) -> Worse:
    """How long a memory takes to open, to answer and to write."""
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as named:
        folder = Path(named)
        grown = [measure(each, rounds, folder) for each in _years(years)]
        exported = list(_exported(folder, grown[-1], min(rounds, 5))) if exports else []
    console = Console(stderr=as_json, markup=False)
    _print_table(console, grown)
    for export in exported:
        console.print(f"{export.name:24}{export.seconds:8.2f} s{export.megabytes:8.1f} MB")
    if as_json:
        rows = [*map(asdict, grown), *map(asdict, exported)]
        print(json.dumps(rows, indent=1))
    return [*judged(grown[-1]), *judged_exports(exported)]


def _exported(folder: Path, longest: Grown, rounds: int) -> Iterator[Exported]:
    """The exports of a memory in ``folder``, put where the coach looks for it."""
    home = folder / "flatback"
    home.mkdir()
    shutil.move(folder / f"{longest.years}.db", home / "memory.db")
    return measure_exports(folder, rounds)


def judged(longest: Grown) -> Sequence[str]:
    """A line if the longest memory is too slow."""
    if longest.open_and_recall_ms <= LIMIT_MS:
        return []
    took = f"{longest.open_and_recall_ms:g} ms to open and recall {longest.years} years"
    return [f"{took}; it should be {LIMIT_MS:g} at the most"]


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    example = "scripts/bench_memory --years 10 --rounds 30"
    return run_program("bench_memory", compare, example, arguments)


if __name__ == "__main__":
    sys.exit(main())
