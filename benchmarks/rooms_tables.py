"""Rooms tables: a run for people, every home with its conditions, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.bars import Bar
from benchmarks.record import take_figures
from benchmarks.rooms_bars import LEVELS_DB, level_name
from benchmarks.rooms_figures import AtHome, Rooms, Words, rank
from benchmarks.tables import bar_table, figure, new_table, percent, print_table, spread_cell
from benchmarks.talked_over import SYSTEMS
from coach.units import seconds


def print_tables(console: Console, rooms: Mapping[str, Rooms], against: Sequence[Bar]) -> None:
    """Everything there is to read of a run; ``console`` must take brackets for what they are."""
    for name, each in rooms.items():
        print_table(console, _homes_table(name, each))
    print_table(console, _side_by_side(rooms))
    for name in rooms:
        console.print(f"  {name}: {SYSTEMS[name][0]}", highlight=False)
    for name, each in rooms.items():
        table = _own_table(name, each)
        if table.row_count:
            print_table(console, table)
    if against:
        print_table(console, bar_table(against))


def _homes_table(name: str, rooms: Rooms) -> Table:
    heads = ("own", "hush", "urgent", "other", "silent", "dB less")
    table = new_table(f"{name}: every home", "home", "coach", *heads)
    for each in rooms.homes:
        over = each.over
        table.add_row(
            f"{each.home.number} {each.home}",
            f"{each.home.level_db:+.0f} dB",
            str(len(over.own)),
            str(over.needless),
            str(each.words(urgent=True)),
            str(each.words(urgent=False)),
            "yes" if over.fell_silent else "no",
            figure(over.reduction_db),
        )
    return table


def _side_by_side(rooms: Mapping[str, Rooms]) -> Table:
    table = new_table(
        "Side by side; words are of those understood beside a silent coach", "", *rooms
    )

    def row(name: str, cell: Callable[[Rooms], str]) -> None:
        table.add_row(name, *map(cell, rooms.values()))

    row("commands by its own voice", lambda of: str(of.own))
    row("needless hushes/h", lambda of: figure(of.per_hour(of.needless)))
    for level in LEVELS_DB:

        def at(of: Rooms, level: tuple[float, float] = level) -> str:
            return _cell(of.at(*level).words(urgent=True))

        row(f"urgent words, {level_name(level)}, %", at)
    row("other words, %", lambda of: _cell(of.words(urgent=False)))
    row("words within 1.5 s, %", lambda of: _cell(of.early))
    row("words taken for others", lambda of: str(of.wrong))
    row("silent by the second of three", lambda of: f"{of.fell_silent} of {len(of.homes)}")
    row("urgent: silent after, s", lambda of: spread_cell(of.reaction))
    row("echo reduction, median, dB", lambda of: figure(rank(of.reductions_db, 0.5)))
    row("  worst tenth, dB", lambda of: figure(rank(of.reductions_db, 0.1)))
    row("canceller, % of a core", lambda of: f"{of.canceller_share * 100:.2f}")
    return table


def _own_table(name: str, rooms: Rooms) -> Table:
    table = new_table(f"{name}: commands by its own voice", "home", "heard", "at s", left=2)
    for each in rooms.homes:
        for command in each.over.own:
            heard = f"{command.text} ({command.intent})"
            table.add_row(str(each.home.number), heard, f"{seconds(command.decided):.2f}")
    return table


def _cell(words: Words) -> str:
    return f"{percent(words.share)} {words.heard}/{words.ceiling}"


def record(rooms: Mapping[str, Rooms], against: Sequence[Bar]) -> dict[str, Any]:
    """Every home with its conditions and what came of it. Shares are 0 to 1, times seconds."""
    systems = {name: [_home(home) for home in each.homes] for name, each in rooms.items()}
    return {"systems": systems, "bars": [asdict(bar) | {"met": bar.met} for bar in against]}


def _home(of: AtHome) -> dict[str, Any]:
    over = of.over
    own = [{"text": c.text, "intent": c.intent, "at_s": seconds(c.decided)} for c in over.own]
    return {
        "home": asdict(of.home),
        "speaker": over.scene.speaker,
        "spoken_s": seconds(over.scene.length),
        "own_commands": own,
        "needless_hushes": over.needless,
        "urgent": asdict(of.words(urgent=True)),
        "other": asdict(of.words(urgent=False)),
        "fell_silent": over.fell_silent,
        "reduction_db": over.reduction_db,
        "words": [
            take_figures(take) | {"silent_coach_understands": silent.understood}
            for take, silent in zip(over.takes, of.silent.takes, strict=True)
        ],
    }
