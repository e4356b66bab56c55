"""Hearing: ``scripts/bench_hearing``. Every system listens to the same sound; figures for each.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bars import Bar, bars, read_baseline, regressions
from benchmarks.corpus import load_clips, load_noises, load_talk
from benchmarks.figures import Outcome, outcome
from benchmarks.listeners import SYSTEMS
from benchmarks.program import (
    EVERY_CORE,
    AsJson,
    Check,
    Clips,
    Jobs,
    Systems,
    Worse,
    in_turn,
    named_systems,
    numbers,
    run_program,
)
from benchmarks.record import record
from benchmarks.streams import Stream, clip_streams, noise_streams, talk_streams
from benchmarks.tables import WIDTH, print_tables
from benchmarks.workers import lay, listen_to
from coach.app.language_files import data_folder, load_grammar
from coach.devices.speech import model_store

_EVERY_SYSTEM = ", ".join(SYSTEMS)
_EXAMPLE = "scripts/bench_hearing --negatives talk --noise noise --systems coach,vosk-open"


def measure(
    clips: Clips = None,
    systems: Systems = _EVERY_SYSTEM,
    jobs: Jobs = EVERY_CORE,
    as_json: AsJson = False,
    check: Check = None,
    negatives: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Speech in which no command is meant.")
    ] = None,
    noise: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Noises: to be mixed in, and alone.")
    ] = None,
    quieter: Annotated[
        str | None,
        typer.Option(
            metavar="DB,…", help="A microphone that is set too low by so much, too; 20,30,40."
        ),
    ] = None,
    snr: Annotated[str, typer.Option(metavar="DB,…", help="Speech above noise.")] = "20,10,5,0",
) -> Worse:
    """How well commands are heard: this coach and other systems on the same sound."""
    chosen = named_systems(systems, SYSTEMS, check)
    levels = numbers("--snr", snr), numbers("--quieter", quieter) if quieter else []
    baseline = read_baseline(check) if check else None
    model = model_store.resolve(None)
    model_store.verify(model)
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        laid = lay(_streams(clips, negatives, noise, *levels), Path(folder))

        def listen(system: str, advance: Callable[[], None]) -> Outcome:
            return outcome(listen_to(laid, system, model, jobs, advance))

        outcomes = in_turn(chosen, len(laid), "streams listened to", listen)
    coach = outcomes.get("coach")
    _print(outcomes, bars(coach, outcomes.get("vosk-same-grammar")) if coach else [], as_json)
    return regressions(coach, baseline) if coach and baseline else []


def _streams(
    folders: Sequence[Path] | None,
    negatives: Path | None,
    noise: Path | None,
    snr: Sequence[float],
    quieter: Sequence[float],
) -> Iterator[Stream]:
    grammar = load_grammar()
    folders = folders or [data_folder("audio_fixtures")]
    clips = [clip for folder in folders for clip in load_clips(folder, grammar)]
    noises = load_noises(noise) if noise else {}
    talks = load_talk(negatives) if negatives else []
    return chain(
        clip_streams(clips, noises, snr, quieter), talk_streams(talks), noise_streams(noises)
    )


def _print(outcomes: Mapping[str, Outcome], against: Sequence[Bar], as_json: bool) -> None:
    readable = Console(stderr=as_json, width=WIDTH, markup=False)
    print_tables(readable, outcomes, against)
    if as_json:
        print(json.dumps(record(outcomes, against), indent=1, ensure_ascii=False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as told on the command line; the exit status."""
    return run_program("bench_hearing", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())
