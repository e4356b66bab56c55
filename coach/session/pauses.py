"""Pauses: what is held because somebody says so, is silent, or cannot be heard; how it goes on.

Somebody who has not begun yet is not paused when a device goes: the coach only stops asking.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import OfDest, Row
from coach.dialogue.steps import Script, Step, cue, once
from coach.messages.actions import Silence
from coach.messages.events import DeviceFound, DeviceLost, parts_of
from coach.messages.intents import Trigger
from coach.messages.prompt_ids import PromptId
from coach.messages.states import ACTIVE, State
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.units import samples


class Pauses:
    """``came_from`` is the state that was left last. A box on call waits for a while only."""

    def __init__(self, workout: Workout, came_from: Callable[[], State]) -> None:
        self._workout = workout
        minutes = workout.routine.answers.gives_up_minutes
        self._gives_up_minutes = minutes if workout.on_call else None
        self._stage = workout.stage
        self._came_from = came_from
        self._suspended: tuple[Script, int] = ((), 0)
        self._waits_apart = False
        self._gone: frozenset[str] = frozenset()
        self.paused_in: State = "waiting"
        """The state that the last pause interrupted."""

    def note(self, event: DeviceLost | DeviceFound) -> Trigger:
        """The trigger that stands for what became of a device."""
        if isinstance(event, DeviceLost):
            self._gone |= parts_of(event.device)
            return "device_lost"
        self._gone -= parts_of(event.device)
        return "device_found"

    def is_mute(self) -> bool:
        """Whether nobody hears the coach: nobody trains with it then."""
        return "speaker" in self._gone

    def has_interrupted(self, state: State) -> bool:
        """Whether ``state`` is what the pause interrupted, and can go on: every device is there."""
        return self.paused_in == state and not self._gone

    def waits_for_ever(self) -> bool:
        """Whether it does so without end: at home, or for a device."""
        return self._gives_up_minutes is None or bool(self._gone)

    def pause(self) -> None:
        """The person asked for it."""
        self._hold("paused")

    def wait_quietly(self) -> None:
        """Nobody answers."""
        self._hold("waiting_quietly")

    def go_on(self) -> None:
        """Go on where it was."""
        self._stage.asked = 1
        if self._stage.player.resume(self._suspended, self._stage.now):
            self._stage.move_on()

    def lose_touch(self) -> None:
        """Pause, because the person cannot be heard or told."""
        self._suspend()
        self.tell_devices()

    def tell_devices(self) -> None:
        """Say what is gone, as far as that can be heard, or that all is back."""
        self._stage.act(Silence())
        minutes = None if self._gone else self._gives_up_minutes
        self._stage.play((*self._devices(), *_coming_back(minutes)))

    def wait_apart(self) -> None:
        """Ask nothing that cannot be answered."""
        if not self._waits_apart:
            self._suspended = self._stage.player.suspend()
            self._waits_apart = True
        self.tell_devices()

    def wait_on(self) -> None:
        """Ask again what was being asked, once that can be answered."""
        if self._gone:
            self.tell_devices()
            return
        self._waits_apart = False
        steps, position = self._suspended
        self._stage.play((cue("sound_is_back"), *steps[position:]))

    def _hold(self, told: PromptId) -> None:
        self._suspend()
        self._stage.play((once(told), *_coming_back(self._gives_up_minutes)))

    def _suspend(self) -> None:
        self.paused_in = self._came_from()
        # Somebody who comes back need not be asked any more whether anybody is there.
        answered = self._workout.asks_who_is_there
        self._suspended = ((), 0) if answered else self._stage.player.suspend()
        self._workout.break_off()

    def _devices(self) -> Script:
        if "speaker" in self._gone:
            return ()
        if "microphone" in self._gone:
            return (once("cannot_hear"),)
        return (cue("sound_is_back"), once("when_you_like"))


def _coming_back(minutes: float | None) -> Script:
    """So much time without a word; none at all where the coach waits for ever."""
    if minutes is None:
        return ()
    return (Step(length=samples(60.0 * minutes), on_beat=True, anchor=True),)


def question(state: State) -> tuple[Row, ...]:
    """What becomes of a question that nobody answers."""
    return (
        Row(state, "unanswered", None, Turns.ask_again, Turns.is_patient),
        Row(state, "unanswered", "paused", Pauses.wait_quietly),
    )


_RETURNS: tuple[Trigger, ...] = ("resume", "ready")

RETURNS: tuple[Row, ...] = tuple(
    Row("paused", trigger, state, Pauses.go_on, OfDest(Pauses.has_interrupted))
    for state in ACTIVE
    for trigger in _RETURNS
)
"""Back to where the pause came from."""

DEVICES: tuple[Row, ...] = (
    *(
        Row(state, "device_lost", "paused", Pauses.lose_touch)
        for state in ACTIVE
        if state != "waiting"
    ),
    Row("paused", "device_lost", None, Pauses.tell_devices),
    Row("paused", "device_found", None, Pauses.tell_devices),
    Row("waiting", "device_lost", None, Turns.carry_on, Workout.is_on_call),
    Row("waiting", "device_lost", None, Pauses.wait_apart),
    Row("waiting", "device_found", None, Turns.carry_on, Workout.is_on_call),
    Row("waiting", "device_found", None, Pauses.wait_on),
)
"""Nobody trains without being heard or told: a lost device is a pause. Somebody who has not begun
has nothing to pause."""
