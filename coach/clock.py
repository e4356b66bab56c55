"""Clock: sample time and the timers that wake the session at their very sample."""

from __future__ import annotations

from coach.messages.actions import ArmTimer
from coach.messages.events import TimerDue
from coach.units import Samples


class Clock:
    """Counts samples; nothing else in the core knows what time it is."""

    def __init__(self) -> None:
        self.now: Samples = 0
        self._timers: dict[str, ArmTimer] = {}

    def advance(self, count: Samples) -> None:
        self.now += count

    def arm(self, timer: ArmTimer) -> None:
        self._timers[timer.name] = timer

    def disarm(self) -> None:
        self._timers.clear()

    def until_next(self) -> Samples | None:
        """Samples to the next moment at which a timer can come due; None without timers.

        A timer held back by an utterance is looked at again whenever the ear reports, and comes
        due at the latest when its settle time is over.
        """
        moments = [
            at - self.now
            for timer in self._timers.values()
            for at in (timer.at, timer.at + timer.settle)
            if at > self.now
        ]
        return min(moments, default=None)

    def pop_due(self, utterance_start: Samples | None) -> TimerDue | None:
        """The earliest timer that is due now, or None. ``utterance_start``: see ArmTimer."""
        due = [timer for timer in self._timers.values() if self._is_due(timer, utterance_start)]
        if not due:
            return None
        timer = min(due, key=lambda timer: timer.at)
        del self._timers[timer.name]
        return TimerDue(timer.name, self.now)

    def _is_due(self, timer: ArmTimer, utterance_start: Samples | None) -> bool:
        if self.now < timer.at:
            return False
        held = utterance_start is not None and utterance_start < timer.at
        return not held or self.now >= timer.at + timer.settle
