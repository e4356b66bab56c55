"""People's tables: systems side by side over real people's sound, then the coach's mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Outcome, Overheard, Take
from benchmarks.listeners import SYSTEMS
from benchmarks.people import state_of
from benchmarks.people_figures import (
    answers,
    by_kind,
    by_word,
    falsely,
    is_asked,
    near_misses,
    urgent_first,
)
from benchmarks.tables import false_table, figure, heard_cell, new_table, print_table
from coach.units import RATE_HZ

_HOW = (
    "Every command is heard by itself, in a state that wants it. Near misses and negatives are "
    "heard where every intent counts."
)
_PAIN: frozenset[str] = frozenset({"pain"})


def print_people(console: Console, outcomes: Mapping[str, Outcome]) -> None:
    """Everything there is to read of a run over people's recordings."""
    tables = [_side_by_side(outcomes), _words(outcomes), _near(outcomes), _negatives(outcomes)]
    if "coach" in outcomes:
        tables += _of_the_coach(outcomes["coach"])
    for table in tables:
        if table.row_count:
            print_table(console, table)
    console.print(f"\n{_HOW}", highlight=False)
    for name in outcomes:
        console.print(f"  {name}: {SYSTEMS[name]}", highlight=False)


def _new(title: str, outcomes: Mapping[str, Outcome], *columns: str) -> Table:
    heads = (name.replace("-", "\n", 1) for name in outcomes)
    return new_table(title, *columns, *heads, left=len(columns))


def _side_by_side(outcomes: Mapping[str, Outcome]) -> Table:
    table = _new("Commands, side by side", outcomes, "")
    counted = [answers(outcome.takes) for outcome in outcomes.values()]
    for name, field in (
        ("right", "right"),
        ("wrong", "wrong"),
        ("  urgent ones", "wrong_urgent"),
        ("missed", "missed"),
        ("asked whether it was meant", "asked"),
    ):
        table.add_row(name, *(f"{getattr(each, field)} of {each.said}" for each in counted))
    near = [near_misses(outcome.takes) for outcome in outcomes.values()]
    table.add_row("near misses accepted", *map(_accepted, near))
    return table


def _accepted(takes: Sequence[Take]) -> str:
    return f"{sum(take.accepted for take in takes)} of {len(takes)}"


def _words(outcomes: Mapping[str, Outcome]) -> Table:
    title = "Commands by word: right of said, and how many were wrong"
    table = _new(title, outcomes, "word", "intent", "heard in")
    apart = [by_word(take for take in each.takes if take.meant) for each in outcomes.values()]
    for word, takes in apart[0].items():
        clip = takes[0].clip
        cells = (_word_cell(each[word]) for each in apart)
        table.add_row(word, str(clip.intent), str(state_of(clip)), *cells)
    return table


def _word_cell(takes: Iterable[Take]) -> str:
    counted = answers(takes)
    wrong = f", {counted.wrong} wrong" if counted.wrong else ""
    return f"{counted.right} of {counted.said}{wrong}"


def _near(outcomes: Mapping[str, Outcome]) -> Table:
    table = _new("Near misses accepted, by word", outcomes, "word")
    apart = [by_word(near_misses(each.takes)) for each in outcomes.values()]
    for word in apart[0]:
        table.add_row(word, *(_accepted(each[word]) for each in apart))
    return table


def _negatives(outcomes: Mapping[str, Outcome]) -> Table:
    title = "False commands an hour, and their count, by kind of sound"
    table = _new(title, outcomes, "kind", "minutes")
    kinds = [by_kind(each) for each in outcomes.values()]
    for kind in kinds[0]:
        groups = [each[kind] for each in kinds]
        minutes = f"{falsely(groups[0]).length / RATE_HZ / 60:.1f}"
        table.add_row(kind, minutes, *(_hourly(each, _all) for each in groups))
        table.add_row("  urgent ones", "", *(_hourly(each, _urgent) for each in groups))
        table.add_row("  pain", "", *(_hourly(each, _pain) for each in groups))
        table.add_row("  asked about", "", *(_hourly(each, _doubts) for each in groups))
    return table


def _all(overheard: Sequence[Overheard]) -> int:
    return falsely(overheard).commands


def _urgent(overheard: Sequence[Overheard]) -> int:
    return falsely(overheard).urgent


def _pain(overheard: Sequence[Overheard]) -> int:
    return falsely(overheard, _PAIN).urgent


def _doubts(overheard: Sequence[Overheard]) -> int:
    return sum(len(each.doubts) for each in overheard)


def _hourly(overheard: Sequence[Overheard], count: Callable[[Sequence[Overheard]], int]) -> str:
    counted = count(overheard)
    return f"{figure(falsely(overheard).per_hour(counted))} ({counted})"


def _of_the_coach(coach: Outcome) -> Iterator[Table]:
    said = [take for take in coach.takes if take.meant]
    yield _clips("wrong, urgent ones first", [t for t in urgent_first(said) if t.confused])
    yield _clips("asked whether they were meant", [take for take in said if is_asked(take)])
    missed = [take for take in said if take.missed and not is_asked(take)]
    yield _clips("missed", missed)
    yield _clips("near misses accepted", [t for t in near_misses(coach.takes) if t.accepted])
    yield false_table(coach.overheard)


def _clips(title: str, takes: Sequence[Take]) -> Table:
    table = new_table(f"Coach: {title}", "clip", "words", "heard", left=3)
    for take in takes:
        doubts = ", ".join(f"{each.text}?" for each in take.doubts)
        table.add_row(take.clip.name, take.clip.words, heard_cell(take) or doubts)
    return table
