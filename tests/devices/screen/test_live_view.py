"""Rich view: a real terminal, quick, slow, closed or resized, and what else is printed to it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.devices.screen.live_view import shown
from coach.display.seen import Seen
from tests.private_pulse import wait_until
from tests.pseudoterminal import ENTERED, LEFT, terminal

SEEN = Seen(sign="Lift", offers=("stop",))


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


def test_it_shows_what_is_seen_and_leaves_the_terminal_as_it_was() -> None:
    seen = SEEN
    with terminal() as screen:
        with shown(lambda: seen, screen.stream):
            screen.shows("waiting")
            seen = replace(SEEN, heard="ready")
            screen.shows('"ready"')
        screen.shows(LEFT)
        assert screen.text.startswith(ENTERED)
        assert screen.text.count("\x1b[?25l") == screen.text.count("\x1b[?25h") == 1
        assert not drawing()


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [({}, True), ({"at": 300 * 16000}, False), ({"state": "planning"}, False)],
)
def test_a_qr_code_is_shown_before_the_session_while_it_counts(
    change: dict[str, Any], is_shown: bool
) -> None:
    with terminal() as screen, shown(lambda: replace(SEEN, **change), screen.stream, ("#" * 9,)):
        screen.shows("mic")
        assert ("#" * 9 in screen.text) == is_shown


def test_what_has_not_changed_is_not_drawn_again() -> None:
    looked = 0

    def look() -> Seen:
        nonlocal looked
        looked += 1
        return replace(SEEN, at=looked, level_dbfs=-31.0 - looked / 100)

    with terminal() as screen, shown(look, screen.stream):
        wait_until(lambda: looked >= 4, "four frames")
        assert screen.read().count("waiting") == 1


def test_it_follows_the_size_of_the_terminal() -> None:
    with terminal(80, 24) as screen, shown(lambda: SEEN, screen.stream):
        screen.shows("0:00")
        assert f"waiting{' ' * (80 - 7 - 4)}0:00" in screen.text
        screen.resize(40, 15)
        screen.shows(f"waiting{' ' * (40 - 7 - 4)}0:00")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_colour_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    with terminal() as screen, shown(lambda: SEEN, screen.stream):
        screen.shows("waiting")
        screen.shows("stop")
        assert ("\x1b[1;36m" in screen.text) == coloured


def drawing() -> bool:
    return any(thread.name == "view" for thread in threading.enumerate())


@pytest.mark.slow
def test_a_terminal_that_takes_nothing_holds_nobody_up() -> None:
    """Nobody reads, and the first frame is more than a pseudoterminal takes at once."""
    looked = threading.Event()

    def look() -> Seen:
        looked.set()
        return SEEN

    with terminal(200, 60) as screen:
        with shown(look, screen.stream):
            assert looked.wait(60)
            begun = time.monotonic()
        assert time.monotonic() - begun < 5.0
        assert drawing()
    wait_until(lambda: not drawing(), "the thread to end")


def test_a_terminal_that_is_closed_ends_the_drawing_alone() -> None:
    with terminal() as screen, shown(lambda: SEEN, screen.stream):
        screen.shows("waiting")
        screen.close()
        wait_until(lambda: not drawing(), "the thread to end")


def test_what_is_raised_inside_comes_out() -> None:
    expected = pytest.raises(OSError, match="of the session")
    with terminal() as screen, expected, shown(lambda: SEEN, screen.stream):
        raise OSError("of the session")


KEPT = """\
import os, sys
from coach.devices.screen.stderr import kept_stderr
with kept_stderr():
    print("in Python", file=sys.stderr)
    os.write(2, b"in C\\n")
    print("shown", flush=True)
"""


@pytest.mark.parametrize("of_terminal", [True, False])
def test_what_goes_to_standard_error_waits_where_it_would_disturb(
    tmp_path: Path, of_terminal: bool
) -> None:
    with terminal() as screen, (tmp_path / "err").open("wb") as file:
        stderr = screen.stream if of_terminal else file
        command = [sys.executable, "-c", KEPT]
        subprocess.run(command, stdout=screen.stream, stderr=stderr, check=True, timeout=20)
        screen.shows("shown")
        told = "in Python\r\nin C\r\n" if of_terminal else ""
        assert screen.read() == f"shown\r\n{told}"
    assert (tmp_path / "err").read_text() == ("" if of_terminal else "in Python\nin C\n")
