"""Part: the interface of the parts of a session, and their share of the state table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, own
from coach.messages.intents import Trigger
from coach.messages.prompt_ids import PromptId
from coach.messages.states import Part, State
from coach.session.workout import Workout


class PartRoom(ABC):
    """The behaviour of one part. Other public methods are the effects and guards of its rows."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._stage = workout.stage

    @abstractmethod
    def begin(self) -> None:
        """Begin the part, whatever state the session was in before."""

    def resume(self) -> None:
        """Continue the part in which an earlier session was cut off."""
        self.begin()

    def leave(self) -> None:  # noqa: B027 - most parts have nothing to end
        """End what is going on; called whenever the session leaves a state of the part."""

    def why(self) -> Script:
        """The answer to "why": what the part is good for."""
        return (own("why", self._workout.exercise.why),)

    def in_new_tempo(self, announcement: Step) -> Script | None:  # noqa: ARG002 - for the parts that lower
        """``announcement``, then the present descent from its beginning; None without a descent."""
        return None


@dataclass(frozen=True, slots=True)
class Onward:
    """In ``state``, each of ``triggers`` leads to the next part that the session has."""

    state: State
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class PartRows:
    """A part's share of the state table.

    In each of the part's states, every trigger has a row, either here or among those of every
    state, or is ``ignored``.
    """

    part: Part
    room: type[PartRoom]
    rows: tuple[Row | Onward, ...]
    ignored: Mapping[State, Set[Trigger]]
    announced: PromptId = field(kw_only=True)
    """The prompt that answers "what next" while this part is the next one."""

    @property
    def states(self) -> frozenset[State]:
        return frozenset(self.ignored)


MOVING: frozenset[Trigger] = frozenset({"ready", "yes", "no", "resume", "unanswered"})
"""The triggers to ignore while a person moves: nothing was asked, so no answer is expected."""
