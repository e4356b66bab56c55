"""Phrases' tables: systems side by side over every wording, then what the coach made of which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Outcome, tallies
from benchmarks.listeners import SYSTEMS
from benchmarks.phrases_figures import WRONG, Became, became, counts
from benchmarks.tables import MOST_ROWS, heard_cell, new_table, print_table

_TITLES: Mapping[Became, str] = {
    "opposite": "negations taken for their opposite",
    "other": "taken for another command",
    "accepted": "nothings taken for a command",
    "asked": "asked whether it was meant",
    "missed": "missed",
}


def print_phrases(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Everything there is to read of a run over the wordings."""
    print_table(console, _side_by_side(outcomes))
    if "coach" in outcomes:
        for table in _of_the_coach(outcomes["coach"]):
            if table.row_count:
                print_table(console, table)
    said = "Every voice says its wordings one after the other, where every intent counts."
    console.print(f"\n{said}", highlight=False)
    for name in outcomes:
        console.print(f"  {name}: {SYSTEMS[name]}", highlight=False)


def _side_by_side(outcomes: Mapping[str, Outcome]) -> Table:
    heads = (name.replace("-", "\n", 1) for name in outcomes)
    table = new_table("Wordings, side by side", "", *heads)
    counted = [counts(outcome.takes) for outcome in outcomes.values()]
    for name, what, of in (
        ("understood", "understood", "commands"),
        ("asked whether it was meant", "asked", "commands"),
        ("missed", "missed", "commands"),
        ("taken for another command", "other", "commands"),
        ("negations taken for their opposite", "opposite", "negations"),
        ("other nothings taken for a command", "accepted", "nothings"),
    ):
        table.add_row(name, *(f"{getattr(c, what)} of {getattr(c, of)}" for c in counted))
    return table


def _of_the_coach(coach: Outcome) -> Iterator[Table]:
    voices = new_table("Coach: by voice", "voice", "understood", "nothings accepted")
    for voice, counted in tallies(coach.takes, lambda take: take.clip.speaker).items():
        understood = f"{counted.understood} of {counted.clips}"
        voices.add_row(voice, understood, f"{counted.accepted} of {counted.confusables}")
    yield voices
    for what in (*WRONG, "asked", "missed"):
        yield _wordings(coach, what)


def _wordings(coach: Outcome, what: Became) -> Table:
    takes = [take for take in coach.takes if became(take) == what]
    first = f", the first {MOST_ROWS}" if len(takes) > MOST_ROWS else ""
    title = f"Coach: {_TITLES[what]}{first}"
    table = new_table(title, "said", "heard", "voice", left=3)
    for take in takes[:MOST_ROWS]:
        table.add_row(take.clip.words, heard_cell(take), take.clip.name)
    return table
