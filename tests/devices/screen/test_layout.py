"""Rich face: what is seen, as lines for terminals of any size; and the large letters in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from coach.app.language_files import load_language
from coach.devices.screen.large_letters import large
from coach.devices.screen.layout import face
from coach.display.seen import Notice, Seen
from coach.messages.states import State
from coach.units import samples

SEEN = Seen(
    at=samples(761.4),
    state="working",
    exercise="straight leg lift",
    sign="Lower",
    number=2,
    set=2,
    sets=3,
    reps=10,
    marks=(True, False, True),
    perfect=11,
    floor=2.5,
    said="Two-one-thousand.",
    heard="how many",
    offers=("arched", "it hurts", "skip", "pause", "stop"),
    level_dbfs=-31.0,
)
SIGNS = load_language().signs
EVERY_SIGN = sorted(
    {
        *SIGNS.states.values(),
        *SIGNS.prompts.values(),
        *(sign for tones in SIGNS.tones.values() for sign in tones.values()),
    }
)

AT_80_BY_24 = """\
working, straight leg lift                                                 12:41
                                     LOWER

                                  ████████████
                                  ████████████
                              ████            ████
                              ████            ████
                                              ████
                                              ████
                                          ████
                                          ████
                                      ████
                                      ████
                                  ████
                                  ████
                              ████████████████████
                              ████████████████████

set 2 of 3   rep 4 of 10   perfect 11   turning point 2.5
reps   ● × ●
coach  Two-one-thousand.
heard  "how many"
say    arched   it hurts   skip   pause   stop
mic    ███████████████████░░░░░░░░░░░░░░░░░░░░░ -31 dBFS
"""  # noqa: RUF001 - the mark of a lost rep

AT_40_BY_15 = """\
working, straight leg lift         12:41
                 ██████
               ██      ██
                       ██
                     ██
                   ██
                 ██
               ██████████

set 2/3  rep 4/10  perfect 11  turn 2.5
coach  Two-one-thousand.
heard  "how many"
say    arched   it hurts   skip   pause
       stop
mic    ██████████░░░░░░░░░░░ -31 dBFS
"""

AT_40_BY_12 = """\
working, straight leg lift         12:41
                 ██████
               ██      ██
                       ██
                     ██
                   ██
                 ██
               ██████████

set 2/3  rep 4/10  perfect 11  turn 2.5
say    arched   it hurts   skip   pause
       stop
"""


def drawn(seen: Seen, width: int, height: int, *, ascii_only: bool = False) -> str:
    lines = face(seen, width, height, ascii_only=ascii_only).plain.split("\n")
    return "".join(f"{line.rstrip()}\n" for line in lines)


@pytest.mark.parametrize(
    ("width", "height", "picture"),
    [(80, 24, AT_80_BY_24), (40, 15, AT_40_BY_15), (40, 12, AT_40_BY_12)],
)
def test_it_looks_like_this(width: int, height: int, picture: str) -> None:
    assert drawn(SEEN, width, height) == picture


def test_a_large_terminal_has_larger_letters() -> None:
    def blocks(width: int, height: int) -> int:
        return sum(mark in "▀▄█" for mark in drawn(replace(SEEN, level_dbfs=-99.0), width, height))

    assert blocks(200, 60) > 4 * blocks(80, 24) > 8 * blocks(40, 15)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("working", "working, straight leg lift"),
        ("first_rep", "first rep, straight leg lift"),
        ("slow_descent", "slow descent, straight leg lift"),
        ("cat_cow", "cat cow"),
        ("plank", "plank"),
    ],
)
def test_the_exercise_is_named_where_it_is_trained(state: State, title: str) -> None:
    top = drawn(replace(SEEN, state=state), 80, 24).splitlines()[0]
    assert top == title.ljust(75) + "12:41"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"heard_note": " (not now)"}, 'heard  "how many" (not now)'),
        ({"heard": ""}, "heard"),
        ({"state": "plank"}, "perfect 11   turning point 2.5"),
        (
            {"state": "paused", "paused_in": "working"},
            "set 2 of 3   rep 4 of 10   perfect 11   turning point 2.5",
        ),
        ({"level_dbfs": -96.0}, f"mic    {'░' * 40} silent"),
        ({"level_dbfs": 0.0}, f"mic    {'█' * 40} 0 dBFS"),
        ({"notices": (Notice("level", "Too loud."),)}, "! Too loud."),
        ({"marks": (True,) * 10}, f"reps   {' '.join('●' * 10)}"),
    ],
)
def test_every_thing_has_its_words(change: dict[str, object], line: str) -> None:
    assert line in drawn(replace(SEEN, **change), 80, 24).splitlines()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"set": 0},
        {"state": "plank"},
        {"state": "cat_cow"},
        {"state": "paused", "paused_in": "plank"},
    ],
)
def test_where_there_is_no_set_there_are_no_reps(change: dict[str, object]) -> None:
    picture = drawn(replace(SEEN, **change), 80, 24)  # type: ignore[arg-type]
    assert "set" not in picture
    assert "rep" not in picture


@pytest.mark.parametrize(
    ("height", "labels"),
    [
        (7, []),
        (8, ["say"]),
        (9, ["set", "say"]),
        (10, ["set", "coach", "say"]),
        (11, ["set", "coach", "heard", "say"]),
        (12, ["set", "coach", "heard", "say", "mic"]),
        (13, ["set", "reps", "coach", "heard", "say", "mic"]),
    ],
)
def test_lines_give_way_one_by_one_and_only_for_want_of_room(
    height: int, labels: list[str]
) -> None:
    seen = replace(SEEN, sign="Cat cow", number=None, offers=("stop",))
    lines = drawn(seen, 40, height).splitlines()
    assert [line.split()[0] for line in lines if line[:1].islower()][1:] == labels
    assert sum(any(mark in line for mark in "▀▄█") for line in lines if line[:1] == " ") == 5


def test_the_sentence_is_whole_on_a_small_terminal() -> None:
    said = "Slide one hand under your lower back and keep it there."
    seen = replace(SEEN, sign="Rest", number=None, said=said)
    shown = " ".join(drawn(seen, 40, 12).removeprefix("coach").split())
    assert f"coach {said}" in shown


def test_a_notice_never_gives_way() -> None:
    seen = replace(SEEN, notices=(Notice("level", "Too loud."),))
    assert "! Too loud." in drawn(seen, 40, 3)


CODE = ("x" * 33,) * 17
"""In place of a QR code."""


@settings(deadline=None, max_examples=60)
@given(
    *(st.integers(1, 250), st.integers(1, 80)),
    *(st.sampled_from(EVERY_SIGN), st.booleans(), st.sampled_from([(), CODE])),
)
def test_it_fills_every_terminal_and_never_more(
    width: int, height: int, sign: str, ascii_only: bool, code: tuple[str, ...]
) -> None:
    seen = replace(SEEN, sign=sign, number=None)
    lines = face(seen, width, height, code, ascii_only=ascii_only).plain.split("\n")
    assert len(lines) == height
    assert max(map(cell_len, lines)) <= width
    assert not ascii_only or "".join(lines).isascii()


@pytest.mark.parametrize(
    ("width", "height", "rows"), [(80, 24, 17), (120, 40, 17), (68, 24, 0), (80, 21, 0)]
)
def test_a_qr_code_is_whole_or_not_there(width: int, height: int, rows: int) -> None:
    """It stands on the right, black on white, and what can be said stays."""
    seen = replace(SEEN, sign="Lie down", number=None, notices=(Notice("page", "The page."),))
    lines = face(seen, width, height, CODE).split("\n")
    coded = [line for line in lines if "x" * 33 in line.plain]
    assert len(coded) == rows
    assert all(line.plain.endswith("x" * 33) for line in coded)
    assert all(line.spans[-1].style == "black on bright_white" for line in coded)
    assert any(line.plain.startswith("say") for line in lines)


@pytest.mark.parametrize(("width", "height", "rows"), [(40, 15, 3), (80, 24, 7)])
def test_every_sign_is_large_on_every_usual_terminal(width: int, height: int, rows: int) -> None:
    def rows_of(sign: str) -> int:
        shown = drawn(replace(SEEN, sign=sign, number=None), width, height).splitlines()
        return sum(line[:1] == " " and any(mark in line for mark in "▀▄█") for line in shown)

    assert [sign for sign in EVERY_SIGN if rows_of(sign) < rows] == []


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    st.from_regex(r"[A-Za-z0-9?.]{1,9}( [A-Za-z]{1,9}){0,2}", fullmatch=True),
    st.integers(1, 200),
    st.integers(1, 60),
    st.booleans(),
)
def test_large_letters_fit_into_their_room(
    text: str, width: int, height: int, ascii_only: bool
) -> None:
    lines = large(text, width, height, ascii_only=ascii_only)
    assert 1 <= len(lines) <= height
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("width", "height", "lines"),
    [
        (20, 1, ("HI",)),
        (7, 3, ("█ █ ▀█▀", "█▀█  █", "▀ ▀ ▀▀▀")),
        (12, 4, ("█   █  ▀▀█▀▀", "█▄▄▄█    █", "█   █    █", "▀   ▀  ▀▀▀▀▀")),
    ],
)
def test_letters_are_as_large_as_they_fit(width: int, height: int, lines: tuple[str, ...]) -> None:
    assert large("hi", width, height, ascii_only=False) == lines


def test_without_block_characters_they_are_made_of_number_signs() -> None:
    seen = replace(SEEN, sign="Held", number=None)
    assert large("hi", 7, 5, ascii_only=True) == (
        "# # ###",
        "# #  #",
        "###  #",
        "# #  #",
        "# # ###",
    )
    assert drawn(seen, 40, 15, ascii_only=True).isascii()
