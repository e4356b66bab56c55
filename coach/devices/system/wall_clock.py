"""Wall clock: what day and time it is, by the computer's clock and its time zone.

Its days are those of the proleptic Gregorian calendar: day 1 is 1 January of year 1.
"""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Protocol

from coach.training.history import Calendar, Day, Moment


class WallClock(Calendar, Protocol):
    """A calendar that can also tell how much time went by, whatever the time zone does."""

    def utc_seconds(self) -> float:
        """Seconds since 1970 UTC. They go on while the computer is suspended, and may be set."""
        ...


class SystemCalendar:
    """The WallClock of this computer."""

    def now(self) -> Moment:
        """Local time. Where clocks are put back for winter, minutes of a day come twice."""
        local = datetime.now().astimezone()
        return Moment(local.toordinal(), 60.0 * local.hour + local.minute + local.second / 60.0)

    def utc_seconds(self) -> float:
        return time.time()


def iso_date(day: Day) -> str:
    """``2026-05-31``."""
    return date.fromordinal(day).isoformat()
