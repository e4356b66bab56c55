"""History plot: what is drawn of past training, and what no line joins."""

from __future__ import annotations

from typing import Any

import pytest

from coach.devices.memory.log import Entry
from coach.devices.screen.history_plot import plotted

DAY = 739_000


def entry(nth: int, exercise: str | None, **fields: Any) -> Entry:
    known: dict[str, Any] = {
        **{"perfect": 0, "reps": 0, "floor": None, "angle_degrees": None, "hold_seconds": None},
        **{"pain_level": None, "effort": None, "outcome": "finished"},
    }
    return Entry(str(nth), DAY + nth, 600.0, exercise, **{**known, **fields})


ENTRIES = (
    entry(0, "lift", perfect=5, reps=10, angle_degrees=45.0, effort=5),
    entry(1, "lift", perfect=9, reps=10, angle_degrees=30.0, hold_seconds=20.0),
    entry(2, "bug", perfect=1, reps=4, pain_level=3, effort=8),
    entry(3, None, hold_seconds=25.0),
    entry(4, "lift", perfect=3, reps=3, angle_degrees=15.0),
)


def drawn(axes: Any) -> list[list[float]]:
    return [list(line.get_ydata()) for line in axes.get_lines()]


def test_a_line_joins_what_followed_each_other_in_one_exercise() -> None:
    pytest.importorskip("matplotlib")
    share, angle, rated, held = plotted(ENTRIES, "Training of $Anna$").get_axes()
    assert drawn(share) == [[50.0, 90.0], [25.0], [100.0]]
    assert [line.get_color() for line in share.get_lines()] == ["C0", "C1", "C0"]
    assert [text.get_text() for text in share.get_legend().get_texts()] == ["lift", "bug"]
    assert drawn(angle) == [[45.0, 30.0], [15.0]]
    assert drawn(rated) == [[5, 8], [3]]
    assert drawn(held) == [[20.0, 25.0]]


def test_it_says_whose_training_it_is() -> None:
    pytest.importorskip("matplotlib")
    assert plotted(ENTRIES, "Training of $Anna$").get_suptitle() == "Training of $Anna$"
