"""Program: what the benchmarks' command lines share; what is wrong is told here, in one line."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.workers import BenchmarkError
from coach.errors import CoachError

Made = TypeVar("Made")


class Parser(argparse.ArgumentParser):
    """Wrong use is told in one line, as everything else that is wrong."""

    def error(self, message: str) -> NoReturn:
        """Raise BenchmarkError."""
        raise BenchmarkError(message)


def numbers(text: str) -> list[float]:
    """``20,10``, each once. Raises ArgumentTypeError."""
    try:
        found = list(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError:
        found = [math.nan]
    if not all(map(math.isfinite, found)):
        raise argparse.ArgumentTypeError(f"{text!r}: numbers expected, such as 20,10")
    return found


def names(kind: str, known: Iterable[str], text: str) -> list[str]:
    """``this,that``, each once and known. Raises ArgumentTypeError."""
    known = list(known)
    found = list(dict.fromkeys(text.split(",")))
    unknown = [name for name in found if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"no {kind} {unknown[0]!r}: there are {','.join(known)}")
    return found


def counted(what: str, text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a number of {what} expected, 1 or more")
    return int(text)


def add_common(parser: Parser, systems: Mapping[str, object]) -> None:
    """The options that every benchmark has."""
    add = parser.add_argument
    add(
        "--clips",
        type=Path,
        action="append",
        metavar="DIR",
        help="spoken commands: with a manifest.json, or named <words>__<speaker>.flac; may be "
        "given several times (default: audio_fixtures)",
    )
    every = ",".join(systems)
    known = partial(names, "system", systems)
    jobs = partial(counted, "processes")
    add("--systems", type=known, default=every, help="default: %(default)s")
    add("--jobs", type=jobs, default=os.cpu_count() or 1, help="processes (default: every core)")
    add("--json", action="store_true", help="JSON on standard output, tables on standard error")
    add("--check", type=Path, metavar="FILE", help="fail when worse than the counts in this file")


def in_turn(
    systems: Iterable[str], total: int, what: str, work: Callable[[str, Callable[[], None]], Made]
) -> dict[str, Made]:
    """What ``work`` makes of every system, told on standard error how far it is.

    ``work`` is given a function to call after each of ``total``.
    """
    console = Console(stderr=True, markup=False)
    made = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        for system in systems:
            task = progress.add_task(system, total=total)
            made[system] = work(system, partial(progress.advance, task))
            if not console.is_terminal:
                console.print(f"{system}: {total} {what}", highlight=False)
    return made


def run_program(
    parser: Parser,
    run: Callable[[argparse.Namespace], Sequence[str]],
    arguments: Sequence[str] | None,
) -> int:
    """The exit status: 1 when ``run`` returns lines of what is worse than it was."""
    try:
        parsed = parser.parse_args(arguments)
        if parsed.check and "coach" not in parsed.systems:
            raise BenchmarkError("--check is of the coach, which --systems leaves out")
        worse = run(parsed)
    except CoachError as error:
        _complain(parser, str(error))
        return 2
    except OSError as error:
        _complain(parser, f"{error.filename or 'the run'}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        _complain(parser, "interrupted")
        return 130
    for line in worse:
        _complain(parser, line)
    return 1 if worse else 0


def _complain(parser: Parser, line: str) -> None:
    print(f"{parser.prog}: {line}", file=sys.stderr)
