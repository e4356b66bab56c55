"""Whereabouts: the part that the session is in, what it is good for, and what comes after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.dialogue.steps import Script, cue
from coach.messages.states import PARTS, Part, State
from coach.session.part import PartRoom
from coach.session.table import PART_ROWS, part_of
from coach.session.workout import Workout


class Whereabouts:
    """``why_today`` explains what is trained. ``now`` returns the state of the session,
    ``paused_in`` the one that a pause interrupted."""

    def __init__(
        self,
        workout: Workout,
        rooms: Mapping[Part, PartRoom],
        why_today: Callable[[], Script],
        now: Callable[[], State],
        paused_in: Callable[[], State],
    ) -> None:
        self._workout = workout
        self._rooms = rooms
        self._why_today = why_today
        self._now = now
        self._paused_in = paused_in

    def state(self) -> State:
        """The present state, or during a pause the one that it interrupted."""
        state = self._now()
        return self._paused_in() if state == "paused" else state

    def room(self) -> PartRoom | None:
        """The room of the present part; None before the first part and after the last."""
        part = part_of(self.state())
        return None if part is None else self._rooms[part]

    def why(self) -> Script:
        """The answer to "why": what the present part is good for, or why it is asked or planned."""
        state, room = self.state(), self.room()
        if state == "screening":
            return (cue("why_asked_health"),)
        if state == "planning":
            return self._why_today()
        return (cue("answer_why"),) if room is None else room.why()

    def what_next(self) -> Script:
        """The answer to "what next": a rest, a set, another part, or the end."""
        state = self.state()
        if state == "resting":
            return (cue(PART_ROWS["working"].announced),)
        part = part_of(state)
        if part == "working" and self._workout.tally.sets_left > 0:
            return (cue("next_resting"),)
        after = 0 if part is None else PARTS.index(part) + 1
        later = [each for each in PARTS[after:] if each in self._workout.parts]
        return (cue(PART_ROWS[later[0]].announced if later else "next_finished"),)
