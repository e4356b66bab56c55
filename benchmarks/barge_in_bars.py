"""Barge-in bars: what hearing over the coach's own speech has to reach, and not lose again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import NonNegativeInt

from benchmarks.barge_in_figures import tried, within
from benchmarks.bars import Bar, delay_bar, hourly_bar
from benchmarks.corpus import read_json
from benchmarks.figures import false_commands, tally
from benchmarks.scenes import Setting
from benchmarks.sitting import Sitting
from coach.datafile import Strict
from coach.messages.intents import URGENT

RECALL_BARS = ((0.0, 0.97), (6.0, 0.95), (12.0, 0.85))
"""The least recall in the plain room, the coach so many dB louder than the user."""


def bars(coach: Sequence[Sitting]) -> Iterator[Bar]:
    """Every bar."""
    for level, limit in RECALL_BARS:
        counted = tally(within(coach, Setting("plain", level).__eq__).takes)
        recall = None if counted.recall is None else counted.recall * 100
        told = f"{counted.understood} of {counted.clips}"
        yield Bar(f"recall over its own speech, {level:+g} dB", "≥", limit * 100, "%", recall, told)
    every = tried(coach)
    alone = false_commands(every.overheard, URGENT)
    yield hourly_bar("commands by itself, everywhere", 0, alone, alone.commands)
    reaction = within(coach, lambda setting: setting.condition == "plain").reaction
    p95 = reaction.p95 if reaction else None
    yield delay_bar("urgent, word end to silence, p95", 0.35, reaction, p95)
    share = every.canceller_share * 100
    told = f"{every.canceller_to_hearing:.2f} of hearing's"
    yield Bar("canceller, of one core", "≤", 5, "%", share, told)


class Baseline(Strict):
    """What a run over the same scenes has to reach again."""

    words: NonNegativeInt
    understood: NonNegativeInt
    commands_by_itself: NonNegativeInt


def read_baseline(path: Path) -> Baseline:
    """The counts in a JSON file. Raises DataError."""
    return read_json(path, Baseline)


def regressions(coach: Sequence[Sitting], least: Baseline) -> list[str]:
    """A line for everything that is worse than it was, or could not be compared."""
    every = tried(coach)
    counted = tally(every.takes)
    alone = false_commands(every.overheard, URGENT)
    lines = []
    if counted.clips != least.words:
        lines.append(f"{counted.clips} words were said, the baseline is of {least.words}")
    if counted.understood < least.understood:
        failed = [take.clip.name for take in every.takes if not take.understood]
        lines.append(
            f"understood {counted.understood} of {counted.clips}, at least {least.understood} "
            f"expected; not understood: {', '.join(failed)}"
        )
    if alone.commands > least.commands_by_itself:
        said = [command.text for each in every.overheard for command in each.commands]
        lines.append(
            f"{alone.commands} commands by itself, at most {least.commands_by_itself} expected: "
            f"{', '.join(said)}"
        )
    return lines
