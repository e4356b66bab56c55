"""Hearing: ``scripts/bench_hearing``. Every system listens to the same sound; figures for each.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console

from benchmarks.bars import bars, read_baseline, regressions
from benchmarks.corpus import load_clips, load_noises, load_talk
from benchmarks.figures import Outcome, outcome
from benchmarks.listeners import SYSTEMS
from benchmarks.program import Parser, add_common, in_turn, numbers, run_program
from benchmarks.record import record
from benchmarks.streams import Stream, clip_streams, noise_streams, talk_streams
from benchmarks.tables import WIDTH, print_tables
from benchmarks.workers import lay, listen_to
from coach.app.language_files import data_folder, load_grammar
from coach.devices.speech import model_store

_EPILOG = "example: scripts/bench_hearing --negatives talk --noise noise --systems coach,vosk-open"


def _parser() -> Parser:
    parser = Parser(
        prog="bench_hearing",
        description="How well commands are heard: this coach and other systems on the same sound.",
        epilog=_EPILOG,
    )
    add_common(parser, SYSTEMS)
    add = parser.add_argument
    add("--negatives", type=Path, metavar="DIR", help="speech in which no command is meant")
    add("--noise", type=Path, metavar="DIR", help="noises: to be mixed in, and alone")
    add(
        "--quieter",
        type=numbers,
        default=[],
        metavar="DB,…",
        help="a microphone that is set too low by so much, too; 20,30,40",
    )
    add("--snr", type=numbers, default="20,10,5,0", metavar="DB,…", help="default: %(default)s")
    return parser


def _streams(arguments: argparse.Namespace) -> Iterator[Stream]:
    grammar = load_grammar()
    folders = arguments.clips or [data_folder("audio_fixtures")]
    clips = [clip for folder in folders for clip in load_clips(folder, grammar)]
    noises = load_noises(arguments.noise) if arguments.noise else {}
    talks = load_talk(arguments.negatives) if arguments.negatives else []
    return chain(
        clip_streams(clips, noises, arguments.snr, arguments.quieter),
        talk_streams(talks),
        noise_streams(noises),
    )


def _run(arguments: argparse.Namespace) -> Sequence[str]:
    baseline = read_baseline(arguments.check) if arguments.check else None
    model = model_store.resolve(None)
    model_store.verify(model)
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        laid = lay(_streams(arguments), Path(folder))

        def listen(system: str, advance: Callable[[], None]) -> Outcome:
            return outcome(listen_to(laid, system, model, arguments.jobs, advance))

        outcomes = in_turn(arguments.systems, len(laid), "streams listened to", listen)
    coach = outcomes.get("coach")
    against = bars(coach, outcomes.get("vosk-same-grammar")) if coach else []
    readable = Console(stderr=arguments.json, width=WIDTH, markup=False)
    print_tables(readable, outcomes, against)
    if arguments.json:
        print(json.dumps(record(outcomes, against), indent=1, ensure_ascii=False))
    return regressions(coach, baseline) if coach and baseline else []


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told on the command line; the exit status."""
    return run_program(_parser(), _run, arguments)


if __name__ == "__main__":
    sys.exit(main())
