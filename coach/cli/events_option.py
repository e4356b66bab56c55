"""Events option: the socket that tells other programs what happens, of ``coach run --events``."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coach.app.assembly import Coach
from coach.app.run_session import TakePress
from coach.app.supervision import LOOKING, Notifier
from coach.devices.events.event_socket import EventSocket, listen
from coach.devices.system.wall_clock import iso_date
from coach.display.buttons import COMMANDS, START, Buttons, Press
from coach.display.status import Status, StatusFeed
from coach.engine import Observer
from coach.messages.events import Event
from coach.training.history import Day, History
from coach.units import Samples

_LOGGER = logging.getLogger("coach.events")
_WEEK = 7


def _is_new(_history: History, _today: Day) -> None:
    pass


@dataclass(frozen=True, slots=True)
class OpenEvents:
    """What tells other programs of sessions, and takes what they command; nothing where there is
    no socket."""

    observers: tuple[Observer, ...] = ()
    presses: TakePress = lambda _now: None
    remembered: Callable[[History, Day], None] = _is_new
    look: Callable[[bool], None] = lambda _looking: None


@contextmanager
def opened_events(path: Path | None, coach: Coach) -> Iterator[OpenEvents]:
    """Serve events at ``path``, if there is one. Raises BridgeError."""
    if path is None:
        yield OpenEvents()
        return
    listening = listen(path)

    def present() -> Status:
        return feed.status

    def tell(event: Event | None, status: Status) -> None:
        server.tell(event, status)

    feed = StatusFeed(tell)
    buttons = Buttons(
        *(coach.lesson.grammar, COMMANDS, "bridge"),
        seconds_now=time.monotonic,
        counts=lambda name: name != START or feed.status.whole_state == "waiting",
    )
    server = EventSocket(listening, present, buttons.press)
    server.begin()
    _LOGGER.info("the events: %s", path)
    try:
        yield OpenEvents(
            (feed,),
            buttons.take,
            lambda history, today: _remember(feed, history, today),
            lambda looking: feed.look(looking=looking),
        )
    finally:
        server.end()


def _remember(feed: StatusFeed, history: History, today: Day) -> None:
    """Days are those of the proleptic Gregorian calendar, in which day 1 is a Monday."""
    days = [min(today, each.day) for each in history.trainings]
    monday = today - (today - 1) % _WEEK
    last = iso_date(days[-1]) if days else None
    feed.remember(history, last, sum(day >= monday for day in days))


class WatchedNotifier:
    """A Notifier that also tells ``look`` whether a device is looked for."""

    def __init__(self, notifier: Notifier, look: Callable[[bool], None]) -> None:
        self._notifier = notifier
        self._look = look

    def ready(self) -> None:
        """See the protocol."""
        self._notifier.ready()

    def status(self, line: str) -> None:
        """See the protocol."""
        self._look(line == LOOKING)
        self._notifier.status(line)

    def beat(self) -> None:
        """See the protocol."""
        self._notifier.beat()

    def stopping(self) -> None:
        """See the protocol."""
        self._notifier.stopping()


def first_of(*takers: TakePress) -> TakePress:
    """Takes the next press of any of them."""

    def take(now: Samples) -> Press | None:
        return next((press for each in takers if (press := each(now)) is not None), None)

    return take
