"""Time limit: a call into a library that may never return, waited for within reason."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def within(limit_seconds: float, call: Callable[[], Result]) -> Result:
    """What ``call`` returns or raises, done in a thread of its own, which Ctrl-C does not wait for.

    Raises TimeoutError when it takes longer; it is then left to itself.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as failure:  # raised again where it is waited for
            failures.append(failure)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(limit_seconds)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError(f"no answer for {limit_seconds:g} seconds")
    return results[0]
