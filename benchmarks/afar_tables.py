"""Afar's tables: what became of commands in every room, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Outcome, Take
from benchmarks.listeners import SYSTEMS
from benchmarks.people_figures import Answers, answers, urgent_first
from benchmarks.record import take_figures
from benchmarks.tables import heard_cell, new_table, percent, print_table

_HOW = "Every command is said by itself, in a state that wants it, some metres away."


def by_room(takes: Sequence[Take]) -> dict[str, Answers]:
    """What came of the commands in every room, in the order in which they were said."""
    rooms: dict[str, list[Take]] = {}
    for take in takes:
        rooms.setdefault(take.condition.noise, []).append(take)
    return {room: answers(said) for room, said in rooms.items()}


def print_afar(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Everything there is to read of a run in rooms that ring."""
    for name, outcome in outcomes.items():
        print_table(console, _rooms(name, outcome))
    if "coach" in outcomes:
        wrong = _wrong([take for take in outcomes["coach"].takes if take.confused])
        if wrong.row_count:
            print_table(console, wrong)
    console.print(f"\n{_HOW}", highlight=False)
    for name in outcomes:
        console.print(f"  {name}: {SYSTEMS[name]}", highlight=False)


def _rooms(name: str, outcome: Outcome) -> Table:
    title = f"{name}: what came of commands from afar"
    columns = ("said", "right", "", "asked", "missed", "another", "urgent")
    table = new_table(title, "room", *columns)
    rooms = by_room(outcome.takes)
    for room, counted in (*rooms.items(), ("all", answers(outcome.takes))):
        share = percent(counted.right / counted.said if counted.said else None)
        what = counted.asked, counted.missed, counted.wrong, counted.wrong_urgent
        table.add_row(room, str(counted.said), str(counted.right), share, *map(str, what))
    return table


def _wrong(takes: Sequence[Take]) -> Table:
    title = "Coach: taken for another command, urgent ones first"
    table = new_table(title, "words", "heard", "speaker", "room", left=4)
    for take in urgent_first(takes):
        clip = take.clip
        table.add_row(clip.words, heard_cell(take), clip.speaker, take.condition.noise)
    return table


def afar_record(outcomes: Mapping[str, Outcome], seed: int, every: int) -> dict[str, Any]:
    """A run in rooms that ring as JSON; see ``benchmarks.record``."""
    systems = {name: _system(name, outcome) for name, outcome in outcomes.items()}
    return {"seed": seed, "every": every, "systems": systems}


def _system(name: str, outcome: Outcome) -> dict[str, Any]:
    takes = outcome.takes
    told: dict[str, Any] = {"what": SYSTEMS[name], **asdict(answers(takes))}
    told["rooms"] = {room: asdict(counted) for room, counted in by_room(takes).items()}
    for what, those in (
        ("wrong", urgent_first(take for take in takes if take.confused)),
        ("missed", [take for take in takes if take.missed]),
    ):
        told[f"{what}_clips"] = [_clip(take) for take in those]
    return told | {"decode_s_per_s": round(outcome.decode_per_second, 5)}


def _clip(take: Take) -> dict[str, Any]:
    return take_figures(take) | {"room": take.condition.noise}
