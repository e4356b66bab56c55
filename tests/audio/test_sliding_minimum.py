from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coach.audio.sliding_minimum import SlidingMinimum


@given(st.lists(st.floats(allow_nan=False), max_size=60), st.integers(1, 12))
def test_it_is_the_least_of_the_last_values(values: list[float], window: int) -> None:
    minimum = SlidingMinimum(window)
    assert minimum.least(default=7.0) == 7.0
    for count, value in enumerate(values, 1):
        minimum.push(value)
        assert minimum.least(default=7.0) == min(values[max(0, count - window) : count])
