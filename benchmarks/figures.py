"""Figures: what listeners understood of streams, counted. Nothing here reads a file or a clock."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.corpus import Clip
from benchmarks.listeners import Command
from benchmarks.streams import CLEAN, Condition, Kind, Spot
from benchmarks.workers import Heeded
from coach.units import RATE_HZ, Samples, seconds

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Take:
    """A clip in a condition, and the commands that came of it; ``end`` is where its speech ends.

    ``doubts`` are what the coach would ask about.
    """

    clip: Clip
    condition: Condition
    end: Samples
    commands: tuple[Command, ...]
    doubts: tuple[Command, ...] = ()

    @property
    def understood(self) -> bool:
        """Whether exactly its one intent was heard, once."""
        return self.meant and [each.intent for each in self.commands] == [self.clip.intent]

    @property
    def meant(self) -> bool:
        """Whether it is a command at all."""
        return self.clip.intent is not None

    @property
    def missed(self) -> bool:
        """Whether it is a command of which nothing was heard."""
        return self.meant and not self.commands

    @property
    def confused(self) -> bool:
        """Whether it is a command for which something else was heard, or more than was said."""
        return self.meant and bool(self.commands) and not self.understood

    @property
    def accepted(self) -> bool:
        """Whether it is words that mean nothing, which were taken for a command."""
        return not self.meant and bool(self.commands)


def attribute(
    spots: Sequence[Spot], commands: Iterable[Command]
) -> tuple[list[tuple[Command, ...]], tuple[Command, ...]]:
    """Each spot's commands, and those that came before the first word.

    A command is of the clip whose speech began last before it was decided.
    """
    starts = [spot.start for spot in spots]
    of_spot: list[list[Command]] = [[] for _ in spots]
    stray: list[Command] = []
    for command in commands:
        place = bisect_right(starts, command.decided) - 1
        (of_spot[place] if place >= 0 else stray).append(command)
    return [tuple(each) for each in of_spot], tuple(stray)


@dataclass(frozen=True, slots=True)
class Overheard:
    """A recording in which nothing is meant, and the false commands that came of it."""

    kind: Kind
    group: str
    name: str
    length: Samples
    commands: tuple[Command, ...]
    needless: int
    doubts: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one system made of all streams; ``strays`` are commands before the first word."""

    takes: tuple[Take, ...]
    overheard: tuple[Overheard, ...]
    strays: int
    listened: Samples
    decode_seconds: float
    peak_bytes: int

    @property
    def decode_per_second(self) -> float:
        """Seconds of computing for a second of sound."""
        return self.decode_seconds * RATE_HZ / self.listened

    def said(self, condition: Condition) -> list[Take]:
        """The takes of one condition."""
        return [take for take in self.takes if take.condition == condition]

    def at(self, snr_db: float | None) -> list[Take]:
        """The takes of every noise at one ratio; of the quiet room with None."""
        return [
            take
            for take in self.takes
            if take.condition.snr_db == snr_db and not take.condition.quieter_db
        ]

    def conditions(self) -> list[Condition]:
        """Every condition, in the order in which they were listened to."""
        return list(dict.fromkeys(take.condition for take in self.takes))

    def of(self, kind: Kind) -> list[Overheard]:
        """What was overheard of a kind."""
        return [each for each in self.overheard if each.kind == kind]


def outcome(heeded: Sequence[Heeded]) -> Outcome:
    """Count what one system made of the streams."""
    takes: list[Take] = []
    overheard: list[Overheard] = []
    strays = 0
    for each in heeded:
        place, listened = each.place, each.listened
        if place.kind == "clips":
            of_spot, stray = attribute(place.spots, listened.commands)
            doubted, _ = attribute(place.spots, listened.doubts)
            strays += len(stray)
            takes += [
                Take(spot.clip, place.condition, spot.end, *what)
                for spot, *what in zip(place.spots, of_spot, doubted, strict=True)
            ]
        else:
            names = place.kind, place.group, place.name
            needless = len(listened.needless)
            found = listened.commands, needless, listened.doubts
            overheard.append(Overheard(*names, place.length, *found))
    return Outcome(
        tuple(takes),
        tuple(overheard),
        strays,
        sum(each.length for each in heeded),
        sum(each.decode_seconds for each in heeded),
        max(each.peak_bytes for each in heeded),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Commands that were said and understood, and words that mean nothing and were accepted."""

    clips: int
    understood: int
    confused: int
    missed: int
    confusables: int
    accepted: int

    @property
    def recall(self) -> float | None:
        """The share that was understood, 0 to 1; None where no command was said."""
        return self.understood / self.clips if self.clips else None


def tally(takes: Iterable[Take]) -> Tally:
    """Count takes."""
    takes = list(takes)
    clips = sum(take.meant for take in takes)
    return Tally(
        clips,
        sum(take.understood for take in takes),
        sum(take.confused for take in takes),
        sum(take.missed for take in takes),
        len(takes) - clips,
        sum(take.accepted for take in takes),
    )


def tallies(takes: Iterable[Take], key: Callable[[Take], Key]) -> dict[Key, Tally]:
    """The same apart, for every value of ``key`` in the order in which they come."""
    groups: dict[Key, list[Take]] = {}
    for take in takes:
        groups.setdefault(key(take), []).append(take)
    return {name: tally(group) for name, group in groups.items()}


@dataclass(frozen=True, slots=True)
class FalseCommands:
    """False commands in recordings in which nothing is meant, urgent ones and hushes apart."""

    files: int
    files_with_command: int
    length: Samples
    commands: int
    urgent: int
    needless_hushes: int

    def per_hour(self, count: int) -> float | None:
        """A count in an hour of it; None of no sound at all."""
        return count * 3600 * RATE_HZ / self.length if self.length else None

    @property
    def share(self) -> float | None:
        """The share of files in which any command was heard."""
        return self.files_with_command / self.files if self.files else None


def false_commands(overheard: Iterable[Overheard], urgent: frozenset[str]) -> FalseCommands:
    """Count what was overheard."""
    overheard = list(overheard)
    commands = [command for each in overheard for command in each.commands]
    return FalseCommands(
        len(overheard),
        sum(bool(each.commands) for each in overheard),
        sum(each.length for each in overheard),
        len(commands),
        sum(command.intent in urgent for command in commands),
        sum(each.needless for each in overheard),
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """Delays in seconds; ``p95`` is the least that 95 of 100 do not exceed."""

    count: int
    median: float
    p95: float
    most: float


def spread(delays: Iterable[Samples]) -> Spread | None:
    """The spread of delays in samples; None where there are none."""
    ordered = sorted(delays)
    if not ordered:
        return None

    def rank(share: float) -> float:
        return seconds(ordered[max(0, math.ceil(share * len(ordered)) - 1)])

    return Spread(len(ordered), rank(0.5), rank(0.95), seconds(ordered[-1]))


@dataclass(frozen=True, slots=True)
class Delays:
    """From the end of the word to the first reaction, and to the decision."""

    reaction: Spread | None
    decision: Spread | None


def delays(takes: Iterable[Take], *, urgent: bool) -> Delays:
    """The delays of the clips that were understood and whose end was measured by a person."""
    timed = [
        take for take in takes if take.understood and take.clip.timed and take.clip.urgent == urgent
    ]
    return Delays(
        spread(take.commands[0].reacted - take.end for take in timed),
        spread(take.commands[0].decided - take.end for take in timed),
    )


def clean(of: Outcome) -> list[Take]:
    """The takes in a quiet room."""
    return of.said(CLEAN)
