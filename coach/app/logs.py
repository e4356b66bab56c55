"""Logs: one line for each event, on standard error, without any sound."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import Enum

from coach.app.log_calm import LogCalm
from coach.app.log_output import log_to_stderr
from coach.display.description import describe
from coach.messages.events import Event, Heard
from coach.units import seconds


class Level(Enum):
    """The least severity that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def begin_logging(level: Level | None) -> None:
    """Log to standard error from now on; a second call changes the level.

    None leaves out the events of a session, for a person who follows it on the screen; warnings
    of everything else are still logged. LogCalm thins the lines, except at the level DEBUG.
    """
    logger = log_to_stderr((level or Level.WARNING).value, LogCalm())
    logging.getLogger(f"{logger.name}.session").disabled = level is None


_LEVELS: Mapping[str, int] = {
    **dict.fromkeys(("state", "you", "set", "rep", "end"), logging.INFO),
    **dict.fromkeys(("lost", "found", "loud", "memory"), logging.WARNING),
    **dict.fromkeys(("ears", "echo"), logging.DEBUG),
}
"""The topics that are logged, and their severity. What the coach says is not logged."""


class EventLog:
    """An observer that logs the events of a session; times are seconds since it opened."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("coach.session")

    def __call__(self, event: Event) -> None:
        described = describe(event)
        if described is None or described.topic not in _LEVELS:
            return
        level, text = _LEVELS[described.topic], described.text
        if isinstance(event, Heard):
            # A service hears a room all day: what means nothing is logged only at the level DEBUG.
            level = level if event.accepted or event.doubtful else logging.DEBUG
            text = f"{text}: {event.intent}, confidence {event.confidence:.2f}"
        at, topic = seconds(described.at), described.topic
        self._logger.log(level, "%.2f s: %s: %s", at, topic, text, extra={"topic": topic})
