"""Supervision: what a service sees of a session from outside, and when it should end unasked.

That is when it waits and is out of date, or is paused for a device that nobody plugs in again:
a box that speaks up in the night, because the power of a speaker is back, frightens people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from coach.messages.events import (
    DeviceFound,
    DeviceLost,
    Event,
    Gone,
    SpeechBegan,
    Spoken,
    parts_of,
)
from coach.messages.facts import ExerciseChosen, StateChanged
from coach.ports import Duplex, DuplexHandler
from coach.training.history import GOES_ON_MINUTES, Calendar, Moment
from coach.training.plan import Plan
from coach.units import RATE_HZ, Block, Samples

WAITING = "waiting"
PAUSED = "paused"
LOOKING = "looking for the microphone"


class Notifier(Protocol):
    """Who wants to know how the service is. Every method may be called at any time, and often."""

    def ready(self) -> None:
        """It is up."""
        ...

    def status(self, line: str) -> None:
        """What it does, in a line."""
        ...

    def beat(self) -> None:
        """It lives: called after every block of sound, and while it looks for a device."""
        ...

    def stopping(self) -> None:
        """It ends."""
        ...


class Supervision:
    """An observer of a session that tells how it goes, and when it is to end."""

    def __init__(self, plan: Plan, calendar: Calendar, notifier: Notifier) -> None:
        self.plan = plan
        self._calendar = calendar
        self._notifier = notifier
        self._began: Moment = calendar.now()
        self._exercise = plan.exercise
        self._state = WAITING
        self._speaks = False
        self._gone: frozenset[str] = frozenset()
        self._gone_since: Moment | None = None
        self._looks = False
        self._since_looked: Samples = 0
        self.listened = False
        self.called = False
        """Whether it ever left ``waiting``."""

    def __call__(self, event: Event) -> None:
        match event:
            case StateChanged():
                self._state = event.dest
                self.called |= event.dest != WAITING
            case ExerciseChosen():
                self._exercise = event.exercise
            case SpeechBegan():
                self._speaks = True
            case Spoken():
                self._speaks = False
            case DeviceLost():
                self._gone |= parts_of(event.device)
                self._gone_since = self._gone_since or self._calendar.now()
            case DeviceFound():
                self._gone -= parts_of(event.device)
                self._gone_since = self._gone_since if self._gone else None
            case _:
                pass
        if isinstance(event, StateChanged | ExerciseChosen):
            self._notifier.status(self._status)

    def hear(self, count: Samples) -> bool:
        """So much sound was worked on; whether the session is to end."""
        if not self.listened:
            self.listened = True
            self._notifier.ready()
        self._notifier.beat()
        if self._looks:
            self._looks = False
            self._notifier.status(self._status)
        self._since_looked += count
        if self._since_looked < RATE_HZ:
            return False
        self._since_looked = 0
        return not self._speaks and self._is_to_end()

    def look(self) -> bool:
        """A device is looked for; whether the session is to end."""
        self._looks = True
        self._notifier.status(LOOKING)
        self._notifier.ready()
        self._notifier.beat()
        return self._is_to_end()

    @property
    def _status(self) -> str:
        if self._state == WAITING:
            return WAITING
        what = f"{self._exercise}, {self._state}".replace("_", " ")
        return f"training: {what}"

    def _is_to_end(self) -> bool:
        if self._state == WAITING:
            return self._is_out_of_date()
        if self._state != PAUSED or self._gone_since is None:
            return False
        return self._minutes_since(self._gone_since) > GOES_ON_MINUTES

    def _minutes_since(self, moment: Moment) -> float:
        now = self._calendar.now()
        return (now.day - moment.day) * 24 * 60 + now.minute - moment.minute

    def _is_out_of_date(self) -> bool:
        """Another day asks for another plan; and what was cut off is offered for a while only."""
        if self._calendar.now().day != self._began.day:
            return True
        minutes, cut_off = self._minutes_since(self._began), self.plan.cut_off
        return cut_off is not None and cut_off.minutes_ago + minutes > GOES_ON_MINUTES


class WatchedDuplex:
    """A Duplex under watch: it ends the session that is to end."""

    def __init__(self, duplex: Duplex, watch: Supervision) -> None:
        self._duplex = duplex
        self._watch = watch
        self.delay: Samples = duplex.delay
        self.name: str | None = duplex.name

    def run(self, handler: DuplexHandler) -> None:
        """See the port."""
        self._duplex.run(_WatchedHandler(handler, self.refresh, self._watch))

    def refresh(self) -> None:
        """Be as the duplex is by now."""
        self.delay, self.name = self._duplex.delay, self._duplex.name


class _WatchedHandler:
    """See DuplexHandler; ``refresh`` is called before anything is passed on."""

    def __init__(
        self, handler: DuplexHandler, refresh: Callable[[], None], watch: Supervision
    ) -> None:
        self._handler = handler
        self._refresh = refresh
        self._watch = watch

    def process(self, microphone: Block) -> Block | None:
        self._refresh()
        speaker = self._handler.process(microphone)
        return None if self._watch.hear(len(microphone)) else speaker

    def lose(self, count: Samples) -> None:
        self._refresh()
        self._handler.lose(count)

    def lose_device(self, device: Gone, why: str) -> None:
        self._refresh()
        self._handler.lose_device(device, why)

    def find_device(self, device: Gone, name: str) -> None:
        self._refresh()
        self._handler.find_device(device, name)

    def looking(self) -> bool:
        return self._handler.looking() and not self._watch.look()
