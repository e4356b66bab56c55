"""Logs: one line a happening, on standard error; never sound, and no chatter.

The journal of systemd is told the level of a line in its own way, and keeps the time itself.
"""

from __future__ import annotations

import logging
import os
import sys
from enum import Enum

from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    EchoFound,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    RecogniserReady,
)
from coach.messages.facts import RepEnded, SessionEnded, SetBegan, StateChanged
from coach.units import seconds

_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3}
"""Of syslog, as sd-daemon(3) wants them before a line."""


class Level(Enum):
    """How much is logged: what is less than this is left out."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class _ForJournal(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"<{_PRIORITIES.get(record.levelno, 6)}>{super().format(record)}"


def begin_logging(level: Level | None) -> None:
    """Log to standard error from now on; a second call only changes the level.

    None is for who watches a screen: it tells of the session, the log of what goes wrong beside it.
    """
    logger = logging.getLogger("coach")
    logger.setLevel((level or Level.WARNING).value.upper())
    logging.getLogger(f"{logger.name}.session").disabled = level is None
    logger.propagate = False
    logger.handlers.clear()
    handler = logging.StreamHandler(sys.stderr)
    if "JOURNAL_STREAM" in os.environ:
        handler.setFormatter(_ForJournal("%(name)s: %(message)s"))
    else:
        form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
        handler.setFormatter(logging.Formatter(form, "%H:%M:%S"))
    logger.addHandler(handler)


class EventLog:
    """An observer that logs what happens in a session; times are seconds since it opened."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("coach.session")

    def __call__(self, event: Event) -> None:
        told = _line(event)
        if told is not None:
            level, at, text = told
            self._logger.log(level, "%.2f s: %s", seconds(at), text)


def _line(event: Event) -> tuple[int, int, str] | None:  # noqa: C901, PLR0911, PLR0912 - a table
    match event:
        case StateChanged():
            return logging.INFO, event.at, f"{event.dest} ({event.trigger or 'the session opens'})"
        case Heard():
            note = "" if event.accepted else ", of no use now"
            text = f"heard {event.text!r}: {event.intent}, confidence {event.confidence:.2f}{note}"
            # A box hears a room all day: what is of no use is told to who looks for it.
            level = logging.INFO if event.accepted else logging.DEBUG
            return level, event.decided, text
        case SetBegan():
            return logging.INFO, event.at, f"set {event.set} of {event.exercise}"
        case RepEnded():
            result = "perfect" if event.perfect else f"{event.reason} at count {event.count:g}"
            return logging.INFO, event.at, f"rep {event.rep} of set {event.set}: {result}"
        case SessionEnded():
            return logging.INFO, event.at, f"{event.outcome}, {event.perfect_reps} perfect reps"
        case DeviceLost():
            return logging.WARNING, event.at, f"the {event.device} is gone: {event.why}"
        case DeviceFound():
            return logging.WARNING, event.at, f"the {event.device} is back: {event.name}"
        case MicrophoneClipped():
            return logging.WARNING, event.at, "the microphone clips: it is set too loud"
        case AudioLost():
            return logging.WARNING, event.at, f"{seconds(event.samples):.2f} s of sound lost"
        case MemoryFailed():
            return logging.WARNING, event.at, "the memory cannot be written"
        case RecogniserReady():
            return logging.DEBUG, event.at, "the recogniser listens"
        case EchoFound():
            return logging.DEBUG, event.at, f"echo after {seconds(event.delay):.3f} s"
        case _:
            return None
