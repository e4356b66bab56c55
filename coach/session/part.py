"""Part: what every part of a session can do, and how it stands in the table."""

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
    """The room of a part. Its other public methods are the effects and guards of its rows."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._stage = workout.stage

    @abstractmethod
    def begin(self) -> None:
        """Begin the part, from wherever the session comes."""

    def take_up(self) -> None:
        """Go on with the part in a session that was cut off in it."""
        self.begin()

    def leave(self) -> None:  # noqa: B027 - most parts have nothing to end
        """The session leaves one of the states of the part."""

    def why(self) -> Script:
        """What the part is good for."""
        return (own("why", self._workout.exercise.why),)

    def in_new_tempo(self, told: Step) -> Script | None:  # noqa: ARG002 - where nothing is lowered
        """What is lowered now once more, after ``told``; None where nothing is."""
        return None


@dataclass(frozen=True, slots=True)
class Onward:
    """In ``state`` each of ``triggers`` leads on to the next part that the session has."""

    state: State
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class PartRows:
    """A part's share of the table. ``states`` are those of the part; every trigger of each has a
    row, here or for all states, or is ``ignored``.
    """

    part: Part
    room: type[PartRoom]
    rows: tuple[Row | Onward, ...]
    ignored: Mapping[State, Set[Trigger]]
    announced: PromptId = field(kw_only=True)
    """The prompt that answers "what next" where this part is."""

    @property
    def states(self) -> frozenset[State]:
        return frozenset(self.ignored)


MOVING: frozenset[Trigger] = frozenset({"ready", "yes", "no", "resume", "unanswered"})
"""Nobody is asked while they move: no answer is expected."""
