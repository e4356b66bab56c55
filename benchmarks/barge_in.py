"""Barge in: ``scripts/bench_barge_in``. Words are said over the coach's own speech, closed loop.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial

from rich.console import Console

from benchmarks.barge_in_bars import bars, read_baseline, regressions
from benchmarks.barge_in_record import record
from benchmarks.barge_in_tables import print_tables
from benchmarks.chatter import every_line
from benchmarks.corpus import Clip, load_clips
from benchmarks.program import Parser, add_common, counted, in_turn, names, numbers, run_program
from benchmarks.scenes import CONDITIONS, WORDS, Scene, all_settings, scenes
from benchmarks.sitting import Sitting, load_coach, sit
from benchmarks.tables import WIDTH
from benchmarks.talked_over import SYSTEMS
from benchmarks.workers import BenchmarkError, in_processes
from coach.app.language_files import data_folder, load_grammar, load_language
from coach.devices.speech import model_store
from coach.units import samples

_EPILOG = "example: scripts/bench_barge_in --levels 0,6 --conditions plain,jump --systems coach"


def _parser() -> Parser:
    parser = Parser(
        prog="bench_barge_in",
        description="How well words are heard that are said over the coach's own speech, what it "
        "takes for a command of its own speech, and how soon it is silent.",
        epilog=_EPILOG,
    )
    add_common(parser, SYSTEMS)
    add = parser.add_argument
    add(
        "--levels",
        type=numbers,
        default="-6,0,6,12",
        metavar="DB,…",
        help="the coach's level at the microphone against the user's (default: %(default)s)",
    )
    conditions = partial(names, "condition", CONDITIONS)
    add("--conditions", type=conditions, default=",".join(CONDITIONS), help="default: %(default)s")
    add("--speakers", metavar="NAME,…", help="of the clips (default: all)")
    rounds, minutes = partial(counted, "rounds"), partial(counted, "minutes")
    add("--rounds", type=rounds, default=3, help="how often each word is said; default 3")
    add("--alone", type=minutes, default=5, help="minutes of the coach alone a setting; default 5")
    own = load_language().language.voice
    add("--voice", default=own, help="the coach's (default: %(default)s)")
    return parser


def _clips(arguments: argparse.Namespace) -> list[Clip]:
    grammar = load_grammar()
    folders = arguments.clips or [data_folder("audio_fixtures")]
    clips = [clip for folder in folders for clip in load_clips(folder, grammar)]
    said = [clip for clip in clips if clip.words in WORDS and clip.intent]
    if arguments.speakers:
        there = dict.fromkeys(clip.speaker for clip in said)
        try:
            wanted = names("speaker", there, arguments.speakers)
        except argparse.ArgumentTypeError as error:
            raise BenchmarkError(f"argument --speakers: {error}") from None
        said = [clip for clip in said if clip.speaker in wanted]
    if not said:
        raise BenchmarkError(f"nobody says {', '.join(WORDS)} in the clips")
    return said


def _run(arguments: argparse.Namespace) -> Sequence[str]:
    baseline = read_baseline(arguments.check) if arguments.check else None
    model = model_store.resolve(None)
    clips = _clips(arguments)
    settings = all_settings(arguments.conditions, arguments.levels)
    if not settings:
        raise BenchmarkError("the microphone clips from +12 dB on: no such level was asked for")
    lines = len(every_line(load_coach(model, arguments.voice).lesson))
    alone = samples(60.0 * arguments.alone)
    told: list[Scene] = list(scenes(clips, settings, arguments.rounds, alone, lines))

    def run(system: str, advance: Callable[[], None]) -> list[Sitting]:
        work = partial(sit, system, model, arguments.voice)
        return in_processes(work, told, system, arguments.jobs, advance)

    sittings = in_turn(arguments.systems, len(told), "scenes played", run)
    coach = sittings.get("coach")
    against = list(bars(coach)) if coach else []
    readable = Console(stderr=arguments.json, width=WIDTH, markup=False)
    print_tables(readable, sittings, against)
    if arguments.json:
        print(json.dumps(record(sittings, against), indent=1, ensure_ascii=False))
    return regressions(coach, baseline) if coach and baseline else []


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told on the command line; the exit status."""
    return run_program(_parser(), _run, arguments)


if __name__ == "__main__":
    sys.exit(main())
