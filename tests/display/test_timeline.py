"""Picture: where everything stands on the drawing of a session, and the PNG itself."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from coach.app.language_files import load_language
from coach.devices.screen import session_picture
from coach.devices.screen.session_picture import PictureFile
from coach.display.session_trace import GRAIN, Envelope, SessionTrace
from coach.display.timeline import CHARACTERS, SAID_LANES, Band, Label, lay_out, row_length, spread
from coach.errors import OutputError
from coach.messages.events import Event, Heard, Spoken
from coach.messages.facts import CountBegan, RepCorrected, RepEnded, SessionEnded, StateChanged
from coach.messages.states import State
from coach.units import RATE_HZ, samples, silence


def heard(at_s: float, text: str, *, accepted: bool = True) -> Heard:
    at = samples(at_s)
    return Heard("ready", text, 1.0, at, at + 1, at + 1, at + 1, urgent=False, accepted=accepted)


def said(at_s: float, text: str, prompt: str = "lift", *, interrupted: bool = False) -> Spoken:
    return Spoken(prompt, text, samples(at_s), samples(at_s + 1), interrupted)


def entered(at_s: float, state: State) -> StateChanged:
    return StateChanged(samples(at_s), None, state, None)


def rep(at_s: float, number: int, *, perfect: bool) -> RepEnded:
    reason = None if perfect else "arched"
    return RepEnded(samples(at_s), "dead_bug", 1, number, 10, perfect, reason, 1.5)


def traced(length_s: float, *events: Event) -> SessionTrace:
    trace = SessionTrace(COLOURS)
    second = np.tile(np.array([-3000, 3000], np.int16), RATE_HZ // 2)
    for _ in range(int(length_s)):
        trace.add(second, second // 2)
    for event in events:
        trace(event)
    return trace


COLOURS = load_language().signs.colours

SESSION = (
    entered(0, "waiting"),
    said(1, "Find a firm spot on the floor."),
    heard(20, "ready"),
    entered(21, "working"),
    CountBegan(samples(30), 2, 3),
    said(30, "Two-one-thousand.", "count"),
    CountBegan(samples(31), 2.5, 3),
    said(31, "And.", "half_count", interrupted=True),
    heard(32, "arched"),
    rep(33, 1, perfect=False),
    heard(40, "done", accepted=False),
    rep(70, 2, perfect=True),
    entered(80, "finished"),
    SessionEnded(samples(80), "finished", 1, 1.5),
)


# Sound


@given(st.lists(st.integers(0, 700), max_size=12), st.integers(1, 30))
def test_an_envelope_is_the_same_however_the_sound_is_sliced(
    sizes: list[int], columns: int
) -> None:
    sound = np.random.default_rng(1).integers(-9000, 9000, GRAIN * 20).astype(np.int16)
    whole, sliced = Envelope(), Envelope()
    whole.add(sound)
    done = 0
    for size in [*sizes, len(sound)]:
        sliced.add(sound[done : done + size])
        done += size
    assert sliced.length == whole.length == len(sound)
    bounds = whole.between(0, whole.length, columns)
    assert np.array_equal(sliced.between(0, whole.length, columns), bounds)
    assert len(bounds) <= columns
    assert (bounds.min(), bounds.max()) == (sound.min(), sound.max())


def test_a_knock_stands_in_its_column() -> None:
    envelope = Envelope()
    sound = silence(GRAIN * 100)
    sound[GRAIN * 61] = -12345
    envelope.add(sound)
    bounds = envelope.between(0, len(sound), 10)
    assert bounds[:, 0].tolist() == [0, 0, 0, 0, 0, 0, -12345, 0, 0, 0]


# Rows


@pytest.mark.parametrize(
    ("length_s", "row_s", "rows"),
    [(0.5, 60, 1), (60, 60, 1), (61, 60, 2), (360, 60, 6), (361, 120, 4), (2400, 120, 20),
     (3601, 600, 7), (8 * 3600, 3600, 8)],
)  # fmt: skip
def test_long_sessions_have_longer_rows(length_s: float, row_s: float, rows: int) -> None:
    length = samples(length_s)
    assert row_length(length) == samples(row_s)
    trace = SessionTrace(COLOURS)
    trace.length = length
    assert len(lay_out(trace)) == rows


def test_a_corrected_rep_is_drawn_with_its_last_verdict_or_not_at_all() -> None:
    reps = rep(5, 1, perfect=False), rep(9, 2, perfect=True)
    corrected = (
        RepCorrected(0, "dead_bug", 1, 1, perfect=True),
        RepCorrected(0, "dead_bug", 1, 2, None),
    )
    assert [(each.rep, each.perfect) for each in traced(20, *reps, *corrected).reps] == [(1, True)]


def test_a_session_is_laid_out_in_rows() -> None:
    first, second = lay_out(traced(90, *SESSION))
    assert first.bands == (
        Band(0, samples(21), COLOURS["waiting"], "waiting"),
        Band(samples(21), samples(60), COLOURS["working"], "working"),
    )
    assert second.bands == (
        Band(samples(60), samples(80), COLOURS["working"], "working"),
        Band(samples(80), samples(90), COLOURS["finished"], "finished"),
    )
    assert [label.text for label in first.said] == [
        "Find a firm spot on the floor.",
        "2",
        "2.5",
    ]
    assert [(label.text, label.accepted) for label in first.heard] == [
        ("“ready”", True),
        ("“arched”", True),
        ("“done” (does not count)", False),
    ]
    assert [[rep.rep for rep in row.reps] for row in (first, second)] == [[1], [2]]


def test_a_band_without_room_for_its_name_has_none() -> None:
    (row,) = lay_out(
        traced(30, entered(0, "waiting"), entered(20, "plank"), entered(20.5, "paused"))
    )
    assert [band.name for band in row.bands] == ["waiting", "", "paused"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([(0, "one"), (50, "two")], [(0, "one", 0), (50, "two", 0)]),
        ([(0, "a long sentence"), (5, "two")], [(0, "a long sentence", 0), (5, "two", 1)]),
        # With both lanes taken, the older text gives way …
        (
            [(0, "a long sentence"), (5, "another sentence"), (10, "three")],
            [(0, "a long…", 0), (5, "another sentence", 1), (10, "three", 0)],
        ),
        # … but not to a stump of a word.
        (
            [(0, "longer sentence"), (1, "another sentence"), (6, "three")],
            [(0, "longer sentence", 0), (1, "another sentence", 1)],
        ),
        ([(CHARACTERS - 12, "beyond the end")], [(CHARACTERS - 12, "beyond the…", 0)]),
        ([(CHARACTERS - 11, "beyond the end")], [(CHARACTERS - 11, "beyond…", 0)]),
        ([(CHARACTERS - 2, "beyond the end")], []),
    ],
)
def test_texts_give_way_to_each_other(
    labels: Sequence[tuple[int, str]], expected: Sequence[tuple[int, str, int]]
) -> None:
    given_labels = [Label(at * 100, 0, text) for at, text in labels]
    placed = spread(given_labels, 2, 0, CHARACTERS * 100)
    assert [(label.at // 100, label.text, label.lane) for label in placed] == list(expected)


@given(st.lists(st.tuples(st.integers(0, 214), st.text("abc ", min_size=1, max_size=60))))
def test_no_two_texts_overlap(texts: list[tuple[int, str]]) -> None:
    labels = [Label(at, 0, text) for at, text in sorted(texts)]
    placed = spread(labels, SAID_LANES, 0, CHARACTERS)
    for lane in range(SAID_LANES):
        row = [label for label in placed if label.lane == lane]
        for before, after in pairwise(row):
            assert before.at + len(before.text) < after.at
        assert all(label.at + len(label.text) < CHARACTERS for label in row)


@given(st.integers(0, 214), st.lists(st.text("ab", min_size=1), min_size=1))
def test_a_text_is_cut_between_words(at: int, words: list[str]) -> None:
    for label in spread([Label(at, 0, " ".join(words))], 1, 0, CHARACTERS):
        left = label.text.removesuffix("…").split(" ")
        assert left == words[: len(left)]


def test_what_is_said_at_the_very_end_of_a_row_stands_in_the_next() -> None:
    first, second = lay_out(traced(90, said(59, "Crush that hand."), said(62, "Keep it.")))
    assert first.said == ()
    assert second.said == (
        Label(samples(60), 0, "… Crush that hand."),
        Label(samples(62), 1, "Keep it."),
    )


# The drawing


@pytest.mark.parametrize(
    ("number", "marks", "texts"),
    [
        (
            0,
            {"o": [], "X": [33.0]},
            {"waiting": 0.0, "“ready”": 20.0, "Find a firm spot on the floor.": 1.0, "2": 30.0},
        ),
        (1, {"o": [70.0], "X": []}, {"working": 60.0, "finished": 80.0}),
    ],
)
def test_marks_bands_and_texts_stand_at_their_times(
    number: int, marks: dict[str, list[float]], texts: dict[str, float]
) -> None:
    trace = traced(90, *SESSION)
    axes = Figure().subplots()
    session_picture.draw_row(axes, lay_out(trace)[number], trace, 3000.0, 1500.0)
    drawn = {line.get_marker(): np.asarray(line.get_xdata()).tolist() for line in axes.lines}
    assert drawn == marks
    written = {text.get_text().strip(): text.get_position()[0] for text in axes.texts}
    assert written.items() >= texts.items()
    assert ("rep 2" if number else "rep 1: arched at 1.5") in written


def drawn_row(trace: SessionTrace) -> Axes:
    """The first row, as large as in the file."""
    figure = Figure(figsize=(14, 2), dpi=session_picture.DPI)
    axes = figure.subplots()
    figure.subplots_adjust(0.07, 0.14, 0.965, 1)
    session_picture.draw_row(axes, lay_out(trace)[0], trace, 3000.0, 1500.0)
    return axes


@pytest.mark.parametrize("at_s", [46, 50, 52, 54, 56, 58])
@pytest.mark.parametrize("text", ["Put your feet down. " * 9, "Well noticed, now come down. " * 9])
def test_no_text_runs_into_the_margin(at_s: float, text: str) -> None:
    lost = RepEnded(samples(at_s), "dead_bug", 1, 10, 10, perfect=False, reason="arched", count=2.5)
    axes = drawn_row(traced(90, said(at_s, text), heard(at_s, text), lost))
    assert axes.texts
    for written in axes.texts:
        assert written.get_window_extent().x1 <= axes.bbox.x1, written.get_text()


@pytest.mark.parametrize("heard_at", [[32.5], [32, 32.5]])
def test_no_line_of_a_rep_goes_through_what_was_heard(heard_at: list[float]) -> None:
    words = [heard(at_s, "my back arched") for at_s in heard_at]
    axes = drawn_row(traced(60, *words, rep(33, 1, perfect=False)))
    lines = [line for line in axes.collections if isinstance(line, LineCollection)]
    highest = max(line.get_window_extent().y1 for line in lines)
    quoted = [written for written in axes.texts if written.get_text().startswith("“")]
    assert len(quoted) == len(heard_at)
    assert all(written.get_window_extent().y0 >= highest for written in quoted)


@pytest.mark.parametrize(
    ("events", "head"),
    [
        (SESSION, "Flatback, 1:30: finished, 1 perfect rep, turning point at count 1.5"),
        ([SessionEnded(0, "stopped", 0, None)], "Flatback, 1:30: stopped, 0 perfect reps"),
        ([], "Flatback, 1:30"),
    ],
)
def test_the_head_tells_how_it_ended(events: Sequence[Event], head: str) -> None:
    assert session_picture.headline(traced(90, *events)) == head


@pytest.mark.parametrize(("length_s", "rows"), [(1, 1), (90, 2)])
def test_the_png_is_as_high_as_its_rows(length_s: int, rows: int) -> None:
    image = io.BytesIO(session_picture.draw_session(traced(length_s, *SESSION)))
    assert image.read(8) == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", image.read(16)[8:])
    assert width == 14 * session_picture.DPI
    assert height == pytest.approx((0.75 + 2.0 * rows) * session_picture.DPI, abs=1)


# The file


def test_a_session_of_no_sound_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "session.png"
    path.write_text("before")
    with PictureFile(path, COLOURS):
        pass
    assert path.read_text() == "before"


def test_a_disk_that_is_full_in_the_end_leaves_what_was_there(
    tmp_path: Path, disk_of: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "session.png"
    path.write_text("before")
    with disk_of(100), PictureFile(path, COLOURS) as file:
        file.trace.add(silence(RATE_HZ), silence(RATE_HZ))
    assert isinstance(file.failure, OutputError)
    assert str(file.failure) == f"{path}: cannot be written: File too large"
    assert [each.name for each in tmp_path.iterdir()] == ["session.png"]
    assert path.read_text() == "before"
