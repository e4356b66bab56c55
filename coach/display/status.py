"""Status: what home automation is told of the coach: its state, numbers, problems, and past weeks.

``StatusFeed.status`` is immutable and replaced as a whole, so another thread may read it at any
moment. What only somebody may know who may know of a person's health is marked as whole; the rest
is what remains without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from coach.messages.events import (
    DeviceFound,
    DeviceLost,
    EchoRemains,
    Event,
    MemoryFailed,
    MicrophoneClipped,
    parts_of,
)
from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    FloorFound,
    PainRated,
    RepBegan,
    RepCorrected,
    RepEnded,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.messages.states import FINAL, INTERRUPTIONS, State
from coach.training.history import History

_ABOUT_HEALTH: frozenset[State] = frozenset({"screening", "rating", "checking_rating"})
"""The states in which a person is asked how they are."""

_DEVICES = frozenset({"microphone", "speaker"})


@dataclass(frozen=True, slots=True)
class Status:
    """The coach at one moment. ``number`` grows with every event that it was made from."""

    number: int = 0
    whole_state: State = "waiting"
    """The state of the session."""
    state: State = "waiting"
    """The same, without what tells of health."""
    interrupted: State = "waiting"
    """What ``state`` was before the last pause or doubt."""
    has_ended: bool = False
    """Whether the session has ended; it may end once more, in pain."""
    exercise: str = ""
    """The exercise, by the name of its file."""
    set: int = 0
    sets: int = 0
    rep: int = 0
    reps: int = 0
    verdicts: Mapping[int, bool] = field(default_factory=dict)
    """For each rep of this set whether it was perfect."""
    perfect_reps: int = 0
    floors: Mapping[str, float] = field(default_factory=dict)
    """The count to lower to in each exercise."""
    problems: frozenset[str] = frozenset()
    """What is wrong: microphone, speaker, memory, clipping, echo."""
    last_session: str | None = None
    """The day of the last session, as 2026-11-29; None for nobody who trained."""
    sessions_this_week: int = 0
    """How many sessions there were since Monday."""
    pain: int | None = None
    effort: int | None = None
    """The last number for each, from 0 to 10."""

    @property
    def floor(self) -> float | None:
        """The count to lower to; None while it is not known."""
        return self.floors.get(self.exercise)

    @property
    def in_session(self) -> bool:
        """Whether a session goes on, or stands still."""
        return not self.has_ended and self.behind not in ("waiting", *FINAL)

    @property
    def behind(self) -> State:
        """``state``, but what was interrupted in place of a pause or doubt."""
        return self.interrupted if self.state in INTERRUPTIONS else self.state


class StatusFeed:
    """An observer of events, which passes each on to ``tell`` when ``status`` is as it is after it.

    ``tell`` gets None when the status changed by itself. One thread at a time.
    """

    def __init__(self, tell: Callable[[Event | None, Status], None]) -> None:
        self._tell = tell
        self.status = Status()

    def __call__(self, event: Event) -> None:
        self._become(_after(event, self.status), event)

    def remember(self, history: History, last_session: str | None, this_week: int) -> None:
        """Take over what is remembered of past sessions."""
        changed = replace(
            self.status,
            floors=dict(history.floors),
            last_session=last_session,
            sessions_this_week=this_week,
            pain=history.pain_level,
        )
        self._become(changed, None)

    def look(self, *, looking: bool) -> None:
        """Note whether a device is looked for, also where there is no session yet that lost it."""
        if looking and not self.status.problems & _DEVICES:
            problems = self.status.problems | {"microphone"}
            self._become(replace(self.status, problems=problems), None)

    def _become(self, status: Status, event: Event | None) -> None:
        self.status = replace(status, number=self.status.number + 1)
        self._tell(event, self.status)


def _after(event: Event, status: Status) -> Status:
    match event:
        case StateChanged():
            return _entered(event, status)
        case SessionBegan() | SessionResumed():
            return replace(status, has_ended=False)
        case SessionEnded():
            return replace(status, has_ended=True, perfect_reps=event.perfect_reps)
        case SetBegan() | RepBegan() | RepEnded() | RepCorrected():
            return _after_rep(event, status)
        case ExerciseChosen() | FloorFound() | PainRated() | EffortRated():
            return _after_choice(event, status)
        case _:
            return _after_trouble(event, status)


def _after_choice(
    event: ExerciseChosen | FloorFound | PainRated | EffortRated, status: Status
) -> Status:
    match event:
        case ExerciseChosen():
            return replace(status, exercise=event.exercise)
        case FloorFound():
            return replace(status, floors={**status.floors, event.exercise: event.count})
        case PainRated():
            return replace(status, pain=event.level)
        case EffortRated():
            return replace(status, effort=event.level)


def _entered(event: StateChanged, status: Status) -> Status:
    """What was trained is told until somebody begins another session, and what was wrong until it
    opens."""
    shown = _shown(event.dest, status)
    interrupted = status.behind if shown in INTERRUPTIONS else shown
    entered = replace(status, whole_state=event.dest, state=shown, interrupted=interrupted)
    if event.source is None:
        return replace(entered, problems=frozenset())
    if entered.in_session and not status.in_session:
        return replace(entered, set=0, rep=0, verdicts={}, perfect_reps=0)
    return entered


def _shown(state: State, status: Status) -> State:
    """What is told of a state: questions about health look like what was before them, and so does
    pain in the farewell."""
    before = status.behind
    if state in _ABOUT_HEALTH:
        return "planning" if before == "waiting" else before
    return before if (before, state) == ("finished", "stopped") else state


def _after_rep(event: SetBegan | RepBegan | RepEnded | RepCorrected, status: Status) -> Status:
    match event:
        case SetBegan():
            floors = {**status.floors, event.exercise: event.floor}
            return replace(
                status,
                exercise=event.exercise,
                set=event.set,
                sets=event.sets,
                rep=0,
                reps=event.reps,
                verdicts=status.verdicts if event.set == status.set else {},
                floors=floors,
            )
        case RepBegan():
            return replace(status, rep=event.rep, reps=event.reps)
        case RepEnded():
            return _judged(status, event.rep, event.perfect)
        case RepCorrected():
            return _judged(status, event.rep, event.perfect)


def _judged(status: Status, rep: int, perfect: bool | None) -> Status:  # noqa: FBT001 - as in the events
    others = {each: verdict for each, verdict in status.verdicts.items() if each != rep}
    verdicts = others if perfect is None else {**others, rep: perfect}
    more = sum(verdicts.values()) - sum(status.verdicts.values())
    return replace(status, verdicts=verdicts, perfect_reps=max(0, status.perfect_reps + more))


def _after_trouble(event: Event, status: Status) -> Status:
    match event:
        case DeviceLost():
            return replace(status, problems=status.problems | parts_of(event.device))
        case DeviceFound():
            return replace(status, problems=status.problems - parts_of(event.device))
        case MemoryFailed():
            return replace(status, problems=status.problems | {"memory"})
        case MicrophoneClipped():
            return replace(status, problems=status.problems | {"clipping"})
        case EchoRemains():
            return replace(status, problems=status.problems | {"echo"})
        case _:
            return status
