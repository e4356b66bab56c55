"""Facts: what a session reports of the training (frozen events, past tense).

Times are samples of the microphone since the session opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from coach.messages.intents import Trigger
from coach.messages.states import State
from coach.units import Samples

Outcome = Literal["finished", "stopped", "pain", "abandoned"]
Verbosity = Literal["full", "short", "tones"]
VERBOSITIES: tuple[Verbosity, ...] = get_args(Verbosity)
"""From the most words to the fewest."""
Mistake = Literal["momentum", "breath", "head", "ribs", "belly"]
"""The mistakes that spoil a rep, each with a reminder against it."""
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)


@dataclass(frozen=True, slots=True)
class SessionBegan:
    at: Samples


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """This session continues the one that was cut off before it, or goes on after its own end, to
    which a word had led that nobody said."""

    at: Samples


@dataclass(frozen=True, slots=True)
class SessionEnded:
    at: Samples
    outcome: Outcome
    perfect_reps: int
    floor: float | None


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session entered state ``dest``. ``source`` and ``trigger`` are None when it opens."""

    at: Samples
    source: State | None
    dest: State
    trigger: Trigger | None


@dataclass(frozen=True, slots=True)
class ExerciseChosen:
    """An exercise was chosen: when the session opened, or by a change to an easier or harder one.

    ``reason`` is the prompt that says why, or ``easier`` or ``harder`` for a change.
    """

    at: Samples
    exercise: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetBegan:
    """Set number ``set`` began, from 1, of the ``sets`` of the session; it has ``reps`` reps.

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
    """The lift of rep number ``rep`` began, from 1, of the ``reps`` of the set."""

    at: Samples
    set: int
    rep: int
    reps: int


@dataclass(frozen=True, slots=True)
class CountBegan:
    """Count number ``count`` of a descent began, in whole or half counts; ``counts`` is the number
    of counts of the whole way down."""

    at: Samples
    count: float
    counts: int


@dataclass(frozen=True, slots=True)
class SecondsPassed:
    """``passed`` of the ``seconds`` of a rest or a hold are over, from 0 on."""

    at: Samples
    passed: int
    seconds: int


@dataclass(frozen=True, slots=True)
class RepEnded:
    """Rep number ``rep`` of the ``reps`` of a set is over.

    ``count`` is how far down it went. ``reason`` is why it was lost; None for a perfect one.
    """

    at: Samples
    exercise: str
    set: int
    rep: int
    reps: int
    perfect: bool
    reason: str | None
    count: float


@dataclass(frozen=True, slots=True)
class RepCorrected:
    """The verdict on rep number ``rep`` of a set is another than in its ``RepEnded``.

    ``perfect`` is None for a rep in which nobody took part: it does not count at all.
    """

    at: Samples
    exercise: str
    set: int
    rep: int
    perfect: bool | None


@dataclass(frozen=True, slots=True)
class FloorFound:
    """The person's floor, the count below which the back arches, was found or changed."""

    at: Samples
    exercise: str
    count: float


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """The hold at the end of the session is over after ``seconds``.

    ``whole`` is whether that was to its end.
    """

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


@dataclass(frozen=True, slots=True)
class PractiseTold:
    """The person said whether they have done leg lifts before."""

    at: Samples
    practised: bool


@dataclass(frozen=True, slots=True)
class PainRated:
    """The person gave their pain a number, from 0 for none to 10, and agreed to it."""

    at: Samples
    level: int


@dataclass(frozen=True, slots=True)
class EffortRated:
    """The person said how hard the session was, from 0 for not at all to 10."""

    at: Samples
    level: int


@dataclass(frozen=True, slots=True)
class ScreeningPassed:
    """The person answered the questions about their health, and may train.

    ``advised`` is whether something was the matter, and a doctor or physiotherapist was asked.
    """

    at: Samples
    advised: bool


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """The person changed how the coach speaks; None for what stayed as it was.

    ``gain_db`` is relative to the usual loudness, ``verbosity`` how much is said in words, and
    ``rate_wpm`` the words a minute of the next start.
    """

    at: Samples
    gain_db: float | None = None
    verbosity: Verbosity | None = None
    rate_wpm: int | None = None


@dataclass(frozen=True, slots=True)
class PairingOffered:
    """The person asked for a code with which a device is paired, and is told ``code``, digits."""

    at: Samples
    code: str


Fact = (
    SessionBegan
    | SessionResumed
    | SessionEnded
    | StateChanged
    | ExerciseChosen
    | SetBegan
    | RepEnded
    | RepCorrected
    | FloorFound
    | HoldEnded
    | MistakeNoted
    | HabitTold
    | PractiseTold
    | ScreeningPassed
    | PainRated
    | EffortRated
)
"""What a session reports and a memory keeps."""

Progress = RepBegan | CountBegan | SecondsPassed | DeliveryChanged | PairingOffered
"""How far the session is on the way to the next fact, how it is told, and to which devices; kept in
no memory of training."""
