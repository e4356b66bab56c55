"""Pauses: what is held because somebody says so, is silent, or cannot be heard; how it goes on.

Who has not begun yet is not paused when a device goes: the coach only stops asking.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.steps import Script
from coach.messages.actions import Silence
from coach.messages.events import DeviceFound, DeviceLost, Heard, parts_of
from coach.messages.prompt_ids import PromptId
from coach.session import scripts
from coach.session.rows import DEVICE_FOUND, DEVICE_LOST
from coach.session.sets import Sets
from coach.session.workout import Workout


class Pauses:
    """``came_from`` is the state that was left last. A coach ``on_call`` waits for a while only."""

    def __init__(
        self, workout: Workout, sets: Sets, came_from: Callable[[], str], *, on_call: bool
    ) -> None:
        self._workout = workout
        self._sets = sets
        minutes = workout.routine.answers.gives_up_minutes
        self._gives_up_minutes = minutes if on_call else None
        self._stage = workout.stage
        self._came_from = came_from
        self._suspended: tuple[Script, int] = ((), 0)
        self._waits_apart = False
        self._gone: frozenset[str] = frozenset()
        self.paused_in = ""
        """The state that the last pause interrupted."""

    def guards(self) -> dict[str, bool]:
        """Nobody trains with a coach who is deaf or mute."""
        return {
            "mute": "speaker" in self._gone,
            "waited_for": self._gives_up_minutes is None or bool(self._gone),
            f"paused_in_{self.paused_in}": not self._gone,
        }

    def note(self, event: DeviceLost | DeviceFound) -> str:
        """The trigger that stands for what became of a device."""
        if isinstance(event, DeviceLost):
            self._gone |= parts_of(event.device)
            return DEVICE_LOST
        self._gone -= parts_of(event.device)
        return DEVICE_FOUND

    # effects

    def hold(self, heard: Heard | None) -> None:
        """Pause, asked to or because nobody answers."""
        self._suspend()
        told: PromptId = "paused" if heard else "waiting_quietly"
        self._stage.play(scripts.on_hold(told, self._gives_up_minutes))

    def go_on(self, _heard: Heard | None) -> None:
        self._stage.asked = 1
        if self._stage.player.resume(self._suspended, self._stage.now):
            self._stage.move_on()

    def lose_touch(self, heard: Heard | None) -> None:
        """Pause, because the person cannot be heard or told."""
        self._suspend()
        self.tell_devices(heard)

    def tell_devices(self, _heard: Heard | None) -> None:
        """Say what is gone, as far as that can be heard, or that all is back."""
        self._stage.act(Silence())
        minutes = None if self._gone else self._gives_up_minutes
        self._stage.play((*scripts.devices(self._gone), *scripts.coming_back(minutes)))

    def wait_apart(self, heard: Heard | None) -> None:
        """Ask nothing that cannot be answered."""
        if not self._waits_apart:
            self._suspended = self._stage.player.suspend()
            self._waits_apart = True
        self.tell_devices(heard)

    def wait_on(self, heard: Heard | None) -> None:
        """Ask again what was being asked, once that can be answered."""
        if self._gone:
            self.tell_devices(heard)
            return
        self._waits_apart = False
        steps, position = self._suspended
        self._stage.play((*scripts.sound_is_back(), *steps[position:]))

    def _suspend(self) -> None:
        self.paused_in = self._came_from()
        # Who comes back need not be asked any more whether anybody is there.
        answered = self._sets.asks_who_is_there
        self._suspended = ((), 0) if answered else self._stage.player.suspend()
        self._workout.break_off()
