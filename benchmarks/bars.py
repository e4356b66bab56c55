"""Bars: what the coach's hearing has to reach, and the counts it must not fall below again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import NonNegativeInt

from benchmarks.corpus import read_json
from benchmarks.figures import (
    FalseCommands,
    Outcome,
    Spread,
    Take,
    clean,
    delays,
    false_commands,
    tallies,
    tally,
)
from coach.datafile import Strict
from coach.messages.intents import URGENT
from coach.units import RATE_HZ

RECALL_BARS = ((None, 0.99), (10.0, 0.95), (5.0, 0.88))
"""The least recall of every speaker: in quiet (None), and with every noise so many dB below."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and its limit; ``value`` None was not measured in this run."""

    name: str
    sign: str
    limit: float
    unit: str
    value: float | None
    of: str = ""
    """The counts behind it, or where it is worst."""

    @property
    def met(self) -> bool | None:
        """Whether the figure is within its limit; None without a figure."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.sign == "≥" else self.value <= self.limit


def bars(coach: Outcome, bare: Outcome | None) -> list[Bar]:
    """Every bar; ``bare`` is Vosk with the same grammar in the same run."""
    found = [*_recall_bars(coach), *_false_bars(coach), *_delay_bars(coach)]
    ratio = coach.decode_per_second / bare.decode_per_second if bare else None
    return [*found, Bar("decode time against bare Vosk", "≤", 1.15, "times", ratio)]


def _recall_bars(coach: Outcome) -> Iterator[Bar]:
    for snr_db, limit in RECALL_BARS:
        takes = coach.at(snr_db)
        if snr_db is None:
            name = "recall clean, every speaker"
            apart = tallies(takes, lambda take: take.clip.speaker)
        else:
            name = f"recall at {snr_db:g} dB, every noise"
            apart = tallies(takes, lambda take: take.condition.noise)
        rated = [(each.recall, who, each) for who, each in apart.items() if each.recall is not None]
        if not rated:
            yield Bar(name, "≥", limit * 100, "%", None)
            continue
        recall, who, worst = min(rated, key=lambda each: each[0])
        told = f"{worst.understood} of {worst.clips}, {who}"
        yield Bar(name, "≥", limit * 100, "%", recall * 100, told)
    counted = tally(clean(coach))
    accepted = counted.accepted if counted.confusables else None
    told = f"{counted.accepted} of {counted.confusables}"
    yield Bar("confusables accepted, clean", "≤", 0, "", accepted, told)


def _false_bars(coach: Outcome) -> Iterator[Bar]:
    talk = false_commands(coach.of("talk"), URGENT)
    noise = false_commands(coach.of("noise"), URGENT)
    yield hourly_bar("false commands on talk", 4, talk, talk.commands)
    yield hourly_bar("urgent false commands on talk", 1, talk, talk.urgent)
    yield hourly_bar("needless hushes on talk", 30, talk, talk.needless_hushes)
    yield hourly_bar("false commands on noise alone", 0.5, noise, noise.commands)


def hourly_bar(name: str, limit: float, within: FalseCommands, count: int) -> Bar:
    """A bar for a count in an hour of what was listened to."""
    minutes = within.length / RATE_HZ / 60
    return Bar(name, "≤", limit, "/h", within.per_hour(count), f"{count} in {minutes:.1f} min")


def _delay_bars(coach: Outcome) -> Iterator[Bar]:
    urgent = delays(clean(coach), urgent=True)
    other = delays(clean(coach), urgent=False)
    for name, found, median, p95 in (
        ("urgent, word end to reaction", urgent.reaction, 0.10, 0.35),
        ("urgent, word end to decision", urgent.decision, 0.25, 0.40),
        ("other, word end to decision", other.decision, 0.40, 0.60),
    ):
        yield delay_bar(f"{name}, median", median, found, found.median if found else None)
        yield delay_bar(f"{name}, p95", p95, found, found.p95 if found else None)


def delay_bar(name: str, limit: float, found: Spread | None, value: float | None) -> Bar:
    """A bar for one figure of a spread."""
    return Bar(name, "≤", limit, "s", value, f"{found.count} clips" if found else "")


class Baseline(Strict):
    """What a run over the same clips has to reach again, in a quiet room."""

    clips: NonNegativeInt
    understood: NonNegativeInt
    confusables: NonNegativeInt
    confusables_accepted: NonNegativeInt


def read_baseline(path: Path) -> Baseline:
    """The counts in a JSON file. Raises DataError."""
    return read_json(path, Baseline)


def regressions(coach: Outcome, least: Baseline) -> list[str]:
    """A line for everything that is worse than it was, or could not be compared."""
    takes = clean(coach)
    now = tally(takes)
    lines = []
    if (now.clips, now.confusables) != (least.clips, least.confusables):
        lines.append(
            f"{now.clips} commands and {now.confusables} confusables were said, "
            f"the baseline is of {least.clips} and {least.confusables}"
        )
    if now.understood < least.understood:
        failed = [take for take in takes if take.meant and not take.understood]
        lines.append(
            f"understood {now.understood} of {now.clips}, at least {least.understood} expected; "
            f"not understood: {_named(failed)}"
        )
    if now.accepted > least.confusables_accepted:
        failed = [take for take in takes if take.accepted]
        lines.append(
            f"{now.accepted} confusables accepted, at most {least.confusables_accepted} expected: "
            f"{_named(failed)}"
        )
    return lines


def _named(takes: list[Take]) -> str:
    return ", ".join(take.clip.name for take in takes)
