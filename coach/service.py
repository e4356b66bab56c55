"""Service: a box that waits for "ready", trains, and waits again, for as long as it has power.

Nothing that a device does ends it. A session that waits is replaced without a word when what it
would train is out of date; one that nobody takes part in leaves no trace in the memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from coach.devices.sqlite_record import GOES_ON_MINUTES
from coach.engine import Observer
from coach.errors import DeviceError
from coach.facts import (
    ExerciseChosen,
    Fact,
    HoldEnded,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.history import Calendar, History, Memory, Moment
from coach.logs import EventLog
from coach.messages import Event, Heard, SpeechBegan, Spoken
from coach.performance import Outputs, perform
from coach.plan import Opening, Plan
from coach.ports import Duplex, Passage
from coach.units import RATE_HZ, Block, Samples
from coach.wiring import Coach

WAITING = "waiting"
LOOKING = "looking for the microphone"

_LOOK_AGAIN_SECONDS = 2.0

_logger = logging.getLogger("coach.service")


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


class Service:
    """``duplexes`` opens microphone and speaker for a session. ``warn`` is told in a line what a
    session goes without. ``wait`` lets so many seconds go by. ``greets`` is whether the first
    session tells aloud how to begin.
    """

    def __init__(
        self,
        coach: Coach,
        duplexes: Callable[[], Duplex],
        calendar: Calendar,
        memory: Memory,
        notifier: Notifier,
        warn: Callable[[str], None],
        *,
        outputs: Outputs | None = None,
        observers: Iterable[Observer] = (),
        wait: Callable[[float], None] = time.sleep,
        greets: bool = True,
    ) -> None:
        self._coach = coach
        self._duplexes = duplexes
        self._calendar = calendar
        self._memory = memory
        self._notifier = notifier
        self._warn = warn
        self._outputs = outputs or Outputs()
        self._observers = tuple(observers)
        self._wait = wait
        self._greets = greets
        self._damage_told = False
        self._problem = ""

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """One session after another, ``until`` that says so between two of them."""
        try:
            while not until():
                self._hold_session()
        finally:
            self._notifier.stopping()

    def _hold_session(self) -> None:
        watch = _Watch(self._plan(), self._calendar, self._notifier)
        observers: tuple[Observer, ...] = (*self._observers, watch, EventLog())
        memory = HeldMemory(self._memory)
        try:
            duplex = _WatchedDuplex(self._duplexes(), watch)
            outputs, warn = self._outputs, self._warn
            perform(self._coach, watch.plan, duplex, observers, outputs, warn, memory=memory)
        except DeviceError as error:
            self._look_again(str(error))
        finally:
            if watch.listened:
                self._greets, self._problem = False, ""
            self._damage_told |= watch.called

    def _plan(self) -> Plan:
        plan = self._coach.plan(self._memory.recall(), self._calendar.now().day)
        damaged = plan.memory_was_damaged and not self._damage_told
        opening: Opening = "greeting" if self._greets else "silent"
        return replace(plan, opening=opening, memory_was_damaged=damaged)

    def _look_again(self, problem: str) -> None:
        if problem != self._problem:
            _logger.warning("%s; trying again", problem)
            self._problem = problem
        self._notifier.status(LOOKING)
        self._notifier.ready()
        self._notifier.beat()
        self._wait(_LOOK_AGAIN_SECONDS)


class HeldMemory:
    """A Memory that hears of a session only when somebody takes part in it.

    That is when something is understood after the "ready" that began it, when a set or a hold goes
    on, or when it hurts. What was held back is told then, its times counted from the "ready", so
    that nobody reads of a session that took days.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held: list[Fact] | None = []
        self._state = WAITING
        self._began: Samples = 0

    @property
    def failed(self) -> bool:
        """What fails before anything is told needs no word."""
        return self._held is None and self._memory.failed

    def recall(self) -> History:
        """See the port."""
        return self._memory.recall()

    def __call__(self, event: Event) -> None:
        """See the port."""
        if isinstance(event, StateChanged):
            if self._state == WAITING:
                self._began = event.at
            self._state = event.dest
        if isinstance(event, Fact):
            if self._held is None:
                self._tell(event)
            else:
                self._held.append(event)
        if self._held is not None and self._shows_somebody(event):
            held, self._held = self._held, None
            for fact in held:
                self._tell(fact)

    def _shows_somebody(self, event: Event) -> bool:
        match event:
            case Heard():
                return event.accepted and self._state != WAITING
            case SessionEnded():
                return event.outcome == "pain"
            case _:
                return isinstance(event, SetBegan | HoldEnded)

    def _tell(self, fact: Fact) -> None:
        self._memory(replace(fact, at=max(0, fact.at - self._began)))


class _Watch:
    """An observer of a session that tells how it goes, and when it waits in vain."""

    def __init__(self, plan: Plan, calendar: Calendar, notifier: Notifier) -> None:
        self.plan = plan
        self._calendar = calendar
        self._notifier = notifier
        self._began: Moment = calendar.now()
        self._exercise = plan.exercise
        self._state = WAITING
        self._speaks = False
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
        if isinstance(event, StateChanged | ExerciseChosen):
            self._notifier.status(self._status)

    def hear(self, count: Samples) -> bool:
        """So much sound was worked on; whether the session is out of date."""
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
        return self._state == WAITING and not self._speaks and self._is_out_of_date()

    def look(self) -> bool:
        """A device is looked for; whether the session is out of date."""
        self._looks = True
        self._notifier.status(LOOKING)
        self._notifier.ready()
        self._notifier.beat()
        return self._state == WAITING and self._is_out_of_date()

    @property
    def _status(self) -> str:
        if self._state == WAITING:
            return WAITING
        what = f"{self._exercise}, {self._state}".replace("_", " ")
        return f"training: {what}"

    def _is_out_of_date(self) -> bool:
        """Another day asks for another plan; and what was cut off is offered for a while only."""
        now, cut_off = self._calendar.now(), self.plan.cut_off
        if now.day != self._began.day:
            return True
        minutes = now.minute - self._began.minute
        return cut_off is not None and cut_off.minutes_ago + minutes > GOES_ON_MINUTES


class _WatchedDuplex:
    """A Duplex under watch: it ends a session that waits and is out of date."""

    def __init__(self, duplex: Duplex, watch: _Watch) -> None:
        self._duplex = duplex
        self._watch = watch
        self.delay: Samples = duplex.delay
        self.name: str | None = duplex.name

    def run(self, passage: Passage) -> None:
        """See the port."""

        def process(microphone: Block) -> Block | None:
            self.delay, self.name = self._duplex.delay, self._duplex.name
            speaker = passage.process(microphone)
            return None if self._watch.hear(len(microphone)) else speaker

        self._duplex.run(_WatchedPassage(passage, process, self._watch))


class _WatchedPassage:
    """See Passage: ``process`` is its own, the rest as it is."""

    def __init__(
        self,
        passage: Passage,
        process: Callable[[Block], Block | None],
        watch: _Watch,
    ) -> None:
        self._passage = passage
        self._watch = watch
        self.process = process
        self.lose = passage.lose
        self.lose_device = passage.lose_device
        self.find_device = passage.find_device

    def looking(self) -> bool:
        return self._passage.looking() and not self._watch.look()
