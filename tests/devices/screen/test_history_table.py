"""History table: a bar for every figure, as high as it is."""

from __future__ import annotations

import pytest

from coach.devices.screen.history_table import sparkline


@pytest.mark.parametrize(
    ("values", "highest", "bars"),
    [
        ([], 5, ""),
        ([0, 1, 2, 3, 4, 5, 6, 7], 7, "▁▂▃▄▅▆▇█"),
        ([2.5, None, 3], 3, "▇ █"),
        ([9, -9], 3, "█▁"),
        ([0, 0], 0, "▁▁"),
    ],
)
def test_figures_are_bars(values: list[float | None], highest: float, bars: str) -> None:
    assert sparkline(values, highest) == bars
