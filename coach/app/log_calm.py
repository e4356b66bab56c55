"""Log calm: keeps what comes and goes, such as a sound server or a broker, from filling the log.

It is a token bucket: the first forty lines about it are all logged, and from then on one a
minute. After a minute in which there was none to log, the next forty are logged again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

_LINES = 40
"""About as many as two losses and returns, each with the list of a dozen devices."""

_MINUTE_SECONDS = 60.0

_ABOUT_SOUND = ("coach.devices", "coach.service")
"""Loggers whose lines are all about sound that comes or goes."""

_TOPICS = ("lost", "found")
"""The events of a session that are about sound, too; their records carry a ``topic``."""


class LogCalm(logging.Filter):
    """A Filter of a handler. ``seconds_now`` is a monotonic clock. ``about`` are the loggers of
    what comes and goes, and ``what`` it is."""

    def __init__(
        self,
        seconds_now: Callable[[], float] = time.monotonic,
        about: Collection[str] = _ABOUT_SOUND,
        what: str = "sound",
    ) -> None:
        super().__init__()
        self._about = about
        self._what = what
        self._seconds_now = seconds_now
        self._left = _LINES
        self._seen_at = self._logged_at = -_MINUTE_SECONDS
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record, to which the number of those left out before it is added."""
        calmed = record.name in self._about or getattr(record, "topic", "") in _TOPICS
        if not calmed or record.levelno < logging.INFO or record.levelno > logging.WARNING:
            return True
        now = self._seconds_now()
        if now - self._seen_at >= _MINUTE_SECONDS:
            self._left = _LINES
        self._seen_at = now
        if self._left > 0:
            self._left -= 1
        elif now - self._logged_at < _MINUTE_SECONDS:
            self._left_out += 1
            return False
        self._logged_at = now
        if self._left_out:
            others = f"{self._left_out} lines about {self._what} were left out"
            record.msg = f"{record.getMessage()}; {others}"
            record.args = ()
            self._left_out = 0
        return True
