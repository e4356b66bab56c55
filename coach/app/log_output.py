"""Log output: where a log goes, and how its lines look.

It goes to standard error. Under systemd a line begins with its syslog priority, and the journal
adds the time.
"""

from __future__ import annotations

import logging
import os
import sys

_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3}
"""Syslog priorities, which stand in angle brackets before a line (sd-daemon(3))."""


class _ForJournal(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"<{_PRIORITIES.get(record.levelno, 6)}>{super().format(record)}"


def log_to_stderr(level: str, calm: logging.Filter) -> logging.Logger:
    """Send the project's own log there from now on; ``calm`` thins it, except at the level DEBUG.

    Returns its logger.
    """
    logger = logging.getLogger("coach")
    logger.setLevel(level.upper())
    logger.propagate = False
    logger.handlers.clear()
    handler = logging.StreamHandler(sys.stderr)
    if "JOURNAL_STREAM" in os.environ:
        handler.setFormatter(_ForJournal("%(name)s: %(message)s"))
    else:
        form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
        handler.setFormatter(logging.Formatter(form, "%H:%M:%S"))
    if logger.level != logging.DEBUG:
        handler.addFilter(calm)
    logger.addHandler(handler)
    return logger
