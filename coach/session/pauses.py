"""Pauses: a session stops for a request, for silence or for a lost device, and resumes later.

While nobody has begun yet, a lost device causes no pause: the coach only stops asking.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import OfDest, Row
from coach.dialogue.steps import Script, Step, cue, once
from coach.messages.actions import Silence
from coach.messages.events import DeviceFound, DeviceLost, parts_of
from coach.messages.intents import Trigger
from coach.messages.states import ACTIVE, PARTS, State
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import samples


class Pauses:
    """``came_from`` returns the state that the session left last. A coach on call does not pause
    for ever: it gives up after ``Patience.gives_up_minutes``."""

    def __init__(self, workout: Workout, came_from: Callable[[], State]) -> None:
        self._workout = workout
        minutes = workout.routine.answers.gives_up_minutes
        self._gives_up_minutes = minutes if workout.plan.on_call else None
        self._stage = workout.stage
        self._came_from = came_from
        self._suspended: tuple[Script, int] = ((), 0)
        self._holds_question = False
        self._gone: frozenset[str] = frozenset()
        self._asks = False
        self.paused_in: State = "waiting"
        """The state that the last pause interrupted."""

    def note(self, event: DeviceLost | DeviceFound) -> Trigger:
        """Note that a device was lost or found, and return the trigger for it."""
        if isinstance(event, DeviceLost):
            self._gone |= parts_of(event.device)
            return "device_lost"
        self._gone -= parts_of(event.device)
        return "device_found"

    def is_mute(self) -> bool:
        """Whether the speaker is lost, so that nobody can hear the coach."""
        return "speaker" in self._gone

    def has_interrupted(self, state: State) -> bool:
        """Whether the pause interrupted ``state``, and no device is missing."""
        return self.paused_in == state and not self._gone

    def is_asked_to_go_on_with(self, state: State) -> bool:
        """Whether the pause interrupted ``state``, and asks whether to train on: the sound that was
        lost is back. Elsewhere nobody was asked, and a "yes" is not for the coach."""
        return self._asks and self.has_interrupted(state)

    def waits_for_ever(self) -> bool:
        """Whether the pause has no time limit: not on call, or while a device is missing."""
        return self._gives_up_minutes is None or bool(self._gone)

    def pause(self) -> None:
        """Pause because the person asked for it."""
        self._pause()
        self.announce()

    def announce(self) -> None:
        """Say that the session is on hold."""
        self._stage.play((once("paused"), *self._coming_back()))

    def wait_quietly(self) -> None:
        """Pause because nobody answers; what nobody took part in does not count."""
        self._workout.withdraw_reps()
        self._pause()
        self._stage.play((once("waiting_quietly"), *self._coming_back()))

    def keep_waiting(self) -> None:
        """Be silent again in a pause that something interrupted."""
        self._stage.play(self._coming_back())

    def go_on(self) -> None:
        """Resume what the pause interrupted."""
        self._stage.asked = 1
        if self._stage.player.resume(self._suspended, self._stage.now):
            self._stage.move_on()

    def pause_for_device(self) -> None:
        """Pause because the coach cannot hear the person, or they cannot hear the coach."""
        self._pause()
        self.announce_devices()

    def announce_devices(self) -> None:
        """Say that the microphone is lost, or that the sound is back.

        Nothing is said of a lost speaker, which nobody could hear.
        """
        self._asks = not self._gone
        self._stage.act(Silence())
        self._stage.play((*self._devices(), *self._coming_back()))

    def hold_question(self) -> None:
        """Stop asking, because no answer could be heard."""
        if not self._holds_question:
            self._suspended = self._stage.player.suspend()
            self._holds_question = True
        self.announce_devices()

    def ask_held_question(self) -> None:
        """Ask the held question again once every device is back."""
        if self._gone:
            self.announce_devices()
            return
        self._holds_question = False
        self.go_on_after((cue("sound_is_back"),))

    def go_on_after(self, script: Script) -> None:
        """Say ``script``, and then resume what was interrupted."""
        steps, position = self._suspended
        self._stage.play((*script, *steps[position:]))

    def resume_with(self, script: Script) -> None:
        """Go on with ``script`` after the pause, in place of what it interrupted."""
        self._suspended = script, 0

    def suspend(self) -> None:
        """Break off what is going on, so that ``go_on`` resumes it."""
        self.paused_in = self._came_from()
        workout, player = self._workout, self._stage.player
        if self.paused_in == "working" and player.is_at_end:
            # The rep has its verdict: to take up the position again must not repeat it as well.
            self._suspended = workout.another_rep(), 0
        else:
            self._suspended = player.suspend()
        workout.break_off()

    def _pause(self) -> None:
        self._asks = False
        self.suspend()
        if self.paused_in in ("asking_there", "offering_break"):
            # Somebody who comes back is there, and has had a break.
            self._suspended = ((), 0)

    def _devices(self) -> Script:
        if "speaker" in self._gone:
            return ()
        if "microphone" in self._gone:
            return (once("cannot_hear"),)
        return (cue("sound_is_back"), once("when_you_like"))

    def _coming_back(self) -> Script:
        """A silent wait, after which the coach gives up; empty where it waits for ever."""
        if self._gives_up_minutes is None or self._gone:
            return ()
        return (Step(length=samples(60.0 * self._gives_up_minutes), on_beat=True, anchor=True),)


def question(state: State) -> tuple[Row, ...]:
    """The rows for a question that nobody answers: it is repeated, then the session pauses."""
    return (
        Row(state, "not_understood", None, Turns.tell_not_understood),
        Row(state, "unanswered", None, Turns.ask_again, Turns.has_asks_left),
        Row(state, "unanswered", "paused", Pauses.wait_quietly),
    )


_RETURNS: tuple[Trigger, ...] = ("resume", "ready")

RETURNS: tuple[Row, ...] = (
    *(
        Row("paused", trigger, state, Pauses.go_on, OfDest(Pauses.has_interrupted))
        for state in ACTIVE
        for trigger in _RETURNS
    ),
    *(
        Row("paused", "yes", state, Pauses.go_on, OfDest(Pauses.is_asked_to_go_on_with))
        for state in ACTIVE
    ),
    Row("paused", "yes", None, Turns.carry_on),
)
"""The rows that lead from a pause back to the state that it interrupted."""

TIRED: tuple[State, ...] = (
    *(part for part in PARTS if part not in ("working", "plank")),
    *("resting", "asking_there"),
)

REST: tuple[Row, ...] = tuple(Row(state, "tired", "paused", Pauses.pause) for state in TIRED)
"""Somebody who is tired outside of a set may rest as long as they like."""

DEVICES: tuple[Row, ...] = (
    *(
        Row(state, "device_lost", "paused", Pauses.pause_for_device)
        for state in ACTIVE
        if state != "waiting"
    ),
    Row("paused", "device_lost", None, Pauses.announce_devices),
    Row("paused", "device_found", None, Pauses.announce_devices),
    Row("waiting", "device_lost", None, Turns.carry_on, Workout.is_on_call),
    Row("waiting", "device_lost", None, Pauses.hold_question),
    Row("waiting", "device_found", None, Turns.carry_on, Workout.is_on_call),
    Row("waiting", "device_found", None, Pauses.ask_held_question),
)
"""A lost device pauses the session, because coach and person cannot hear each other. In ``waiting``
there is nothing to pause yet."""
