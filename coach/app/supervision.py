"""Supervision: reports how a session goes, and ends it from outside when it should not go on.

That is when its plan is out of date before it has begun, or when it is paused for a lost device
that nobody plugs in again: a service must not speak in the middle of the night because the power of
a speaker is back.
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
from coach.training.history import GOES_ON_MINUTES, Calendar
from coach.training.plan import Plan
from coach.units import RATE_HZ, Block, Samples

WAITING = "waiting"
PAUSED = "paused"
LOOKING = "looking for the microphone"


class Notifier(Protocol):
    """Receives the state of the service. Every method may be called at any time, and often."""

    def ready(self) -> None:
        """The service is up."""
        ...

    def status(self, line: str) -> None:
        """``line`` says what the service is doing."""
        ...

    def beat(self) -> None:
        """The service is alive: after every block of sound, and while a device is looked for."""
        ...

    def stopping(self) -> None:
        """The service ends."""
        ...


class Supervision:
    """An observer of a session, which also decides whether the session is to end.

    ``listened`` is whether any sound was processed, ``called`` whether the session ever left its
    state ``waiting``.
    """

    def __init__(self, plan: Plan, calendar: Calendar, notifier: Notifier) -> None:
        self.plan = plan
        self._calendar = calendar
        self._notifier = notifier
        self._day = calendar.now().day
        self._began = calendar.steady_seconds()
        self._exercise = plan.exercise
        self._state = WAITING
        self._is_speaking = False
        self._gone: frozenset[str] = frozenset()
        self._gone_since: float | None = None
        self._is_looking = False
        self._since_decision: Samples = 0
        self.listened = False
        self.called = False

    def __call__(self, event: Event) -> None:
        match event:
            case StateChanged():
                self._state = event.dest
                self.called |= event.dest != WAITING
            case ExerciseChosen():
                self._exercise = event.exercise
            case SpeechBegan():
                self._is_speaking = True
            case Spoken():
                self._is_speaking = False
            case DeviceLost():
                self._gone |= parts_of(event.device)
                self._gone_since = self._gone_since or self._calendar.steady_seconds()
            case DeviceFound():
                self._gone -= parts_of(event.device)
                self._gone_since = self._gone_since if self._gone else None
            case _:
                pass
        if isinstance(event, StateChanged | ExerciseChosen):
            self._notifier.status(self._status)

    def after_sound(self, count: Samples) -> bool:
        """``count`` samples were processed; return whether the session is to end."""
        if not self.listened:
            self.listened = True
            self._notifier.ready()
        self._notifier.beat()
        if self._is_looking:
            self._is_looking = False
            self._notifier.status(self._status)
        self._since_decision += count
        if self._since_decision < RATE_HZ:
            return False
        self._since_decision = 0
        return not self._is_speaking and self._is_to_end()

    def while_looking(self) -> bool:
        """A device is being looked for; return whether the session is to end."""
        self._is_looking = True
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

    def _minutes_since(self, steady_seconds: float) -> float:
        return (self._calendar.steady_seconds() - steady_seconds) / 60.0

    def _is_out_of_date(self) -> bool:
        """Whether the plan is of another day, or offers to resume what was cut off too long ago."""
        if self._calendar.now().day != self._day:
            return True
        minutes, cut_off = self._minutes_since(self._began), self.plan.cut_off
        return cut_off is not None and cut_off.minutes_ago + minutes > GOES_ON_MINUTES


class SupervisedDuplex:
    """A Duplex that ends its session when the supervision says so."""

    def __init__(self, duplex: Duplex, supervision: Supervision) -> None:
        self._duplex = duplex
        self._supervision = supervision
        self.delay: Samples = duplex.delay
        self.name: str | None = duplex.name

    def run(self, handler: DuplexHandler) -> None:
        """See the port."""
        self._duplex.run(_SupervisedHandler(handler, self.refresh, self._supervision))

    def refresh(self) -> None:
        """Take over the delay and the name that the duplex has now."""
        self.delay, self.name = self._duplex.delay, self._duplex.name


class _SupervisedHandler:
    """A DuplexHandler that passes every call on, after it has called ``refresh``."""

    def __init__(
        self, handler: DuplexHandler, refresh: Callable[[], None], supervision: Supervision
    ) -> None:
        self._handler = handler
        self._refresh = refresh
        self._supervision = supervision

    def process(self, microphone: Block) -> Block | None:
        self._refresh()
        speaker = self._handler.process(microphone)
        return None if self._supervision.after_sound(len(microphone)) else speaker

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
        return self._handler.looking() and not self._supervision.while_looking()
