"""Signals: delays or changes Ctrl-C, SIGTERM and hangups, so that nothing is left half done."""

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
    """Complete the block first; a Ctrl-C or SIGTERM that comes meanwhile takes effect at its end.

    Signals are handled in the main thread alone, so in another thread nothing changes.
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
    """End the block by SIGTERM as ``sys.exit(0)`` does, so that everything is closed.

    In another thread than the main one nothing changes.
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
    """Go on when the terminal is closed during the block. Main thread only."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
