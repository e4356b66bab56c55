"""Clock: time as a number of samples, and the timers that fire at exactly their sample."""

from __future__ import annotations

from coach.messages.actions import ArmTimer
from coach.messages.events import TimerDue
from coach.units import Samples


class Clock:
    """Counts samples. Nothing else in the core knows the time."""

    def __init__(self) -> None:
        self.now: Samples = 0
        """Samples of the microphone since the session opened."""
        self._timers: dict[str, ArmTimer] = {}

    def advance(self, count: Samples) -> None:
        """Let ``count`` samples go by."""
        self.now += count

    def arm(self, timer: ArmTimer) -> None:
        """Start a timer; one of the same name is replaced."""
        self._timers[timer.name] = timer

    def disarm(self) -> None:
        """Stop all timers."""
        self._timers.clear()

    def until_next(self) -> Samples | None:
        """Samples until the next moment at which a timer can come due; None without timers.

        A timer that an utterance holds back is checked again after every frame that was listened
        to. It comes due at the latest when its settle time is over.
        """
        moments = [
            at - self.now
            for timer in self._timers.values()
            for at in (timer.at, timer.at + timer.settle)
            if at > self.now
        ]
        return min(moments, default=None)

    def pop_due(self, utterance_start: Samples | None) -> TimerDue | None:
        """Remove and return the earliest timer that is due now, or None.

        ``utterance_start`` is when somebody began to speak; see ArmTimer.
        """
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
