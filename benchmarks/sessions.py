"""Sessions: ``scripts/bench_sessions``. Whole sessions beside the coach's own voice.

Exit status 1: with ``--check``, a session that did not get to its end, or a command that nobody
said. 2: something is missing or wrong that a person can mend.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.program import EVERY_CORE, AsJson, Jobs, Worse, in_turn, names, numbers, run_program
from benchmarks.tables import new_table, print_table
from benchmarks.whole_sessions import Beside, WholeSession, lead
from benchmarks.workers import in_processes
from coach.app.language_files import data_folder
from coach.devices.speech import model_store

_WIDTH = 150
_DELAYS = ",".join(str(delay) for delay in range(20, 401, 20))
_EXAMPLE = "scripts/bench_sessions --delays 60,90 --levels 0,6 --check"


def measure(
    delays: Annotated[str, typer.Option(metavar="MS,…", help="How late the echo is.")] = _DELAYS,
    levels: Annotated[
        str, typer.Option(metavar="DB,…", help="How loud the coach is against the person.")
    ] = "-6,0,6,12",
    speakers: Annotated[str, typer.Option(metavar="NAME,…", help="Who trains.")] = "flite_slt",
    jobs: Jobs = EVERY_CORE,
    as_json: AsJson = False,
    check: Annotated[
        bool, typer.Option("--check", help="Fail on a session without end, and on own commands.")
    ] = False,
) -> Worse:
    """Whole sessions beside the coach's own voice: whether they get to their end, what it takes for
    a command, and which words it does not hear.
    """
    known = sorted(folder.name for folder in (data_folder("audio_fixtures") / "en").iterdir())
    tasks = [
        Beside(level, delay, speaker)
        for speaker in names("--speakers", "speaker", known, speakers)
        for level in numbers("--levels", levels)
        for delay in numbers("--delays", delays)
    ]
    work = partial(lead, model_store.resolve(None))

    def run(system: str, advance: Callable[[], None]) -> list[WholeSession]:
        return in_processes(work, tasks, system, jobs, advance)

    (led,) = in_turn(["coach"], len(tasks), "sessions", run).values()
    console = Console(stderr=as_json, width=_WIDTH, markup=False)
    print_table(console, _by_level(led))
    if any(map(_is_bad, led)) or any(each.missed for each in led):
        print_table(console, _worth_a_look(led))
    if as_json:
        print(json.dumps([asdict(each) for each in led], indent=1, ensure_ascii=False))
    return [_told(each) for each in led if _is_bad(each)] if check else []


def _is_bad(session: WholeSession) -> bool:
    return session.outcome != "finished" or bool(session.own)


def _told(session: WholeSession) -> str:
    own = "".join(f", «{text}» by its own voice" for text in session.own)
    return f"{_name(session.beside)}: {session.outcome}{own}"


def _name(beside: Beside) -> str:
    return f"{beside.speaker}, {beside.level_db:+g} dB, {beside.delay_ms:g} ms"


def _by_level(led: Sequence[WholeSession]) -> Table:
    heads = ("sessions", "finished", "own commands", "words not heard")
    table = new_table("Whole sessions, by the level of the coach's echo", "coach", *heads)
    for level in dict.fromkeys(each.beside.level_db for each in led):
        of_level = [each for each in led if each.beside.level_db == level]
        table.add_row(
            f"{level:+g} dB",
            str(len(of_level)),
            str(sum(each.outcome == "finished" for each in of_level)),
            str(sum(len(each.own) for each in of_level)),
            str(sum(len(each.missed) for each in of_level)),
        )
    return table


def _worth_a_look(led: Sequence[WholeSession]) -> Table:
    table = new_table("Worth a look", "session", "outcome", "own commands", "words not heard")
    for each in led:
        if _is_bad(each) or each.missed:
            row = (each.outcome, ", ".join(each.own), ", ".join(each.missed))
            table.add_row(_name(each.beside), *row)
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    return run_program("bench_sessions", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())
