"""Seen: everything that a person sees of a session at one moment, and what follows from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from coach.display.pace import Pace
from coach.display.way import Way
from coach.messages.states import State
from coach.units import Samples, seconds

QUIETEST_DBFS = -96.0
"""The lowest level that the meter shows."""

_TRAINING = ("first_rep", "slow_descent", "stop_point")
"""The states in which an exercise is trained before its first set."""

_IN_SETS = ("working", "offering_break", "offering_easier", "resting", "asking_there")
"""The states of the sets, and of the time between two of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about ``topic``, shown until sample ``until``, or until there is a newer one about
    the same topic. ``trouble`` is whether something is wrong.
    """

    topic: str
    text: str
    until: Samples | None = None
    trouble: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is shown at one moment."""

    at: Samples = 0
    """The moment, in samples of the microphone."""
    state: State = "waiting"
    """The state of the session."""
    paused_in: State | None = None
    """The state that a pause or a doubt interrupted; None outside of both."""
    way: Way = Way()
    """The parts of the session."""
    exercise: str = ""
    """The name of the exercise, with spaces."""
    sign: str = ""
    """What to do now, for large letters."""
    number: float | None = None
    """A count, the seconds left of a rest, or the seconds that a hold has lasted."""
    set: int = 0
    """The number of the present set; 0 before the first."""
    sets: int = 0
    """How many sets the session has."""
    reps: int = 0
    """How many reps a set has."""
    marks: tuple[bool, ...] = ()
    """For each rep of this set whether it was perfect."""
    perfect: int = 0
    """How many perfect reps the session has had."""
    floor: float | None = None
    """The count to lower to; None while it is not known."""
    said: str = ""
    """What the coach said last."""
    heard: str = ""
    """What the coach heard last."""
    heard_note: str = ""
    """Why that does not count; empty if it does."""
    offers: tuple[str, ...] = ()
    """What can be said now."""
    level_dbfs: float = QUIETEST_DBFS
    """The peak level of the microphone, which falls slowly."""
    notices: tuple[Notice, ...] = ()
    """Sentences about the devices and the memory."""
    pace: Pace | None = None
    """How long the parts take; None where that is not known."""
    part_since: Samples = 0
    """When the present part began."""

    @property
    def minutes_left(self) -> int | None:
        """About how long the session still takes, rounded up; None before it has begun, after its
        parts, and where that is not known."""
        if self.pace is None or self.state == "waiting" or not (self.way.now or self.way.to_come):
            return None
        reps = max(0, self.reps * (self.sets - max(0, self.set - 1)) - len(self.marks))
        rests = max(0, self.sets - max(1, self.set))
        elapsed = seconds(self.at - self.part_since)
        left = self.pace.seconds_left(self.way, elapsed, reps, rests)
        return max(1, math.ceil(left / 60))

    @property
    def trained(self) -> str:
        """The exercise in the states that train it; empty in all others."""
        part = self.paused_in or self.state
        return self.exercise if part in (*_TRAINING, *_IN_SETS) else ""

    @property
    def in_a_set(self) -> bool:
        """Whether the session is in a set, or between two."""
        return self.set > 0 and (self.paused_in or self.state) in _IN_SETS
