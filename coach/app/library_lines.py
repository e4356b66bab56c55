"""Library lines: what C libraries print on standard error becomes lines of the log.

PortAudio and ALSA print several, from threads of their own, whenever a sound server goes away. In
the log they are about sound, and LogCalm thins them.
"""

from __future__ import annotations

import logging
import os
import sys
from threading import Thread

from coach.display.plain_text import on_screen

_LOGGER = logging.getLogger("coach.devices")


def log_library_lines() -> None:
    """Do so until the process ends. Call it before the logging begins, whose own way it keeps."""
    sys.stderr.flush()
    kept = os.dup(2)
    reader, writer = os.pipe()
    os.dup2(writer, 2)
    os.close(writer)
    sys.stderr = os.fdopen(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    Thread(target=_pass_on, args=(reader,), name="library lines", daemon=True).start()


def _pass_on(reader: int) -> None:
    with os.fdopen(reader, encoding="utf-8", errors="backslashreplace") as lines:
        for line in lines:
            if line.strip():
                _LOGGER.info("%s", on_screen(line.strip()))
