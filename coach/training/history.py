"""History: what is remembered of a person, as far as it decides what to train.

A day is a whole number that grows by one from day to day, in the person's own time zone; which day
is called nought does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from coach.messages.events import Event
from coach.messages.facts import Mistake, Outcome

Day = int

PROFILE = r"^[\w-]([\w -]{0,38}[\w-])?$"
"""What the name of a person may be: letters of any script, digits, spaces within, - and _."""


OPENS_IN = "waiting"
PAUSED = "paused"

_NOWHERE_YET = frozenset({OPENS_IN, "planning"})
"""States in which nothing was done that one could go on with."""

_OVER = frozenset({"finished", "stopped"})

GOES_ON_MINUTES = 30.0
"""For so long a session that was cut off can be gone on with."""

_CLOCK_BEHIND_SECONDS = 3600.0
"""A box without a battery for its clock notes the time once an hour (Debian's fake-hwclock): by so
much the last fact of a session that was cut off may seem to lie ahead."""


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


def can_go_on(outcome: str | None, state: str, ago_seconds: float) -> bool:
    """Whether a session whose last fact was so long ago, in ``state``, can be gone on with.

    ``outcome`` is None where it has no end.
    """
    if outcome not in (None, "abandoned") or state in _NOWHERE_YET | _OVER:
        return False
    return -_CLOCK_BEHIND_SECONDS <= ago_seconds <= 60.0 * GOES_ON_MINUTES


def gets_somewhere(state: str) -> bool:
    """Whether something is done in ``state`` that one could go on with later."""
    return state not in _NOWHERE_YET | {PAUSED}


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
