"""Facts: what a session makes known of the training (frozen events, past tense).

Times are samples of the microphone since the session opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from coach.messages.intents import Trigger
from coach.messages.states import State
from coach.units import Samples

Outcome = Literal["finished", "stopped", "pain", "abandoned"]
Mistake = Literal["momentum", "breath", "head", "ribs", "belly"]
"""What spoils a rep, as the coach cues against it."""
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)


@dataclass(frozen=True, slots=True)
class SessionBegan:
    at: Samples


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """This session goes on with the one that was cut off before it."""

    at: Samples


@dataclass(frozen=True, slots=True)
class SessionEnded:
    at: Samples
    outcome: Outcome
    perfect_reps: int
    floor: float | None


@dataclass(frozen=True, slots=True)
class StateChanged:
    """``source`` and ``trigger`` are None when the session opens."""

    at: Samples
    source: State | None
    dest: State
    trigger: Trigger | None


@dataclass(frozen=True, slots=True)
class ExerciseChosen:
    """What is trained from now on: when the session opens, and at every easier or harder.

    ``reason`` is why: the prompt that tells it, or ``easier`` or ``harder`` where it was asked for.
    """

    at: Samples
    exercise: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetBegan:
    """``set`` counts from 1 to ``sets`` through the session, and has ``reps``.

    ``floor`` is the count to lower to, ``down_seconds`` how long the whole way down takes.
    """

    at: Samples
    exercise: str
    set: int
    sets: int
    reps: int
    floor: float
    down_seconds: float


@dataclass(frozen=True, slots=True)
class RepBegan:
    """The lift of a rep begins: the one of that number, from 1, of the ``reps`` of the set."""

    at: Samples
    set: int
    rep: int
    reps: int


@dataclass(frozen=True, slots=True)
class CountBegan:
    """A count of the way down begins, of the ``counts`` that the whole way has."""

    at: Samples
    count: float
    counts: int


@dataclass(frozen=True, slots=True)
class SecondsPassed:
    """So many of the ``seconds`` of a rest or a hold are over, from 0 on."""

    at: Samples
    passed: int
    seconds: int


@dataclass(frozen=True, slots=True)
class RepEnded:
    """One of the ``reps`` of a set is over. ``count`` is how far down it went, ``reason`` why it is
    lost."""

    at: Samples
    exercise: str
    set: int
    rep: int
    reps: int
    perfect: bool
    reason: str | None
    count: float


@dataclass(frozen=True, slots=True)
class FloorFound:
    """The count below which the person's back leaves the floor was found, raised or lowered."""

    at: Samples
    exercise: str
    count: float


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """A plank is over after ``seconds`` of it; ``whole`` when it was held to its end."""

    at: Samples
    exercise: str
    seconds: float
    whole: bool


@dataclass(frozen=True, slots=True)
class MistakeNoted:
    """The person asked about a mistake, or a rep was lost to it."""

    at: Samples
    mistake: Mistake


@dataclass(frozen=True, slots=True)
class HabitTold:
    """The person said whether they sit for most of the day, and so should stretch first."""

    at: Samples
    sits: bool


Fact = (
    SessionBegan
    | SessionResumed
    | SessionEnded
    | StateChanged
    | ExerciseChosen
    | SetBegan
    | RepEnded
    | FloorFound
    | HoldEnded
    | MistakeNoted
    | HabitTold
)
"""What the session itself makes known, to be kept."""

Progress = RepBegan | CountBegan | SecondsPassed
"""How far it is on the way to the next fact: to be shown, not to be kept."""
