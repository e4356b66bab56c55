"""Rooms figures: what a system heard in homes, and beside a silent coach in them, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.figures import Spread, Take, delays
from benchmarks.home_sitting import HomeSitting
from benchmarks.homes import Home
from coach.units import RATE_HZ, Samples


@dataclass(frozen=True, slots=True)
class Words:
    """How many words were ``said``, how many of them were ``heard`` over the coach, and how many
    beside a silent one (``ceiling``).
    """

    heard: int
    ceiling: int
    said: int

    @property
    def share(self) -> float | None:
        """The share of the ceiling, 0 to 1; None where a silent coach understood nothing."""
        return self.heard / self.ceiling if self.ceiling else None

    def __str__(self) -> str:
        return f"{self.heard} of {self.ceiling}"


@dataclass(frozen=True, slots=True)
class AtHome:
    """One home: with the coach talking, and with the coach silent."""

    over: HomeSitting
    silent: HomeSitting

    @property
    def home(self) -> Home:
        """Which home it is."""
        return self.over.scene.home

    @property
    def early(self) -> Words:
        """The word in the first moments of the session."""
        return _words([self.over.takes[0]], [self.silent.takes[0]])

    def words(self, *, urgent: bool) -> Words:
        """The words said once the coach has talked for ten seconds, each once."""
        once = slice(1, self.over.scene.insisting)
        over = [take for take in self.over.takes[once] if take.clip.urgent == urgent]
        silent = [take for take in self.silent.takes[once] if take.clip.urgent == urgent]
        return _words(over, silent)

    @property
    def wrong(self) -> int:
        """How many words were taken for others, although a silent coach understands them."""
        pairs = zip(self.over.takes, self.silent.takes, strict=True)
        return sum(over.confused and silent.understood for over, silent in pairs)


def _words(over: Sequence[Take], silent: Sequence[Take]) -> Words:
    return Words(
        sum(take.understood for take in over), sum(take.understood for take in silent), len(over)
    )


@dataclass(frozen=True, slots=True)
class Rooms:
    """All homes of a run of one system."""

    homes: tuple[AtHome, ...]

    def within(self, matches: Callable[[Home], bool]) -> Rooms:
        """The homes that match."""
        return Rooms(tuple(each for each in self.homes if matches(each.home)))

    def at(self, above_db: float, most_db: float) -> Rooms:
        """The homes in which the coach is so much louder than the person."""
        return self.within(lambda home: above_db < home.level_db <= most_db)

    @property
    def spoken(self) -> Samples:
        """How long the coach talked, with what was said over it."""
        return sum(each.over.scene.length for each in self.homes)

    def per_hour(self, count: int) -> float | None:
        """A count in an hour of the coach's speech."""
        return count * 3600 * RATE_HZ / self.spoken if self.homes else None

    @property
    def own(self) -> int:
        """Commands that were heard although nobody said them."""
        return sum(len(each.over.own) for each in self.homes)

    @property
    def needless(self) -> int:
        """Hushes without a word of the person as their reason."""
        return sum(each.over.needless for each in self.homes)

    def words(self, *, urgent: bool) -> Words:
        """Of all homes."""
        return _sum(each.words(urgent=urgent) for each in self.homes)

    @property
    def early(self) -> Words:
        """The first words, of all homes."""
        return _sum(each.early for each in self.homes)

    @property
    def wrong(self) -> int:
        """Words taken for others, because of the coach's voice."""
        return sum(each.wrong for each in self.homes)

    @property
    def fell_silent(self) -> int:
        """In how many homes the coach was silent by the end of the second of three words."""
        return sum(each.over.fell_silent for each in self.homes)

    @property
    def reaction(self) -> Spread | None:
        """From the end of an urgent word that was understood until nothing is heard any more."""
        takes = [take for each in self.homes for take in each.over.takes]
        return delays(takes, urgent=True).reaction

    @property
    def reductions_db(self) -> list[float]:
        """Echo reduction after ten seconds, the worst home first."""
        found = (each.over.reduction_db for each in self.homes)
        return sorted(each for each in found if each is not None)

    @property
    def canceller_share(self) -> float:
        """Of one core, while it listens: seconds of computing for a second of sound."""
        seconds = sum(each.over.cancelling_seconds for each in self.homes)
        return seconds * RATE_HZ / self.spoken


def _sum(words: Iterable[Words]) -> Words:
    heard, ceiling, said = 0, 0, 0
    for each in words:
        heard += each.heard
        ceiling += each.ceiling
        said += each.said
    return Words(heard, ceiling, said)


def rank(ordered: Sequence[float], share: float) -> float | None:
    """The value at a share of 0 to 1 of what is in order; None of nothing."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
