"""Invitation: a code is drawn where a phone can read it, and leads to a page it reaches."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import segno

from coach.devices.page.invitation import as_code, in_colours, invite, qr_lines
from coach.devices.page.pairings import Pairings
from tests.pseudoterminal import terminal

HOME = "http://192.168.1.20:8750/#123456"
LINK = "http://192.168.178.20:8750/#123456"
MODULES = {" ": (0, 0), "\u2580": (1, 0), "\u2584": (0, 1), "\u2588": (1, 1)}


@pytest.mark.parametrize(
    ("link", "term", "is_drawn"),
    [
        (HOME, "xterm", True),
        ("http://coach.local:8750/#123456", "xterm", True),
        ("http://[fe80::1]:8750/#123456", "xterm", True),
        ("http://127.0.0.1:8750/#123456", "xterm", False),
        ("http://[::1]:8750/#123456", "xterm", False),
        ("http://localhost:8750/#123456", "xterm", False),
        (HOME, "dumb", False),
    ],
)
def test_it_is_drawn_where_a_phone_can_use_it(
    link: str, term: str, is_drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    with terminal() as screen:
        assert bool(as_code(link, screen.stream)) == is_drawn


def test_it_is_not_drawn_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert as_code(HOME, io.StringIO()) == ()


def test_it_is_black_on_white_on_every_terminal() -> None:
    assert in_colours(("a", "b")) == ("\x1b[30;107ma\x1b[0m", "\x1b[30;107mb\x1b[0m")


def test_the_link_has_a_code_that_counts(tmp_path: Path) -> None:
    pairings = Pairings(tmp_path / "page.json")
    place, _, code = invite("http://192.168.1.20:8750/", pairings).partition("#")
    assert place == "http://192.168.1.20:8750/"
    assert pairings.redeem(code) is not None


def test_the_half_blocks_are_the_modules_of_the_code() -> None:
    lines = qr_lines(LINK)
    upper = [[MODULES[each][0] for each in line] for line in lines]
    lower = [[MODULES[each][1] for each in line] for line in lines]
    rows = [row for pair in zip(upper, lower, strict=True) for row in pair]
    code = segno.make(LINK, error="l", micro=False, boost_error=False)
    wanted = [list(row) for row in code.matrix_iter(border=2)]
    assert rows[: len(wanted)] == wanted
    assert not any(map(any, rows[len(wanted) :]))


def test_it_leaves_room_in_a_terminal_of_80_columns() -> None:
    lines = qr_lines("http://[fe80::1234:5678:9abc:def0]:8750/#123456")
    assert (len(lines) <= 19, len(lines[0]) <= 40) == (True, True)
    assert {len(line) for line in lines} == {len(lines[0])}
