"""Hearing: ``scripts/bench_hearing``. Every system listens to the same sound; figures for each.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.bars import bars, read_baseline, regressions
from benchmarks.corpus import load_clips, load_noises, load_talk
from benchmarks.figures import Outcome, outcome
from benchmarks.listeners import SYSTEMS
from benchmarks.record import record
from benchmarks.streams import Stream, clip_streams, noise_streams, talk_streams
from benchmarks.tables import WIDTH, print_tables
from benchmarks.workers import BenchmarkError, Laid, lay, listen_to
from coach.devices import model_store
from coach.errors import CoachError
from coach.wiring import data_folder, load_grammar

_EPILOG = "example: scripts/bench_hearing --negatives talk --noise noise --systems coach,vosk-open"


class _Parser(argparse.ArgumentParser):
    """Wrong use is told in one line, as everything else that is wrong."""

    def error(self, message: str) -> NoReturn:
        raise BenchmarkError(message)


def _numbers(text: str) -> list[float]:
    try:
        ratios = list(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError:
        ratios = [math.nan]
    if not all(map(math.isfinite, ratios)):
        raise argparse.ArgumentTypeError(f"{text!r}: numbers expected, such as 20,10")
    return ratios


def _systems(text: str) -> list[str]:
    names = list(dict.fromkeys(text.split(",")))
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no system {unknown[0]!r}: there are {_all_systems()}")
    return names


def _all_systems() -> str:
    return ",".join(SYSTEMS)


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a number of processes expected, 1 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="bench_hearing",
        description="How well commands are heard: this coach and other systems on the same sound.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add(
        "--clips",
        type=Path,
        action="append",
        metavar="DIR",
        help="spoken commands: with a manifest.json, or named <words>__<speaker>.flac; may be "
        "given several times (default: audio_fixtures)",
    )
    add("--negatives", type=Path, metavar="DIR", help="speech in which no command is meant")
    add("--noise", type=Path, metavar="DIR", help="noises: to be mixed in, and alone")
    add("--snr", type=_numbers, default="20,10,5,0", metavar="DB,…", help="default: %(default)s")
    add("--systems", type=_systems, default=_all_systems(), help="default: %(default)s")
    add("--jobs", type=_jobs, default=os.cpu_count() or 1, help="processes (default: every core)")
    add("--json", action="store_true", help="JSON on standard output, tables on standard error")
    add("--check", type=Path, metavar="FILE", help="fail when worse than the counts in this file")
    return parser


def _streams(arguments: argparse.Namespace) -> Iterator[Stream]:
    grammar = load_grammar()
    folders = arguments.clips or [data_folder("audio_fixtures")]
    clips = [clip for folder in folders for clip in load_clips(folder, grammar)]
    noises = load_noises(arguments.noise) if arguments.noise else {}
    talks = load_talk(arguments.negatives) if arguments.negatives else []
    return chain(
        clip_streams(clips, noises, arguments.snr), talk_streams(talks), noise_streams(noises)
    )


def _listen(
    laid: Sequence[Laid], arguments: argparse.Namespace, model: Path, console: Console
) -> dict[str, Outcome]:
    outcomes = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        for system in arguments.systems:
            task = progress.add_task(system, total=len(laid))
            advance = partial(progress.advance, task)
            heeded = listen_to(laid, system, model, arguments.jobs, advance)
            outcomes[system] = outcome(heeded)
            if not console.is_terminal:
                console.print(f"{system}: {len(laid)} streams listened to", highlight=False)
    return outcomes


def _run(arguments: argparse.Namespace) -> int:
    progress = Console(stderr=True, markup=False)
    baseline = read_baseline(arguments.check) if arguments.check else None
    if baseline and "coach" not in arguments.systems:
        raise BenchmarkError("--check is of the coach, which --systems leaves out")
    model = model_store.resolve(None)
    model_store.verify(model)
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        laid = lay(_streams(arguments), Path(folder))
        outcomes = _listen(laid, arguments, model, progress)
    coach = outcomes.get("coach")
    against = bars(coach, outcomes.get("vosk-same-grammar")) if coach else []
    readable = Console(stderr=arguments.json, width=WIDTH, markup=False)
    print_tables(readable, outcomes, against)
    if arguments.json:
        print(json.dumps(record(outcomes, against), indent=1, ensure_ascii=False))
    worse = regressions(coach, baseline) if coach and baseline else []
    for line in worse:
        _complain(line)
    return 1 if worse else 0


def _complain(line: str) -> None:
    print(f"bench_hearing: {line}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told on the command line; the exit status."""
    try:
        return _run(_parser().parse_args(arguments))
    except CoachError as error:
        _complain(str(error))
        return 2
    except OSError as error:
        _complain(f"{error.filename or 'the run'}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
