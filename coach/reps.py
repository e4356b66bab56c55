"""Reps: the window in which an arched back costs the rep, the floor, and the tally of a session."""

from __future__ import annotations

from dataclasses import dataclass, field

from coach.facts import RepEnded
from coach.programme import Programme
from coach.units import Samples


@dataclass(slots=True)
class Descent:
    """One lift and the way down. ``counts`` holds the sample at which each count began.

    ``grace`` is how long after the bottom an arched back still loses the rep.
    """

    lifted: Samples
    grace: Samples
    counts: list[Samples] = field(default_factory=list)
    bottom: Samples | None = None

    def covers(self, at: Samples) -> bool:
        """Whether an arch said at ``at`` belongs to this rep: lift to bottom, and the grace."""
        return self.lifted <= at and (self.bottom is None or at <= self.bottom + self.grace)

    def count_at(self, at: Samples) -> int:
        """How far down it was at ``at``: the count that was on, 0 before the first."""
        return sum(began <= at for began in self.counts)


class Tally:
    """What a session counts: sets, reps, perfect reps, the floor."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self.set = 0
        self.reps_done = 0
        self.perfect = 0
        self.floor: int | None = None
        self.arched_in_a_row = 0
        self.set_is_over = False
        self._arched_counts: list[int] = []

    @property
    def reps_left(self) -> int:
        return 0 if self.set_is_over else self._programme.reps - self.reps_done

    @property
    def sets_left(self) -> int:
        return self._programme.sets - self.set

    @property
    def working_floor(self) -> int:
        """The count to lower to: the floor, or all the way while none was found."""
        return self.floor or self._programme.rep.counts

    def begin_set(self) -> None:
        self.set += 1
        self.reps_done = 0
        self.arched_in_a_row = 0
        self.set_is_over = False

    def note_arch(self, count: int) -> None:
        """Remember where the back arched while the floor is being looked for."""
        self._arched_counts.append(max(1, count))

    @property
    def has_arched(self) -> bool:
        """Whether the back arched while the floor was being looked for."""
        return bool(self._arched_counts)

    def find_floor(self) -> int:
        """The highest place at which the back arched; the full descent if it never did."""
        self.floor = min(self._arched_counts, default=self._programme.rep.counts)
        return self.floor

    def count_perfect(self) -> None:
        self.reps_done += 1
        self.perfect += 1
        self.arched_in_a_row = 0

    def rep_ended(self, at: Samples, reason: str | None, count: int) -> RepEnded:
        """The rep just counted, as the journal has it; ``reason`` is why it is lost, if it is."""
        exercise = self._programme.exercise
        return RepEnded(at, exercise, self.set, self.reps_done, reason is None, reason, count)

    def count_arched(self) -> bool:
        """A rep was lost; true when that raises the floor by a count."""
        self.reps_done += 1
        self.arched_in_a_row += 1
        setbacks = self._programme.setbacks
        if self.arched_in_a_row >= setbacks.arched_ends_set:
            self.set_is_over = True
            return False
        if self.arched_in_a_row != setbacks.arched_raises_floor or self.working_floor == 1:
            return False
        self.floor = self.working_floor - 1
        return True
