"""Reps: judges each rep perfect or lost to an arched back; the floor; the tally of a session.

The floor of an exercise is the count of the descent, in half counts, below which the person's back
begins to arch. The legs are lowered as the count goes up, so a higher floor is a smaller count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from coach.messages.facts import FloorFound, RepBegan, RepEnded, SetBegan
from coach.training.exercise import Exercise
from coach.training.programme import Routine
from coach.training.progression import REPS_TO_ADVANCE
from coach.units import Samples

HALF_A_COUNT = 0.5

MOST_EXTRA_SETS = 2
"""How many sets a person may add to those of the routine."""


@dataclass(slots=True)
class Descent:
    """One lift and the descent after it."""

    lifted: Samples
    """When the lift began."""
    grace: Samples
    """How long after the bottom an arched back still loses the rep."""
    of_rep: bool
    """Whether it is a rep of a set, and not a descent of the search for the floor."""
    counts: list[tuple[Samples, float]] = field(default_factory=list)
    """The counts so far, each with the sample at which it began."""
    bottom: Samples | None = None
    """When the descent was over; None until then."""

    def covers(self, at: Samples) -> bool:
        """Whether an arch reported at ``at`` is of this rep: from the lift to the end of grace."""
        return self.lifted <= at and (self.bottom is None or at <= self.bottom + self.grace)

    def count_at(self, at: Samples) -> float:
        """How far down the legs were at ``at``: the count that was on, 0 before the first."""
        return max((count for began, count in self.counts if began <= at), default=0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on the last rep: when it was given, and how far down the rep went."""

    at: Samples
    perfect: bool
    count: float


class _Numbers(NamedTuple):
    """What a verdict changes in a tally."""

    floor: float | None
    perfect: int
    arched_in_a_row: int
    arched_in_set: int
    run: int
    longest_run: int


class Tally:
    """What a session counts: sets, reps, perfect reps, and the floor of each exercise.

    ``floors`` has the floors that are known already, by the name of the exercise.
    """

    def __init__(
        self, routine: Routine, name: str, exercise: Exercise, floors: Mapping[str, float]
    ) -> None:
        self._routine = routine
        self._floors = dict(floors)
        self.set = 0
        self._extra_sets = 0
        self.reps_done = 0
        self.perfect = 0
        self.set_is_over = False
        self.probing = False
        self.change_exercise(name, exercise)
        self._before = self._numbers()
        self.confirm()

    def change_exercise(self, name: str, exercise: Exercise) -> None:
        """Continue with another exercise, in the same set."""
        self.name = name
        self._counts = exercise.tempo.counts
        known = self._floors.get(name)
        self.floor = None if known is None else min(known, self._counts)
        self.probing = False
        self.arched_in_a_row = 0
        self.arched_in_set = 0
        self._run = 0
        self._longest_run = 0
        self._arched_counts: list[float] = []

    def resume_at(self, set_: int, reps: int, perfect: int, floor: float | None) -> None:
        """Restore the numbers of a session that was cut off."""
        self.set, self.reps_done, self.perfect = set_, reps, perfect
        self._extra_sets = max(self._extra_sets, set_ - self._routine.sets)
        if floor is not None:
            self._settle_on(min(floor, self._counts))
        self.confirm()

    @property
    def reps_left(self) -> int:
        return 0 if self.set_is_over else max(0, self._routine.reps - self.reps_done)

    @property
    def sets(self) -> int:
        """The number of sets, with those that the person has added."""
        return self._routine.sets + self._extra_sets

    @property
    def sets_left(self) -> int:
        return self.sets - self.set

    @property
    def may_add_set(self) -> bool:
        return self._extra_sets < MOST_EXTRA_SETS

    def add_set(self) -> None:
        self._extra_sets += 1

    def leave_out(self, sets: int) -> bool:
        """Do so many sets less, but at least one; whether there is anything to leave out."""
        left_out = min(sets, self.sets - 1)
        self._extra_sets -= left_out
        return left_out > 0

    @property
    def working_floor(self) -> float:
        """The count to lower to: the floor, or the last count while no floor is known."""
        return self.floor or self._counts

    @property
    def probed_floor(self) -> float:
        """The count to lower to before the sets: half a count below the floor when probing."""
        probe = HALF_A_COUNT if self.probing else 0.0
        return min(self._counts, self.working_floor + probe)

    @property
    def earned_harder(self) -> bool:
        return self._longest_run >= REPS_TO_ADVANCE

    def begin_set(self) -> None:
        self.set += 1
        self.reps_done = 0
        self.arched_in_a_row = 0
        self.arched_in_set = 0
        self.set_is_over = False
        self.confirm()

    def confirm(self) -> None:
        """Note that somebody takes part, so that every rep until now counts."""
        self._confirmed = self.reps_done
        self._run_confirmed = self._run, self._longest_run

    @property
    def unconfirmed(self) -> int:
        """How many reps there were since anybody was known to take part."""
        return self.reps_done - self._confirmed

    def withdraw(self) -> Iterator[int]:
        """Take the unconfirmed reps back, which are all perfect, and yield their numbers."""
        self._run, self._longest_run = self._run_confirmed
        self.set_is_over = False
        while self.unconfirmed:
            yield self.reps_done
            self.reps_done -= 1
            self.perfect -= 1

    def look_for_floor(self) -> None:
        """Start the search for the floor again."""
        self._arched_counts.clear()

    def note_arch(self, count: float) -> None:
        """Remember a count at which the back arched during the search, and stop probing today."""
        self._arched_counts.append(max(1, count))
        self.probing = False

    @property
    def has_arched(self) -> bool:
        """Whether the back arched during the search for the floor."""
        return bool(self._arched_counts)

    def find_floor(self) -> float:
        """Set the floor to the earliest count at which the back arched, or to the lowest count that
        was tried if it never did."""
        earliest = min([*self._arched_counts, self.probed_floor])
        self.probing = False
        self._arched_counts.clear()
        return self._settle_on(earliest)

    def count_perfect(self) -> None:
        self._before = self._numbers()
        self.reps_done += 1
        self._add_perfect(self.working_floor)

    def count_arched(self) -> bool:
        """Count a lost rep; true when that raises the floor by a count."""
        self._before = self._numbers()
        self.reps_done += 1
        self.arched_in_a_row += 1
        self.arched_in_set += 1
        self._run = 0
        raises = self._routine.setbacks.arched_raises_floor
        if self.arched_in_a_row != raises or self.working_floor == 1:
            return False
        self._settle_on(max(1, self.working_floor - 1))
        return True

    def overturn(self, *, perfect: bool, count: float) -> None:
        """Give the last rep another verdict, as if the first one had never been given.

        ``count`` is how far down it went: only the whole way continues a run.
        """
        before = self._before
        self.perfect, self._run, self._longest_run = before.perfect, before.run, before.longest_run
        self.arched_in_a_row, self.arched_in_set = before.arched_in_a_row, before.arched_in_set
        if before.floor is None:
            self._floors.pop(self.name, None)
            self.floor = None
        else:
            self._settle_on(before.floor)
        if perfect:
            self._add_perfect(count)
        else:
            self._run = 0

    def _add_perfect(self, count: float) -> None:
        self.perfect += 1
        self.arched_in_a_row = 0
        self._run = self._run + 1 if count == self._counts else 0
        self._longest_run = max(self._longest_run, self._run)

    def _numbers(self) -> _Numbers:
        return _Numbers(
            self.floor,
            self.perfect,
            self.arched_in_a_row,
            self.arched_in_set,
            self._run,
            self._longest_run,
        )

    @property
    def is_too_hard(self) -> bool:
        """Whether enough reps were lost in this set to offer an easier exercise."""
        return self.arched_in_set >= self._routine.setbacks.arched_offers_easier

    def forgive(self) -> None:
        """Keep the exercise: only as many lost reps again make it too hard."""
        self.arched_in_set = 0

    def set_began(self, at: Samples, down_seconds: float) -> SetBegan:
        """The event for the set that begins."""
        routine = self._routine
        return SetBegan(
            at,
            self.name,
            set=self.set,
            sets=self.sets,
            reps=routine.reps,
            floor=self.working_floor,
            down_seconds=down_seconds,
        )

    def rep_began(self, at: Samples) -> RepBegan:
        """The event for the rep that comes next."""
        return RepBegan(at, self.set, self.reps_done + 1, self._routine.reps)

    def rep_ended(self, at: Samples, reason: str | None, count: float) -> RepEnded:
        """The event for the rep just counted; ``reason`` is why it was lost, None if perfect."""
        return RepEnded(
            at,
            self.name,
            set=self.set,
            rep=self.reps_done,
            reps=self._routine.reps,
            perfect=reason is None,
            reason=reason,
            count=count,
        )

    def floor_found(self, at: Samples) -> FloorFound:
        """The event for the present floor."""
        return FloorFound(at, self.name, self.working_floor)

    def _settle_on(self, floor: float) -> float:
        self.floor = self._floors[self.name] = floor
        return floor
