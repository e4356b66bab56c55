"""Hearing: ``scripts/bench_hearing``. Every system listens to the same sound; figures for each.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks.afar import afar_streams
from benchmarks.afar_tables import afar_record, print_afar
from benchmarks.bars import bars, read_baseline, regressions
from benchmarks.corpus import Clip, load_clips, load_noises, load_talk
from benchmarks.figures import Outcome, outcome
from benchmarks.listeners import SYSTEMS
from benchmarks.people import people_streams
from benchmarks.people_figures import people_record
from benchmarks.people_tables import print_people
from benchmarks.phrases import phrase_streams
from benchmarks.phrases_figures import phrase_regressions, phrases_record, read_phrases_baseline
from benchmarks.phrases_tables import print_phrases
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
from benchmarks.workers import BenchmarkError, lay, listen_to
from coach.app.language_files import data_folder, load_grammar
from coach.devices.speech import model_store
from coach.hearing.grammar import Grammar

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
    people: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Instead: real people; commands/, near/ and negatives/KIND/ in it."
        ),
    ] = None,
    far: Annotated[
        bool, typer.Option("--far", help="Instead: the clips, said afar in rooms that ring.")
    ] = False,
    phrases: Annotated[
        bool, typer.Option("--phrases", help="Instead: every wording of tests/phrases, spoken.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Draws who says what, and in which room.")] = 0,
    every: Annotated[
        int, typer.Option(min=1, help="About one of so many, with --far or --phrases.")
    ] = 1,
) -> Worse:
    """How well commands are heard: this coach and other systems on the same sound."""
    chosen = named_systems(systems, SYSTEMS, check)
    if people:
        _alone("--people", clips, negatives, noise, quieter, check, phrases, far)
        found = _listen(people_streams(people, load_grammar()), chosen, jobs)
        return _tell(print_people, people_record, found, as_json)
    if far:
        _alone("--far", negatives, noise, quieter, check, phrases)
        found = _listen(afar_streams(_clips(clips, load_grammar()), seed, every), chosen, jobs)
        return _tell(print_afar, partial(afar_record, seed=seed, every=every), found, as_json)
    if phrases:
        _alone("--phrases", clips, negatives, noise, quieter)
        return _measure_phrases(chosen, jobs, as_json, check, seed, every)
    levels = numbers("--snr", snr), numbers("--quieter", quieter) if quieter else []
    baseline = read_baseline(check) if check else None
    outcomes = _listen(_streams(clips, negatives, noise, *levels), chosen, jobs)
    coach = outcomes.get("coach")
    against = bars(coach, outcomes.get("vosk-same-grammar")) if coach else []
    _tell(
        partial(print_tables, against=against), partial(record, against=against), outcomes, as_json
    )
    return regressions(coach, baseline) if coach and baseline else []


def _alone(option: str, *others: object) -> None:
    """Raise BenchmarkError unless ``option`` stands without the options of other sound."""
    if any(others):
        raise BenchmarkError(f"{option} is heard by itself, without other clips, talk or noise")


def _measure_phrases(
    systems: Sequence[str], jobs: int, as_json: bool, check: Path | None, seed: int, every: int
) -> Worse:
    least = read_phrases_baseline(check) if check else None
    if least and (least.seed, least.every) != (seed, every):
        raise BenchmarkError(f"{check}: is of --seed {least.seed} --every {least.every}")
    found = _listen(phrase_streams(seed, every), systems, jobs)
    _tell(print_phrases, partial(phrases_record, seed=seed, every=every), found, as_json)
    return list(phrase_regressions(found["coach"], least)) if least else []


def _listen(streams: Iterable[Stream], systems: Sequence[str], jobs: int) -> dict[str, Outcome]:
    model = model_store.resolve(None)
    model_store.verify(model)
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        laid = lay(streams, Path(folder))

        def listen(system: str, advance: Callable[[], None]) -> Outcome:
            return outcome(listen_to(laid, system, model, jobs, advance))

        return in_turn(systems, len(laid), "streams listened to", listen)


def _streams(
    folders: Sequence[Path] | None,
    negatives: Path | None,
    noise: Path | None,
    snr: Sequence[float],
    quieter: Sequence[float],
) -> Iterator[Stream]:
    clips = _clips(folders, load_grammar())
    noises = load_noises(noise) if noise else {}
    talks = load_talk(negatives) if negatives else []
    return chain(
        clip_streams(clips, noises, snr, quieter), talk_streams(talks), noise_streams(noises)
    )


def _clips(folders: Sequence[Path] | None, grammar: Grammar) -> list[Clip]:
    there = folders or [data_folder("audio_fixtures")]
    return [clip for folder in there for clip in load_clips(folder, grammar)]


def _tell(
    show: Callable[[Console, Mapping[str, Outcome]], None],
    record_of: Callable[[Mapping[str, Outcome]], dict[str, Any]],
    outcomes: Mapping[str, Outcome],
    as_json: bool,
) -> Worse:
    """Print a run; nothing in it is worse than it was."""
    show(Console(stderr=as_json, width=WIDTH, markup=False), outcomes)
    if as_json:
        print(json.dumps(record_of(outcomes), indent=1, ensure_ascii=False))
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    return run_program("bench_hearing", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())
