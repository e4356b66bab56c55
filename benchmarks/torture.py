"""Torture: ``scripts/torture``. Kills, random walks, broken disks, damaged files, several coaches.

Everything is drawn from the seed. Exit status 1: something fell. 2: something is wrong that a
person can mend.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.program import Worse, names, run_program
from benchmarks.torture_crowd import crowd
from benchmarks.torture_disks import disk
from benchmarks.torture_fuzz import end_fuzz, fuzz
from benchmarks.torture_kills import kill, kill_command
from benchmarks.torture_trials import Kind, Made, make_trials, trial_seed
from benchmarks.torture_walks import walk
from benchmarks.workers import BenchmarkError

KINDS: tuple[Kind, ...] = (
    Kind("walks", 0.25, walk),
    Kind("fuzz", 0.25, fuzz),
    Kind("kills", 0.25, kill),
    Kind("command", 0.15, kill_command),
    Kind("disks", 0.15, disk),
    Kind("crowd", 0.10, crowd),
)
"""The kinds of torture, each with its share of the time."""

_ALL = ",".join(kind.name for kind in KINDS)


def torture(
    minutes: Annotated[float, typer.Option(min=0.0, help="How long, about.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="What everything is drawn from.")] = 0,
    only: Annotated[str, typer.Option(metavar="KIND,…", help="What is tried.")] = _ALL,
    again: Annotated[
        str | None, typer.Option(metavar="KIND:SEED", help="One trial again, by its own seed.")
    ] = None,
) -> Worse:
    """Try to bring the coach down; print what failed and how to try it again."""
    console = Console(stderr=True, markup=False, highlight=False)
    if again is not None:
        kind, its_seed = _one(again)
        found = [make_trials(kind, lambda number: None if number else its_seed, 0.0)]
    else:
        wanted = names("--only", "kind", [kind.name for kind in KINDS], only)
        chosen = [kind for kind in KINDS if kind.name in wanted]
        shares = sum(kind.share for kind in chosen)
        found = []
        for kind in chosen:
            seconds = 60.0 * minutes * kind.share / shares
            found.append(make_trials(kind, partial(trial_seed, seed, kind.name), seconds))
            _tell(console, found[-1])
    end_fuzz()
    if again is not None:
        _tell(console, found[0])
    return [_line(made.kind, seed_, line) for made in found for seed_, line in made.fell]


def _one(again: str) -> tuple[Kind, int]:
    name, _, seed = again.partition(":")
    kind = next((kind for kind in KINDS if kind.name == name), None)
    if kind is None or not seed.isdecimal():
        known = ", ".join(f"{kind.name}:SEED" for kind in KINDS)
        raise BenchmarkError(f"--again: {again!r}: one of {known} is expected")
    return kind, int(seed)


def _tell(console: Console, made: Made) -> None:
    """What was tried, and how much of it fell."""
    if made.skipped is not None:
        console.print(f"{made.kind}: left out: {made.skipped}")
        return
    fell = len({seed for seed, _ in made.fell})
    console.print(f"{made.kind}: {made.trials} trials in {made.seconds:.0f} s, {fell} fell")
    tried = ", ".join(f"{count} {what}" for what, count in sorted(made.tried.items()))
    console.print(f"  {tried}")


def _line(kind: str, seed: int, line: str) -> str:
    return f"{line}; again: scripts/torture --again {kind}:{seed}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Torture as the command line says. Returns the exit status."""
    example = "scripts/torture --minutes 10 --seed 7"
    return run_program("torture", torture, example, arguments)


if __name__ == "__main__":
    sys.exit(main())
