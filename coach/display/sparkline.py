"""Sparkline: a series of numbers as a row of bars, one character each."""

from __future__ import annotations

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], highest: float) -> str:
    """A bar for each value, from 0 to ``highest``, to which larger values are clipped.

    A value near 0 has the lowest bar, None a space.
    """
    steps = len(_BARS) - 1
    return "".join(
        " " if value is None else _BARS[_step(value, highest, steps)] for value in values
    )


def _step(value: float, highest: float, steps: int) -> int:
    return 0 if highest <= 0 else round(steps * min(max(value / highest, 0.0), 1.0))
