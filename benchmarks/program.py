"""Program: what the benchmarks' command lines share; errors are printed here, in one line."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.exceptions import TyperException

from benchmarks.workers import BenchmarkError
from coach.cli.command_group import HELP, Command, in_plain_words
from coach.errors import CoachError

Made = TypeVar("Made")

Worse = Sequence[str]
"""What a benchmark returns: a line for everything that is worse than it was."""

Clips = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR",
        help="Spoken commands: with a manifest.json, or named <words>__<speaker>.flac; may be "
        "given several times; audio_fixtures by default.",
    ),
]
Systems = Annotated[str, typer.Option(metavar="NAME,…", help="What to measure.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="JSON on standard output, tables on standard error.")
]
Check = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Fail when worse than the counts in this file.")
]

EVERY_CORE = os.cpu_count() or 1


def numbers(option: str, text: str) -> list[float]:
    """``20,10``, each once. Raises BenchmarkError."""
    try:
        found = list(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError:
        found = [math.nan]
    if not all(map(math.isfinite, found)):
        raise BenchmarkError(f"{option}: {text!r}: numbers expected, such as 20,10")
    return found


def names(option: str, kind: str, known: Iterable[str], text: str) -> list[str]:
    """``this,that``, each once and known. Raises BenchmarkError."""
    known = list(known)
    found = list(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [name for name in found if name not in known]
    if unknown:
        raise BenchmarkError(f"{option}: no {kind} {unknown[0]!r}: there are {','.join(known)}")
    return found


def named_systems(text: str, known: Iterable[str], check: Path | None) -> list[str]:
    """What ``--systems`` names, the coach among them where ``--check`` is of it."""
    systems = names("--systems", "system", known, text)
    if check and "coach" not in systems:
        raise BenchmarkError("--check is of the coach, which --systems leaves out")
    return systems


def in_turn(
    systems: Iterable[str], total: int, what: str, work: Callable[[str, Callable[[], None]], Made]
) -> dict[str, Made]:
    """What ``work`` makes of every system; progress is shown on standard error.

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
    name: str, measure: Callable[..., Worse], example: str, arguments: Sequence[str] | None
) -> int:
    """The exit status: 1 when ``measure`` returns a line about something that is worse than it was.

    Its parameters are the options, its docstring the help.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=HELP)
    app.command(cls=Command, epilog=f"Example: {example}")(measure)
    typed = sys.argv[1:] if arguments is None else list(arguments)
    try:
        ended: Any = app(typed, prog_name=name, standalone_mode=False)
    except TyperException as error:
        _complain(name, in_plain_words(error))
        return 2
    except CoachError as error:
        _complain(name, str(error))
        return 2
    except OSError as error:
        _complain(name, f"{error.filename or 'the run'}: {error.strerror or error}")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        _complain(name, "interrupted")
        return 130
    worse: Worse = ended if isinstance(ended, list) else []  # what asks for help ends with 0
    for line in worse:
        _complain(name, line)
    return 1 if worse else 0


def _complain(name: str, line: str) -> None:
    print(f"{name}: {line}", file=sys.stderr)
