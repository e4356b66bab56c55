"""History: what is remembered of a person, as far as it decides what to train.

A day is a whole number that grows by one from day to day, in the person's own time zone; which day
is called nought does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from coach.facts import Mistake, Outcome
from coach.messages import Event

Day = int

PROFILE = r"^[\w-]([\w -]{0,38}[\w-])?$"
"""What the name of a person may be: letters of any script, digits, spaces within, - and _."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as a person has it: the day, and the minute of that day."""

    day: Day
    minute: float


class Calendar(Protocol):
    """What day it is."""

    def now(self) -> Moment:
        """The moment it is now."""
        ...


@dataclass(frozen=True, slots=True)
class Training:
    """A past session. ``exercise`` is the last that was trained in it; None without any reps.

    ``floor`` is the count that its last set was lowered to. ``longest_run`` is the most perfect
    reps of that exercise in a row that went down all the way, which took ``down_seconds``.
    ``hold_seconds`` is how long the plank was held, None without one.
    """

    day: Day
    outcome: Outcome
    exercise: str | None = None
    floor: float | None = None
    down_seconds: float | None = None
    reps: int = 0
    perfect: int = 0
    longest_run: int = 0
    hold_seconds: float | None = None
    hold_whole: bool = False


@dataclass(frozen=True, slots=True)
class Pain:
    """That it hurt, and in which exercise: None when it was before any."""

    day: Day
    exercise: str | None


@dataclass(frozen=True, slots=True)
class CutOff:
    """A session that broke off ``minutes_ago`` without an end, and how far it had come.

    ``state`` is the state it was in, ``reps`` how many of set ``set`` were done.
    """

    minutes_ago: float
    state: str
    exercise: str
    floor: float | None
    set: int
    reps: int
    perfect: int


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a person; empty for somebody new.

    ``trainings`` are the past sessions that had reps, the newest last: those of the last seven
    days, and the last one however long ago. ``floors`` has the floor last found for each exercise,
    ``pain`` the last that was told, ``ended_in_pain`` whether that ended the very last session.
    ``mistakes`` counts those of the last ten sessions. ``sits`` is None as long as nobody asked.
    ``last_hold`` is the last session with a plank. ``damaged`` tells that what was remembered
    before could not be read.
    """

    trainings: tuple[Training, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    pain: Pain | None = None
    ended_in_pain: bool = False
    mistakes: Mapping[Mistake, int] = field(default_factory=dict)
    sits: bool | None = None
    last_hold: Training | None = None
    cut_off: CutOff | None = None
    damaged: bool = False


class Memory(Protocol):
    """Remembers one person's training. An observer of a session: it never raises then."""

    @property
    def failed(self) -> bool:
        """Whether something of this session could not be written yet."""
        ...

    def recall(self) -> History:
        """What is known now."""
        ...

    def __call__(self, event: Event) -> None:
        """Keep what is worth keeping, at once."""
        ...
