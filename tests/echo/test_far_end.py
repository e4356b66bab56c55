"""Reference: what was played, so much later; and as it sounds by another clock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.echo.far_end import LEAST_LATE, FarEnd
from coach.units import RATE_HZ, Block, rms, samples

LONGEST = samples(0.1)
HISS: Block = np.random.default_rng(1).normal(0.0, 3000.0, samples(0.5)).astype(np.int16)
FRAME = 480


def read(far_end: FarEnd, sound: Block, pace: float) -> Block:
    parts = range(0, len(sound), FRAME)
    return np.concatenate([far_end.read(sound[at : at + FRAME], pace) for at in parts])


@given(st.integers(0, LONGEST), st.lists(st.integers(0, len(HISS)), max_size=20))
def test_without_a_pace_it_is_what_was_played_sample_by_sample(late: int, cuts: list[int]) -> None:
    far_end = FarEnd(LONGEST)
    far_end.move(late)
    heard = np.concatenate([far_end.read(part, 0.0) for part in np.split(HISS, sorted(cuts))])
    assert np.array_equal(heard, np.concatenate([np.zeros(late, np.int16), HISS])[: len(HISS)])


@pytest.mark.parametrize("ppm", [-200.0, -50.0, 50.0, 200.0])
@pytest.mark.parametrize(("hz", "error"), [(300.0, 0.001), (4000.0, 0.002), (6000.0, 0.01)])
def test_it_lags_more_and_more_without_a_step(ppm: float, hz: float, error: float) -> None:
    moments = np.arange(samples(5))
    tone = np.round(10_000 * np.sin(2 * np.pi * hz / RATE_HZ * moments)).astype(np.int16)
    far_end = FarEnd(LONGEST)
    far_end.move(400)
    heard = read(far_end, tone, ppm * 1e-6)
    lagging = moments - 400 - ppm * 1e-6 * moments
    expected = 10_000 * np.sin(2 * np.pi * hz / RATE_HZ * lagging)
    settled = slice(1000, None)
    assert rms(heard[settled] - expected[settled]) < error * rms(expected)
    assert far_end.late == pytest.approx(400 + ppm * 1e-6 * len(tone))


@pytest.mark.parametrize(("late", "pace"), [(0, 1e-3), (LEAST_LATE - 1, 1e-3)])
def test_what_is_not_known_yet_is_not_interpolated(late: int, pace: float) -> None:
    far_end = FarEnd(LONGEST)
    far_end.move(late)
    assert np.array_equal(read(far_end, HISS, pace)[late:], HISS[: len(HISS) - late])


@pytest.mark.parametrize(("pace", "end"), [(-1e-3, LEAST_LATE), (1e-3, LONGEST)])
def test_it_drifts_as_far_as_what_is_known(pace: float, end: int) -> None:
    far_end = FarEnd(LONGEST)
    far_end.move(end + (2 if pace < 0 else -2))
    heard = read(far_end, HISS, pace)
    assert far_end.late == end
    assert np.array_equal(heard[-1000:], HISS[-1000 - end : len(HISS) - end])
