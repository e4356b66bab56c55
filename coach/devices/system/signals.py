"""Signals: Ctrl-C, SIGTERM and hangups at a moment that suits: nothing is left half done."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_back() -> Iterator[None]:
    """What is in here is done whole; a Ctrl-C or SIGTERM meanwhile takes effect at its end.

    Interruptions reach the main thread alone: in another one nothing is to be held back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = [signal.signal(each, lambda number, _frame: held.append(number)) for each in _SIGNALS]
    try:
        yield
    finally:
        for each, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(each, handler)
    if held:
        signal.raise_signal(held[0])


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends what is in here as an exit with status 0 does: everything is closed.

    For the main thread; in another one nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


@contextmanager
def deaf_to_hangup() -> Iterator[None]:
    """The terminal may be closed meanwhile: what is in here goes on. Main thread only."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
