"""Attempts: a code cannot be guessed, and nobody can use up or hold up the code of another."""

from __future__ import annotations

import pytest

from coach.devices.page.attempts import WINDOW_SECONDS, Attempts, source_of


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tried_wrong(sources: int, digits: int) -> int:
    """How many wrong codes so many sources can try within the time of one code, if each tries
    again as soon as it may."""
    watch = Watch()
    attempts, tried = Attempts(watch), 0
    while watch.now < WINDOW_SECONDS:
        for source in map(str, range(sources)):
            if attempts.wait_seconds(source, digits) == 0:
                attempts.note_wrong(source, digits)
                tried += 1
        watch.now += 3
    return tried


@pytest.mark.parametrize(
    ("sources", "digits", "most"),
    [(1, 4, 10), (1, 6, 10), (3, 4, 30), (60, 4, 100), (110, 4, 100), (60, 6, 500)],
)
def test_a_code_is_hardly_guessed(sources: int, digits: int, most: int) -> None:
    assert min(sources, most) <= tried_wrong(sources, digits) <= most
    assert most <= 10**digits / 100


def test_a_source_waits_longer_after_each_wrong_code_and_is_forgiven_in_the_end() -> None:
    watch = Watch()
    attempts, waits = Attempts(watch), []
    for _ in range(8):
        attempts.note_wrong("a", 4)
        waits.append(attempts.wait_seconds("a", 4))
        watch.now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    watch.now += WINDOW_SECONDS
    assert attempts.wait_seconds("a", 4) == 0


def test_whoever_guesses_holds_nobody_else_up() -> None:
    """One device with sixty addresses spoils nothing for the person who has the code."""
    watch = Watch()
    attempts = Attempts(watch)
    for number in range(60):
        attempts.note_wrong(f"stranger {number}", 4)
    assert attempts.wait_seconds("person", 4) == 0
    assert attempts.wait_seconds("stranger 1", 4) == WINDOW_SECONDS
    for number in range(60, 100):
        attempts.note_wrong(f"stranger {number}", 4)
    assert attempts.wait_seconds("person", 4) == WINDOW_SECONDS
    assert attempts.wait_seconds("person", 6) == 0


def test_what_is_no_code_by_its_length_is_not_kept() -> None:
    attempts = Attempts(Watch())
    for _ in range(1000):
        attempts.note_wrong("a", 5)
    assert attempts.wait_seconds("a", 4) == 0


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_device_with_many_addresses_is_one_source(host: str, source: str) -> None:
    assert source_of(host) == source
