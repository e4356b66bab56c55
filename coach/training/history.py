"""History: what is remembered of a person, as far as it decides what to train.

A day is a whole number that grows by one every day, in the person's own time zone; it does not
matter which day is number 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from coach.messages.events import Event
from coach.messages.facts import Mistake, Outcome
from coach.messages.states import FINAL, INTERRUPTIONS, State
from coach.training.care import Level

Day = int

PROFILE = r"^[\w-]([\w -]{0,38}[\w-])?$"
"""The names that a person may have: letters of any script, digits, inner spaces, - and _."""


_AFTER_TRAININGS = 2
"""After so many trainings a person knows the explanations."""

_FORGOTTEN_AFTER_DAYS = 28
"""When the last of them is so many days ago, the person has forgotten the explanations."""

OPENS_IN: State = "waiting"

RATING: tuple[State, ...] = ("rating", "checking_rating")
"""The states that ask for a number: before the training, or when it is over."""

_NOWHERE_YET: frozenset[State] = frozenset({OPENS_IN, "screening", "planning", *RATING})
"""The states in which nothing has been done yet that could be resumed."""

_OVER: frozenset[State] = frozenset(FINAL)

GOES_ON_MINUTES = 30.0
"""For how many minutes a session that was cut off can be resumed."""

_CLOCK_BEHIND_SECONDS = 3600.0
"""How far in the future the last fact of a session that was cut off may seem to be. A computer
without a battery for its clock saves the time only once an hour (Debian's fake-hwclock), and after
a power cut its clock continues from there."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in local time: the day, and the minute of that day."""

    day: Day
    minute: float


class Calendar(Protocol):
    """Knows the day and the time of day, and how long something takes."""

    def now(self) -> Moment:
        """The present moment."""
        ...

    def steady_seconds(self) -> float:
        """Seconds since some moment, which include suspended time and never jump."""
        ...


@dataclass(frozen=True, slots=True)
class Training:
    """A past session."""

    day: Day
    """The day on which it began."""
    outcome: Outcome
    """How it ended."""
    exercise: str | None = None
    """The last exercise that had reps in it; None without any reps."""
    floor: float | None = None
    """The count to which the last set of that exercise was lowered."""
    down_seconds: float | None = None
    """The shortest time of the whole way down in the longest run, or else in the last set."""
    reps: int = 0
    """How many reps it had, perfect or not."""
    perfect: int = 0
    """How many of them were perfect."""
    longest_run: int = 0
    """The most reps of that exercise in a row that were perfect and went down all the way."""
    hold_seconds: float | None = None
    """How long the plank was held; None without one."""
    hold_whole: bool = False
    """Whether the plank was held to its end."""


@dataclass(frozen=True, slots=True)
class Pain:
    """A session that ended in pain."""

    day: Day
    """The day of the pain."""
    exercise: str | None
    """The exercise that hurt; None when it was before any."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A session that was cut off before its end, and how far it had come."""

    minutes_ago: float
    """The minutes since its last fact."""
    state: State
    """The state that it was in."""
    exercise: str
    """The exercise, by the name of its file."""
    floor: float | None
    """The count to lower to; None if it was not known yet."""
    set: int
    """The number of the set that it was in; 0 before the first."""
    reps: int
    """How many reps of that set were done."""
    perfect: int
    """How many perfect reps the session had."""


def can_go_on(outcome: str | None, state: State, ago_seconds: float) -> bool:
    """Whether a session can be resumed whose last fact was ``ago_seconds`` ago, in ``state``.

    ``outcome`` is None for a session without an end. A stopped session can be resumed, because a
    mere sound may have been taken for "stop"; one that ended in pain cannot, because a week of care
    begins.
    """
    if outcome not in (None, "abandoned", "stopped") or state in _NOWHERE_YET | _OVER:
        return False
    return -_CLOCK_BEHIND_SECONDS <= ago_seconds <= 60.0 * GOES_ON_MINUTES


def clock_went_back(ago_seconds: float) -> bool:
    """Whether the clock must be wrong if what was written last was ``ago_seconds`` ago."""
    return ago_seconds < -_CLOCK_BEHIND_SECONDS


def gets_somewhere(state: State) -> bool:
    """Whether something is done in ``state`` that could be resumed later."""
    return state not in _NOWHERE_YET.union(INTERRUPTIONS)


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a person; empty for somebody new."""

    trainings: tuple[Training, ...] = ()
    """The past sessions with reps, the newest last: those of the last seven days, and in any case
    the last two."""
    floors: Mapping[str, float] = field(default_factory=dict)
    """The floor last found for each exercise, in counts."""
    pain: Pain | None = None
    """The last pain that was reported."""
    ended_in_pain: bool = False
    """Whether the very last session ended in pain."""
    hurt_twice: bool = False
    """Whether the last two sessions both ended in pain."""
    pain_level: Level | None = None
    """The last number that pain was given."""
    effort_day: Day | None = None
    """The day on which the person last said how hard it was."""
    mistakes: Mapping[Mistake, int] = field(default_factory=dict)
    """How often each mistake was noted in the last ten sessions."""
    sits: bool | None = None
    """Whether the person sits for most of the day; None as long as nobody asked."""
    last_hold: Training | None = None
    """The last session with a plank."""
    cut_off: CutOff | None = None
    """The session that can be resumed, if there is one."""
    practised: bool | None = None
    """Whether the person had done leg lifts before; None as long as nobody asked."""
    screened: Day | None = None
    """The day of the last screening after which the person might train; None without one."""
    damaged: bool = False
    """Whether an earlier memory could not be read."""
    clock_went_back: bool = False
    """Whether the clock is earlier than the last session, by more than a power cut explains."""


class Memory(Protocol):
    """Remembers one person's training. As an observer of a session it never raises."""

    @property
    def failed(self) -> bool:
        """Whether something of this session has not been written yet because writing failed."""
        ...

    def recall(self) -> History:
        """What is known of the person now."""
        ...

    def __call__(self, event: Event) -> None:
        """Keep the event at once, if it is one to be kept."""
        ...


def is_familiar(trainings: Sequence[Training], today: Day) -> bool:
    """Whether the person knows the explanations; ``trainings`` had reps, the newest is the last."""
    if len(trainings) < _AFTER_TRAININGS:
        return False
    return today - trainings[-1].day < _FORGOTTEN_AFTER_DAYS


def as_of(today: Day, history: History) -> History:
    """``history`` with what is in the future moved to today, without trainings that had no reps."""
    trainings = (one for one in history.trainings if one.exercise and one.reps)
    return replace(
        history,
        trainings=tuple(replace(one, day=min(today, one.day)) for one in trainings),
        pain=history.pain and replace(history.pain, day=min(today, history.pain.day)),
    )
