"""Rooms: ``scripts/bench_rooms``. Homes drawn from a seed, in which the coach talks all the time.

Exit status 1: a command by its own voice with ``--check``. 2: something is missing or wrong that a
person can mend.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.chatter import every_line, with_descents
from benchmarks.corpus import Clip, load_clips
from benchmarks.home_scenes import HomeScene, home_scene
from benchmarks.home_sitting import HomeSitting, beside_a_silent_coach, sit_at_home
from benchmarks.homes import Home, draw_home
from benchmarks.homes_alone import Alone, alone_record, alone_table, nobody_in, talk_alone
from benchmarks.listeners import Command
from benchmarks.program import (
    EVERY_CORE,
    AsJson,
    Clips,
    Jobs,
    Systems,
    Worse,
    in_turn,
    named_systems,
    run_program,
)
from benchmarks.rooms_bars import bars
from benchmarks.rooms_figures import AtHome, Rooms
from benchmarks.rooms_tables import print_tables, record
from benchmarks.sitting import load_coach
from benchmarks.tables import print_table
from benchmarks.talked_over import SYSTEMS
from benchmarks.workers import in_processes
from coach.app.language_files import data_folder, load_grammar, load_language
from coach.devices.speech import model_store
from coach.units import samples

_WIDTH = 170
_EXAMPLE = "scripts/bench_rooms --seed 7 --rooms 10 --alone 0.5"


def measure(
    clips: Clips = None,
    systems: Systems = "coach, speexdsp, aec3",
    jobs: Jobs = EVERY_CORE,
    as_json: AsJson = False,
    seed: Annotated[int, typer.Option(min=0, help="What the homes are drawn from.")] = 0,
    rooms: Annotated[int, typer.Option(min=1, help="How many homes.")] = 100,
    first: Annotated[int, typer.Option(min=0, help="The number of the first home.")] = 0,
    alone: Annotated[
        float, typer.Option(min=0.0, help="Minutes of the coach alone in every home.")
    ] = 2.0,
    nobody: Annotated[
        bool, typer.Option("--nobody", help="Nobody is there: only the coach, by its robot voice.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Fail on a command by the coach's own voice.")
    ] = False,
) -> Worse:
    """How the coach fares in homes drawn from a seed: what it takes for a command of its own voice,
    and which words it hears over it, of those that it hears when it is silent.
    """
    chosen = named_systems(systems, SYSTEMS, None)
    said = _clips(clips)
    model, robot = model_store.resolve(None), load_language().language.voice
    lines = len(with_descents(every_line(load_coach(model, robot).lesson)))
    told = [
        home_scene(draw_home(seed, number), said, samples(60.0 * alone), lines)
        for number in range(first, first + rooms)
    ]
    console = Console(stderr=as_json, width=_WIDTH, markup=False)
    if nobody:
        empty = [nobody_in(scene, samples(60.0 * alone)) for scene in told]
        own = _beside_nobody(empty, partial(talk_alone, model, robot), jobs, console, as_json)
    else:
        own = _beside_people(told, chosen, (model, robot), jobs, console, as_json)
    return [f"home {home.number}: «{c.text}» by its own voice" for home, c in own] if check else []


_Own = Iterable[tuple[Home, Command]]
"""Commands by the coach's own voice, and the homes in which they were heard."""


def _beside_nobody(
    scenes: Sequence[HomeScene],
    talk: Callable[[HomeScene], Alone],
    jobs: int,
    console: Console,
    as_json: bool,
) -> _Own:
    def run(system: str, advance: Callable[[], None]) -> list[Alone]:
        return in_processes(talk, scenes, system, jobs, advance)

    (alone,) = in_turn(["coach"], len(scenes), "homes", run).values()
    print_table(console, alone_table(alone))
    if as_json:
        print(json.dumps(alone_record(alone), indent=1, ensure_ascii=False))
    return [(each.home, command) for each in alone for command in each.own]


def _beside_people(
    told: Sequence[HomeScene],
    chosen: Sequence[str],
    coach: tuple[Path, str],
    jobs: int,
    console: Console,
    as_json: bool,
) -> _Own:
    model, robot = coach
    silent = [beside_a_silent_coach(scene) for scene in told]
    one = chosen[0]

    def run(system: str, advance: Callable[[], None]) -> list[HomeSitting]:
        scenes: list[HomeScene] = [*told, *silent] if system == one else list(told)
        work = partial(sit_at_home, system, model, (robot, "natural"))
        return in_processes(work, scenes, system, jobs, advance)

    sittings = in_turn(chosen, len(told), "homes", run)
    ceiling = sittings[one][len(told) :]
    found = {
        name: Rooms(tuple(map(AtHome, each[: len(told)], ceiling)))
        for name, each in sittings.items()
    }
    against = list(bars(found["coach"])) if "coach" in found else []
    print_tables(console, found, against)
    if as_json:
        print(json.dumps(record(found, against), indent=1, ensure_ascii=False))
    of_coach = found["coach"].homes if "coach" in found else ()
    return [(each.home, command) for each in of_coach for command in each.over.own]


def _clips(folders: Sequence[Path] | None) -> list[Clip]:
    folders = folders or [data_folder("audio_fixtures")]
    grammar = load_grammar()
    return [clip for folder in folders for clip in load_clips(folder, grammar)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    return run_program("bench_rooms", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())
