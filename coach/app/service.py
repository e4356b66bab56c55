"""Service: waits for "ready", holds a session, and waits again, until it is stopped.

The loss of a device does not end it. A waiting session is replaced silently when its plan is out of
date; a session in which nobody takes part leaves no trace in the memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from coach.app.assembly import Coach
from coach.app.logs import EventLog
from coach.app.outputs import Meter, Outputs
from coach.app.run_session import TakePress, run_session
from coach.app.supervision import LOOKING, WAITING, Notifier, SupervisedDuplex, Supervision
from coach.dialogue.delivery import Delivery
from coach.engine import Observer
from coach.errors import DeviceError
from coach.messages.events import Event, Heard
from coach.messages.facts import (
    Fact,
    HoldEnded,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.ports import Duplex
from coach.training.history import Calendar, Day, History, Memory
from coach.training.plan import Opening, Plan
from coach.units import Samples

_LOOK_AGAIN_SECONDS = 2.0

_logger = logging.getLogger("coach.service")


class Service:
    """Sessions for one person, one after another.

    ``duplexes`` opens microphone and speaker for a session, and may raise DeviceError. ``warn`` is
    called with one line for everything that a session has to do without. ``wait`` sleeps for a
    number of seconds. ``greets`` is whether the first session says aloud how to begin, and
    ``screens`` whether people are asked about their health where that is due. ``delivery`` returns
    how to speak in the next session, and ``secret`` its Plan.pairing_secret. ``remembered`` is
    called with what is known before each session, and the day.
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
        meters: Iterable[Meter] = (),
        presses: TakePress = lambda _now: None,
        wait: Callable[[float], None] = time.sleep,
        greets: bool = True,
        screens: bool = True,
        delivery: Callable[[], Delivery] = Delivery,
        secret: Callable[[], str] = lambda: "",
        remembered: Callable[[History, Day], None] = lambda _history, _today: None,
    ) -> None:
        self._coach = coach
        self._duplexes = duplexes
        self._calendar = calendar
        self._memory = memory
        self._notifier = notifier
        self._warn = warn
        self._outputs = outputs or Outputs()
        self._observers = tuple(observers)
        self._meters = tuple(meters)
        self._presses = presses
        self._wait = wait
        self._greets = greets
        self._screens = screens
        self._delivery = delivery
        self._secret = secret
        self._remembered = remembered
        self._damage_reported = False
        self._problem = ""

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Hold sessions until ``until``, which is asked before each, is true."""
        try:
            while not until():
                self._hold_session()
        finally:
            _logger.info("the service ends")
            self._notifier.stopping()

    def _hold_session(self) -> None:
        supervision = Supervision(self._plan(), self._calendar, self._notifier)
        observers: tuple[Observer, ...] = (*self._observers, supervision, EventLog())
        memory = DeferredMemory(self._memory)
        try:
            duplex = SupervisedDuplex(self._duplexes(), supervision)
            plan, outputs, warn = supervision.plan, self._outputs, self._warn
            coach = self._coach.speaking(self._delivery())
            run_session(
                *(coach, plan, duplex, observers, outputs, warn),
                memory=memory,
                meters=self._meters,
                presses=self._presses,
            )
        except DeviceError as error:
            self._look_again(str(error))
        finally:
            if supervision.listened:
                self._greets, self._problem = False, ""
            self._damage_reported |= supervision.called

    def _plan(self) -> Plan:
        now = self._calendar.now()
        history = self._memory.recall()
        self._remembered(history, now.day)
        plan = self._coach.plan(history, now.day)
        damaged = plan.memory_was_damaged and not self._damage_reported
        opening: Opening = "greeting" if self._greets else "silent"
        screens = plan.screens and self._screens
        return replace(
            plan,
            minute=now.minute,
            opening=opening,
            memory_was_damaged=damaged,
            screens=screens,
            pairing_secret=self._secret(),
        )

    def _look_again(self, problem: str) -> None:
        if problem != self._problem:
            _logger.warning("%s; trying again", problem)
            self._problem = problem
        self._notifier.status(LOOKING)
        self._notifier.ready()
        self._notifier.beat()
        self._wait(_LOOK_AGAIN_SECONDS)


class DeferredMemory:
    """A Memory that is given the facts of a session only when somebody takes part in it.

    Somebody does when an intent is accepted after the "ready" that began the session, when a set
    begins or a hold ends, or when the session ends in pain. The facts that were held back follow
    then. Their times count from the "ready": the session may have waited for days before it.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held: list[Fact] | None = []
        self._state = WAITING
        self._began: Samples = 0

    @property
    def failed(self) -> bool:
        """Whether the memory failed; a failure before it was given anything does not count."""
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
                self._pass_on(event)
            else:
                self._held.append(event)
        if self._held is not None and self._shows_somebody(event):
            held, self._held = self._held, None
            for fact in held:
                self._pass_on(fact)

    def _shows_somebody(self, event: Event) -> bool:
        match event:
            case Heard():
                return event.accepted and self._state != WAITING
            case SessionEnded():
                return event.outcome == "pain"
            case _:
                return isinstance(event, SetBegan | HoldEnded)

    def _pass_on(self, fact: Fact) -> None:
        self._memory(replace(fact, at=max(0, fact.at - self._began)))
