"""Barge-in tables: a run for people, at 100 columns: all systems side by side, then the coach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.barge_in_figures import Tried, settings_of, tried, within
from benchmarks.bars import Bar
from benchmarks.figures import false_commands, tallies, tally
from benchmarks.scenes import CONDITIONS
from benchmarks.sitting import Sitting
from benchmarks.tables import (
    MOST_ROWS,
    bar_table,
    false_table,
    figure,
    heard_cell,
    new_table,
    percent,
    print_table,
    spread_cell,
)
from benchmarks.talked_over import SYSTEMS
from coach.messages.intents import URGENT
from coach.units import seconds

Sittings = Sequence[Sitting]


def print_tables(
    console: Console, sittings: Mapping[str, Sittings], against: Sequence[Bar]
) -> None:
    """Everything there is to read of a run; ``console`` must take brackets for what they are."""
    print_table(console, _side_by_side(sittings))
    for name in sittings:
        console.print(f"  {name}: {SYSTEMS[name][0]}", highlight=False)
    for table in _by_setting(sittings):
        print_table(console, table)
    settings = settings_of(next(iter(sittings.values())))
    for condition in dict.fromkeys(setting.condition for setting in settings):
        console.print(f"  {condition}: {CONDITIONS[condition]}", highlight=False)
    if "coach" in sittings:
        for table in _of_the_coach(sittings["coach"], against):
            if table.row_count:
                print_table(console, table)


def _side_by_side(sittings: Mapping[str, Sittings]) -> Table:
    table = new_table("Side by side, everything together", "", *sittings)
    of_all = {name: tried(each) for name, each in sittings.items()}

    def row(name: str, cell: Callable[[Tried], str]) -> None:
        table.add_row(name, *map(cell, of_all.values()))

    row("recall over its own speech, %", _recall_cell)
    row("  confused", lambda of: str(tally(of.takes).confused))
    row("commands by itself/h", _by_itself_cell)
    row("  urgent ones/h", lambda of: _hourly(of, "urgent"))
    row("  needless hushes/h", lambda of: _hourly(of, "needless_hushes"))
    row("urgent: silent after, s", lambda of: spread_cell(of.reaction))
    row("first converged after, s", lambda of: spread_cell(of.first_converged))
    row("converged for good after, s", lambda of: spread_cell(of.convergence))
    row("  never, of sessions", lambda of: f"{of.never_converged} of {len(of.convergences)}")
    row("canceller, % of a core", lambda of: f"{of.canceller_share * 100:.2f}")
    row("  against hearing", lambda of: f"{of.canceller_to_hearing:.3f}")
    return table


def _by_setting(sittings: Mapping[str, Sittings]) -> Iterator[Table]:
    settings = settings_of(next(iter(sittings.values())))
    for title, cell in (
        ("Recall over its own speech, %", _recall_cell),
        ("Commands by itself/h, and how many; needless hushes/h", _false_cell),
        ("Urgent: from the end of the word to silence, s: median, p95, most", _reaction_cell),
        (
            "Echo 12 dB down for good, s: median, most; never; % of the time",
            _convergence_cell,
        ),
    ):
        table = new_table(title, "setting", *sittings)
        for setting in settings:
            cells = (cell(within(each, setting.__eq__)) for each in sittings.values())
            table.add_row(str(setting), *cells)
        yield table


def _of_the_coach(coach: Sittings, against: Sequence[Bar]) -> Iterator[Table]:
    yield bar_table(against)
    yield _apart_table(coach, "speaker")
    yield _apart_table(coach, "words")
    yield false_table(tried(coach).overheard)
    yield _missed_table(coach)


def _apart_table(coach: Sittings, by: str) -> Table:
    settings = [s for s in settings_of(coach) if s.condition == "plain"]
    title = f"Coach: understood by {by}, plain"
    table = new_table(title, by, *(f"{setting.level_db:+g} dB" for setting in settings))
    apart = [
        tallies(within(coach, setting.__eq__).takes, lambda take: str(getattr(take.clip, by)))
        for setting in settings
    ]
    for name in apart[0] if apart else ():
        table.add_row(name, *(f"{each[name].understood} of {each[name].clips}" for each in apart))
    return table


def _missed_table(coach: Sittings) -> Table:
    title = f"Coach: words not understood, the first {MOST_ROWS}"
    table = new_table(title, "setting", "clip", "at s", "heard", left=4)
    rows = [
        (str(each.scene.setting), take.clip.name, f"{seconds(take.end):.2f}", take)
        for each in coach
        for take in tried([each]).takes
        if not take.understood
    ]
    for *row, take in rows[:MOST_ROWS]:
        table.add_row(*row, heard_cell(take))
    return table


def _recall_cell(of: Tried) -> str:
    counted = tally(of.takes)
    return f"{percent(counted.recall)} {counted.understood}/{counted.clips}"


def _by_itself_cell(of: Tried) -> str:
    alone = false_commands(of.overheard, URGENT)
    return f"{figure(alone.per_hour(alone.commands))} ({alone.commands})"


def _hourly(of: Tried, what: str) -> str:
    alone = false_commands(of.overheard, URGENT)
    return figure(alone.per_hour(getattr(alone, what)))


def _false_cell(of: Tried) -> str:
    return f"{_by_itself_cell(of)}  {_hourly(of, 'needless_hushes')}"


def _reaction_cell(of: Tried) -> str:
    return spread_cell(of.reaction)


def _convergence_cell(of: Tried) -> str:
    found = of.convergence
    times = f"{found.median:.1f} {found.most:.1f}" if found else "-"
    return f"{times}; {of.never_converged}/{len(of.convergences)}; {percent(of.converged_share)}"
