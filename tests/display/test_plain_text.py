"""Plain text: whatever somebody wrote, it does nothing where it is shown."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from coach.display.plain_text import as_name, in_cell, in_json, on_screen

ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet="[]/=+-@\t\r\n\x1b\x9b\x00 bold$\\'\u202e\uff1d\ud800"),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("straight_leg_lift", "straight_leg_lift"),
        ("Jörg-Ben 2", "Jörg-Ben 2"),
        ("\x1b[2J", r"\x1b[2J"),
        ("two\nlines", r"two\nlines"),
        ("\u202efdp", r"\u202efdp"),
        ("\ud800", r"\ud800"),
    ],
)
def test_a_terminal_has_nothing_to_obey(text: str, shown: str) -> None:
    assert on_screen(text) == shown


@given(ANYTHING)
def test_a_screen_is_given_one_line_that_can_be_printed(text: str) -> None:
    assert on_screen(text).isprintable()
    on_screen(text).encode()


@given(ANYTHING)
def test_a_name_in_a_table_is_printed_as_it_is(text: str) -> None:
    console = Console(file=io.StringIO(), width=1000)
    with console.capture() as printed:
        console.print(Text(as_name(text)))
    assert printed.get() == as_name(text) + "\n"
    assert len(as_name(text)) <= 80


@given(ANYTHING)
def test_no_cell_is_a_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([in_cell(text), 1])
    ((cell, one),) = csv.reader(io.StringIO(out.getvalue()))
    assert unicodedata.normalize("NFKC", cell).lstrip()[:1] not in tuple("=+-@")
    assert cell.isprintable()
    assert one == "1"


@pytest.mark.parametrize("value", ["dead_bug", "2024-04-25", "", None, -3.5, 7])
def test_a_plain_cell_is_left_as_it_is(value: object) -> None:
    assert in_cell(value) == value


@given(ANYTHING)
def test_a_line_of_json_means_the_same(text: str) -> None:
    line = in_json({"name": text})
    assert line.isprintable()
    assert json.loads(line) == {"name": text}
