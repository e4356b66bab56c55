"""Barge-in figures: the results of the systems, counted. Nothing here reads a file or a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.figures import Overheard, Spread, Take, delays, spread
from benchmarks.following import Convergence
from benchmarks.scenes import Setting
from benchmarks.sitting import Sitting
from benchmarks.streams import CLEAN
from coach.units import RATE_HZ, Samples


@dataclass(frozen=True, slots=True)
class Tried:
    """What one system made of scenes. ``overheard`` is the coach alone: before the user's first
    word, and where nobody says anything; ``convergences`` are of the latter.
    """

    takes: tuple[Take, ...]
    overheard: tuple[Overheard, ...]
    convergences: tuple[Convergence, ...]
    listened: Samples
    hearing_seconds: float
    cancelling_seconds: float

    @property
    def canceller_share(self) -> float:
        """The share of one core that it takes: seconds of computing per second of sound."""
        return self.cancelling_seconds * RATE_HZ / self.listened

    @property
    def canceller_to_hearing(self) -> float:
        """The canceller's cost relative to that of everything after it."""
        return self.cancelling_seconds / self.hearing_seconds

    @property
    def reaction(self) -> Spread | None:
        """From the end of an urgent word that was understood until nothing is heard any more."""
        return delays(self.takes, urgent=True).reaction

    @property
    def convergence(self) -> Spread | None:
        """How long it took until convergence for good, in the sessions that converged."""
        return spread(each.for_good for each in self.convergences if each.for_good is not None)

    @property
    def first_converged(self) -> Spread | None:
        """How long it took until the first window of half a second in which the echo was down."""
        return spread(each.first for each in self.convergences if each.first is not None)

    @property
    def never_converged(self) -> int:
        """Sessions that did not converge for good."""
        return sum(each.for_good is None for each in self.convergences)

    @property
    def converged_share(self) -> float | None:
        """The share of windows after ten seconds in which the echo was down, on average."""
        shares = [each.share for each in self.convergences if each.share is not None]
        return sum(shares) / len(shares) if shares else None


def tried(sittings: Iterable[Sitting]) -> Tried:
    """Count sittings of one system."""
    sittings = list(sittings)
    return Tried(
        tuple(take for each in sittings for take in _takes(each)),
        tuple(_overheard(each) for each in sittings),
        tuple(each.convergence for each in sittings if not each.scene.spots),
        sum(each.scene.length for each in sittings),
        sum(each.hearing_seconds for each in sittings),
        sum(each.cancelling_seconds for each in sittings),
    )


def within(
    sittings: Sequence[Sitting], matches: Callable[[Setting], bool] = lambda _setting: True
) -> Tried:
    """The same of the settings that match."""
    return tried(each for each in sittings if matches(each.scene.setting))


def settings_of(sittings: Iterable[Sitting]) -> list[Setting]:
    """Every setting, in the order in which they were tried."""
    return list(dict.fromkeys(each.scene.setting for each in sittings))


def _takes(sitting: Sitting) -> list[Take]:
    spots = zip(sitting.scene.spots, sitting.commands, strict=True)
    return [Take(spot.clip, CLEAN, spot.end, commands) for spot, commands in spots]


def _overheard(sitting: Sitting) -> Overheard:
    scene = sitting.scene
    name = f"{scene.name or 'coach alone'} from line {scene.first_line}"
    return Overheard("talk", str(scene.setting), name, scene.alone, sitting.stray, sitting.needless)
