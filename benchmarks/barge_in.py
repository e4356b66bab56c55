"""Barge in: ``scripts/bench_barge_in``. Words are said over the coach's own speech, closed loop.

Exit status 1: worse than the baseline. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.barge_in_bars import bars, read_baseline, regressions
from benchmarks.barge_in_record import record
from benchmarks.barge_in_tables import print_tables
from benchmarks.bars import Bar
from benchmarks.chatter import every_line
from benchmarks.corpus import Clip, load_clips
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
    names,
    numbers,
    run_program,
)
from benchmarks.scenes import CONDITIONS, WORDS, Scene, Setting, all_settings, scenes
from benchmarks.sitting import Sitting, load_coach, sit
from benchmarks.tables import WIDTH
from benchmarks.talked_over import SYSTEMS
from benchmarks.workers import BenchmarkError, in_processes
from coach.app.language_files import data_folder, load_grammar, load_language
from coach.devices.speech import model_store
from coach.units import samples

_EVERY_SYSTEM, _EVERY_CONDITION = ", ".join(SYSTEMS), ", ".join(CONDITIONS)
_EXAMPLE = "scripts/bench_barge_in --levels 0,6 --conditions plain,jump --systems coach"


def measure(
    clips: Clips = None,
    systems: Systems = _EVERY_SYSTEM,
    jobs: Jobs = EVERY_CORE,
    as_json: AsJson = False,
    check: Check = None,
    levels: Annotated[
        str,
        typer.Option(
            metavar="DB,…", help="The coach's level at the microphone against the user's."
        ),
    ] = "-6,0,6,12",
    conditions: Annotated[
        str, typer.Option(metavar="NAME,…", help="What the room does to the sound.")
    ] = _EVERY_CONDITION,
    speakers: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Of the clips; all by default.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each word is said.")] = 3,
    alone: Annotated[int, typer.Option(min=1, help="Minutes of the coach alone a setting.")] = 5,
    voice: Annotated[str, typer.Option(help="The coach's.")] = load_language().language.voice,
) -> Worse:
    """How well words are heard over the coach's own speech, what it takes for a command of its own
    speech, and how soon it is silent.
    """
    chosen = named_systems(systems, SYSTEMS, check)
    settings = _settings(conditions, levels)
    baseline = read_baseline(check) if check else None
    model = model_store.resolve(None)
    said = _clips(clips, speakers)
    lines = len(every_line(load_coach(model, voice).lesson))
    told: list[Scene] = list(scenes(said, settings, rounds, samples(60.0 * alone), lines))

    def run(system: str, advance: Callable[[], None]) -> list[Sitting]:
        return in_processes(partial(sit, system, model, voice), told, system, jobs, advance)

    sittings = in_turn(chosen, len(told), "scenes played", run)
    coach = sittings.get("coach")
    _print(sittings, list(bars(coach)) if coach else [], as_json)
    return regressions(coach, baseline) if coach and baseline else []


def _settings(conditions: str, levels: str) -> list[Setting]:
    known = names("--conditions", "condition", CONDITIONS, conditions)
    settings = all_settings(known, numbers("--levels", levels))
    if not settings:
        raise BenchmarkError("the microphone clips from +12 dB on: no such level was asked for")
    return settings


def _clips(folders: Sequence[Path] | None, speakers: str | None) -> list[Clip]:
    grammar = load_grammar()
    folders = folders or [data_folder("audio_fixtures")]
    clips = [clip for folder in folders for clip in load_clips(folder, grammar)]
    said = [clip for clip in clips if clip.words in WORDS and clip.intent]
    if speakers:
        there = dict.fromkeys(clip.speaker for clip in said)
        wanted = names("--speakers", "speaker", there, speakers)
        said = [clip for clip in said if clip.speaker in wanted]
    if not said:
        raise BenchmarkError(f"nobody says {', '.join(WORDS)} in the clips")
    return said


def _print(
    sittings: Mapping[str, Sequence[Sitting]], against: Sequence[Bar], as_json: bool
) -> None:
    readable = Console(stderr=as_json, width=WIDTH, markup=False)
    print_tables(readable, sittings, against)
    if as_json:
        print(json.dumps(record(sittings, against), indent=1, ensure_ascii=False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    return run_program("bench_barge_in", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())
