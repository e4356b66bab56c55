"""Interruption: Ctrl-C at a moment that suits, so that nothing is left half done; and no hangup."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def held_back() -> Iterator[None]:
    """What is in here is done whole; a Ctrl-C meanwhile takes effect at its end.

    Interruptions reach the main thread alone: in another one nothing is to be held back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: held.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held and callable(before):
        before(*held[0])


@contextmanager
def deaf_to_hangup() -> Iterator[None]:
    """The terminal may be closed meanwhile: what is in here goes on. Main thread only."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
