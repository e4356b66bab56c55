"""Wall clock: the date and time by the computer's clock and time zone.

Days are counted in the proleptic Gregorian calendar, in which day 1 is 1 January of year 1.
"""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Protocol

from coach.training.history import Calendar, Day, Moment

_HAS_BOOTTIME = hasattr(time, "CLOCK_BOOTTIME")
"""Only Linux has it."""


class WallClock(Calendar, Protocol):
    """A Calendar that also has a time that no time zone changes."""

    def utc_seconds(self) -> float:
        """Seconds since 1970 UTC, which include suspended time and jump when the clock is set."""
        ...


class SystemCalendar:
    """The WallClock of this computer."""

    def now(self) -> Moment:
        """Local time. When clocks are put back, the same minutes come twice."""
        local = datetime.now().astimezone()
        return Moment(local.toordinal(), 60.0 * local.hour + local.minute + local.second / 60.0)

    def steady_seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME) if _HAS_BOOTTIME else time.monotonic()

    def utc_seconds(self) -> float:
        return time.time()


def iso_date(day: Day) -> str:
    """The day in the form ``2026-05-31``, or ``no date`` for what is not within the calendar."""
    try:
        return date.fromordinal(day).isoformat()
    except (ValueError, OverflowError, TypeError):
        return "no date"
