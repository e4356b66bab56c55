"""Live view: draws the view of a session on a terminal, in a thread of its own.

The session never waits for a slow terminal, because frames are dropped. When the terminal is
closed, the drawing ends and the session goes on.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TextIO

from rich.console import Console
from rich.live import Live

from coach.devices.screen.layout import face
from coach.display.seen import Seen
from coach.units import RATE_HZ

_FRAME_SECONDS = 0.15
"""The time between two frames."""

_LAST_FRAME_SECONDS = 2.0
"""How long to wait for the terminal to show the last frame."""

_CODE_SECONDS = 300
"""How long a QR code is shown at most: as long as it counts."""

_LEVEL_STEP_DB = 3
"""A smaller change of the level is not drawn."""


@contextmanager
def shown(look: Callable[[], Seen], stream: TextIO, code: tuple[str, ...] = ()) -> Iterator[None]:
    """Show what ``look`` returns on the alternate screen of the terminal ``stream``.

    ``look`` is called in another thread. ``code`` are the lines of a QR code, which stands beside
    it until the session begins, or the code is too old.
    """
    over = threading.Event()
    thread = threading.Thread(
        target=_draw, args=(look, stream, code, over), name="view", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_LAST_FRAME_SECONDS)


def _draw(
    look: Callable[[], Seen], stream: TextIO, code: tuple[str, ...], over: threading.Event
) -> None:
    """Run the thread, with a buffer of its own, so that other output does not get stuck in it."""
    encoding = stream.encoding
    # Closing the file may fail a second time.
    with contextlib.suppress(OSError):
        own = os.dup(stream.fileno())
        with os.fdopen(own, "w", encoding=encoding, errors="replace") as terminal:
            _draw_until(over, look, code, terminal)


def _draw_until(
    over: threading.Event, look: Callable[[], Seen], code: tuple[str, ...], terminal: TextIO
) -> None:
    drawn: object = None
    console = Console(file=terminal)
    with Live(
        console=console,
        screen=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        vertical_overflow="crop",
    ) as live:
        while not over.wait(_FRAME_SECONDS):
            size = os.get_terminal_size(terminal.fileno())
            frame = (_coarse(look()), size)
            if frame == drawn:
                continue
            drawn = frame
            console.size = (size.columns, size.lines)
            ascii_only = console.options.ascii_only
            beside = code if _is_shown_beside(frame[0], console) else ()
            live.update(face(frame[0], *size, beside, ascii_only=ascii_only), refresh=True)


def _is_shown_beside(seen: Seen, console: Console) -> bool:
    """Whether a QR code can be read by a phone, and still be used."""
    coloured = console.color_system is not None and not console.no_color
    return coloured and seen.state == "waiting" and seen.at < _CODE_SECONDS * RATE_HZ


def _coarse(seen: Seen) -> Seen:
    """The view without changes too small to be drawn."""
    second = seen.at // RATE_HZ * RATE_HZ
    level = round(seen.level_dbfs / _LEVEL_STEP_DB) * float(_LEVEL_STEP_DB)
    return replace(seen, at=second, level_dbfs=level)
