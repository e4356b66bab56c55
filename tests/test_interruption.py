"""Interruption: what is held back comes at the end, once, and only where it was pressed."""

from __future__ import annotations

import signal
import threading

import pytest

from coach.devices.interruption import held_back


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_what_was_begun_is_done_whole_before_an_interruption() -> None:
    done = []

    def work() -> None:
        with held_back():
            press()
            press()
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_before_and_after_it_interrupts_at_once() -> None:
    with held_back():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_error_in_the_middle_gives_ctrl_c_back() -> None:
    with pytest.raises(ValueError, match="middle"), held_back():
        raise ValueError("middle")
    with pytest.raises(KeyboardInterrupt):
        press()


def test_who_ignores_interruptions_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back():
            press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_held_back() -> None:
    done: list[str] = []

    def work() -> None:
        with held_back():
            done.append("whole")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["whole"]
