"""Tables: a run for people, at 100 columns: all systems side by side, then the coach's hearing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.bars import Bar
from benchmarks.figures import (
    Outcome,
    Overheard,
    Spread,
    Take,
    Tally,
    clean,
    delays,
    false_commands,
    tallies,
    tally,
)
from benchmarks.listeners import SYSTEMS
from benchmarks.streams import CLEAN, Condition
from coach.messages.intents import INTENTS, URGENT
from coach.units import seconds

ORDERS = "orders"
"""The group of negatives that is people ordering something."""
WIDTH = 100
MOST_ROWS = 30


def print_tables(console: Console, outcomes: Mapping[str, Outcome], against: Sequence[Bar]) -> None:
    """Everything there is to read of a run; ``console`` must take brackets for what they are."""
    print_table(console, _side_by_side(outcomes))
    for name in outcomes:
        console.print(f"  {name}: {SYSTEMS[name]}", highlight=False)
    if "coach" in outcomes:
        for table in _of_the_coach(outcomes["coach"], against):
            if table.row_count:
                print_table(console, table)


def print_table(console: Console, table: Table) -> None:
    """The title by itself: rich would fold it to the width of its table."""
    console.print(f"\n{table.title}", style="bold", highlight=False)
    table.title = None
    console.print(table, highlight=False)


def _of_the_coach(coach: Outcome, against: Sequence[Bar]) -> Iterator[Table]:
    yield bar_table(against)
    yield _condition_table(coach)
    yield from _intent_tables(coach)
    yield _speaker_table(coach)
    yield _delay_table(coach)
    yield false_table(coach.overheard)
    yield _confusion_table(coach)
    yield _clip_table("Missed, clean", [take for take in clean(coach) if take.missed])
    yield _clip_table("Confused, clean", [take for take in clean(coach) if take.confused])
    yield _clip_table("Confusables accepted, clean", [t for t in clean(coach) if t.accepted])


def new_table(title: str, *columns: str, left: int = 1) -> Table:
    """The first ``left`` columns are words, the others are figures."""
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index < left else "right", no_wrap=not index)
    return table


def _side_by_side(outcomes: Mapping[str, Outcome]) -> Table:
    heads = (name.replace("-", "\n", 1) for name in outcomes)
    table = new_table("Side by side; recall is in %, with counts", "", *heads)
    systems = outcomes.values()

    def row(name: str, cell: Callable[[Outcome], str]) -> None:
        table.add_row(name, *map(cell, systems))

    for snr_db in _snrs(systems):
        row(f"recall, {_condition_head(snr_db)}", partial(_recall_at, snr_db))
    for condition in _too_low(systems):
        row(f"recall, {condition}", partial(_recall_too_low, condition))
    row("confusables accepted", _accepted_cell)
    row("false/h on talk", lambda of: _hourly(of.of("talk"), "commands"))
    row("  urgent ones/h", lambda of: _hourly(of.of("talk"), "urgent"))
    row("false/h on noise", lambda of: _hourly(of.of("noise"), "commands"))
    row("orders obeyed, %", _orders_cell)
    row("urgent: reaction, s", lambda of: _median(delays(clean(of), urgent=True).reaction))
    row("urgent: decision, s", lambda of: _median(delays(clean(of), urgent=True).decision))
    row("other: decision, s", lambda of: _median(delays(clean(of), urgent=False).decision))
    row("decode time, s/s", lambda of: f"{of.decode_per_second:.4f}")
    row("peak memory, MB", lambda of: f"{of.peak_bytes / 1e6:.0f}")
    return table


def _recall_at(snr_db: float | None, of: Outcome) -> str:
    return _recall_cell(tally(of.at(snr_db)))


def _too_low(outcomes: Iterable[Outcome]) -> Iterator[Condition]:
    conditions = chain.from_iterable(outcome.conditions() for outcome in outcomes)
    return (each for each in dict.fromkeys(conditions) if each.quieter_db)


def _recall_too_low(condition: Condition, of: Outcome) -> str:
    return _recall_cell(tally(of.said(condition)))


def _recall_cell(counted: Tally) -> str:
    return f"{percent(counted.recall)} {counted.understood}/{counted.clips}"


def _accepted_cell(of: Outcome) -> str:
    counted = tally(clean(of))
    return f"{counted.accepted}/{counted.confusables}"


def _hourly(overheard: Sequence[Overheard], what: Literal["commands", "urgent"]) -> str:
    counted = false_commands(overheard, URGENT)
    count = counted.commands if what == "commands" else counted.urgent
    return f"{figure(counted.per_hour(count))} ({count})" if overheard else "-"


def _orders_cell(of: Outcome) -> str:
    orders = false_commands((t for t in of.of("talk") if t.group == ORDERS), URGENT)
    told = f"{percent(orders.share)} {orders.files_with_command}/{orders.files}"
    return told if orders.files else "-"


def bar_table(against: Sequence[Bar]) -> Table:
    """Every bar, and whether it is met."""
    table = new_table("Coach: the bars", "figure", "measured", "bar", "", "counts")
    for bar in against:
        verdict = Text("not measured" if bar.met is None else "met" if bar.met else "not met")
        verdict.stylize("bold red" if bar.met is False else "")
        value = (
            "-" if bar.value is None else f"{bar.value:.{3 if bar.unit == 's' else 2}f} {bar.unit}"
        )
        of = "" if bar.value is None else bar.of
        table.add_row(bar.name, value, f"{bar.sign} {bar.limit:g} {bar.unit}", verdict, of)
    return table


def _condition_table(coach: Outcome) -> Table:
    table = new_table(
        "Coach: recall",
        "condition",
        "recall %",
        "understood",
        "confused",
        "missed",
        "confusables accepted",
    )
    for condition in coach.conditions():
        counted = tally(coach.said(condition))
        table.add_row(
            str(condition),
            percent(counted.recall),
            f"{counted.understood} of {counted.clips}",
            str(counted.confused),
            str(counted.missed),
            f"{counted.accepted} of {counted.confusables}",
        )
    return table


def _intent_tables(coach: Outcome) -> Iterator[Table]:
    noises = dict.fromkeys(c.noise for c in coach.conditions() if c.noise)
    for noise in noises or [""]:
        conditions = [c for c in coach.conditions() if c == CLEAN or (noise and c.noise == noise)]
        title = f"Coach: understood by intent, {noise}" if noise else "Coach: understood by intent"
        table = new_table(title, "intent", *(_condition_head(c.snr_db) for c in conditions))
        for intent in INTENTS:
            meant = [[t for t in coach.said(c) if t.clip.intent == intent] for c in conditions]
            if meant[0]:
                counted = (tally(takes) for takes in meant)
                table.add_row(intent, *(f"{each.understood} of {each.clips}" for each in counted))
        yield table


def _speaker_table(coach: Outcome) -> Table:
    table = new_table("Coach: by speaker, clean", "speaker", "recall %", "understood", "accepted")
    for speaker, counted in tallies(clean(coach), lambda take: take.clip.speaker).items():
        understood = f"{counted.understood} of {counted.clips}"
        accepted = f"{counted.accepted} of {counted.confusables}"
        table.add_row(speaker, percent(counted.recall), understood, accepted)
    return table


def _delay_table(coach: Outcome) -> Table:
    table = new_table(
        "Coach: seconds from the end of the word: median, p95, most",
        "condition",
        "clips",
        "urgent:\nreaction",
        "urgent:\ndecision",
        "clips",
        "other:\ndecision",
    )
    for snr_db in (snr for snr in _snrs([coach]) if snr in (None, 10.0)):
        urgent = delays(coach.at(snr_db), urgent=True)
        other = delays(coach.at(snr_db), urgent=False)
        table.add_row(
            _condition_head(snr_db),
            str(urgent.decision.count if urgent.decision else 0),
            spread_cell(urgent.reaction),
            spread_cell(urgent.decision),
            str(other.decision.count if other.decision else 0),
            spread_cell(other.decision),
        )
    return table


def false_table(overheard: Iterable[Overheard]) -> Table:
    """What was taken for a command where none was meant."""
    table = new_table(
        f"Coach: false commands, the first {MOST_ROWS}",
        "recording",
        "heard",
        "intent",
        "at s",
        left=3,
    )
    rows = [
        (f"{each.group}/{each.name}".strip("/"), c.text, c.intent, f"{seconds(c.decided):.2f}")
        for each in overheard
        for c in each.commands
    ]
    for row in rows[:MOST_ROWS]:
        table.add_row(*row)
    return table


def _confusion_table(coach: Outcome) -> Table:
    snrs = _snrs([coach])
    heads = (_condition_head(snr_db) for snr_db in snrs)
    title = f"Coach: confusions, the {MOST_ROWS} most frequent, all noises together"
    table = new_table(title, "said", "heard", *heads, left=2)
    found = {snr: Counter(map(_mix_up, filter(_wrong, coach.at(snr)))) for snr in snrs}
    for mix_up, _ in sum(found.values(), Counter[tuple[str, str]]()).most_common(MOST_ROWS):
        table.add_row(*mix_up, *(str(found[snr][mix_up] or "") for snr in snrs))
    return table


def _wrong(take: Take) -> bool:
    return take.confused or take.accepted


def _mix_up(take: Take) -> tuple[str, str]:
    said = take.clip.intent or f"«{take.clip.words}»"
    return said, ", ".join(command.intent for command in take.commands)


def _clip_table(title: str, takes: Sequence[Take]) -> Table:
    table = new_table(f"Coach: {title}", "clip", "words", "intent", "heard", left=4)
    for take in takes:
        table.add_row(take.clip.name, take.clip.words, take.clip.intent or "", heard_cell(take))
    return table


def heard_cell(take: Take) -> str:
    """What was heard of a clip."""
    return ", ".join(f"{each.text} ({each.intent})" for each in take.commands)


def _snrs(outcomes: Iterable[Outcome]) -> list[float | None]:
    conditions = chain.from_iterable(outcome.conditions() for outcome in outcomes)
    return list(dict.fromkeys(condition.snr_db for condition in conditions))


def _condition_head(snr_db: float | None) -> str:
    return "clean" if snr_db is None else f"{snr_db:g} dB"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a cell."""
    return "-" if share is None else f"{share * 100:.1f}"


def figure(value: float | None) -> str:
    """A figure as a cell."""
    return "-" if value is None else f"{value:.1f}"


def _median(found: Spread | None) -> str:
    return "-" if found is None else f"{found.median:.2f}"


def spread_cell(found: Spread | None) -> str:
    """Median, p95 and most as a cell."""
    return "-" if found is None else f"{found.median:.2f}  {found.p95:.2f}  {found.most:.2f}"
