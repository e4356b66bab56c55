"""Echo ratios: how much of the far end comes back, by its level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coach.echo.echo_ratios import EchoRatios, Energies, quantiles

QUANTILE = 0.35
SOFTEST = 900.0


def learnt(*windows: tuple[float, float]) -> EchoRatios:
    """From windows of one far-end energy and a ratio each."""
    ratios = EchoRatios(SOFTEST, 5, QUANTILE)
    far_end = np.array([energy for energy, _ in windows for _ in range(5)])
    ratios.learn(far_end, far_end * [ratio for _, ratio in windows for _ in range(5)])
    return ratios


def test_before_anything_was_learnt_every_sound_may_be_echo() -> None:
    ratios = EchoRatios(SOFTEST, 5, QUANTILE)
    assert ratios.expected(SOFTEST) == 0.0
    assert ratios.expected(SOFTEST + 1) == math.inf


@pytest.mark.parametrize(
    ("far_end", "expected"),
    [(SOFTEST, 0.0), (1e4, 1e2), (2e4, 2e2), (1e8, 1e7), (1e12, 1e11)],
    ids=["inaudible", "soft", "nearly as soft", "loud", "louder than anything before"],
)
def test_loud_sound_has_a_ratio_of_its_own(far_end: float, expected: float) -> None:
    ratios = learnt((1e4, 0.01), (1e8, 0.1))
    assert ratios.expected(far_end) == pytest.approx(expected)


def test_what_is_forgotten_is_as_at_first() -> None:
    ratios = learnt((1e4, 0.01))
    ratios.forget()
    assert ratios.expected(1e4) == math.inf


@given(
    rows=arrays(np.float64, (4, 30), elements=st.floats(0, 1e6)),
    seed=st.integers(0, 1000),
)
def test_the_quantile_of_what_is_near_is_that_of_numpy(rows: Energies, seed: int) -> None:
    """Which takes each row by itself; thirty times a second that takes too long."""
    near = np.random.default_rng(seed).random(rows.shape) < 0.5
    near[:, 0] = True
    expected = np.nanquantile(np.where(near, rows, np.nan), QUANTILE, axis=1)
    found = quantiles(np.where(near, rows, math.inf), near.sum(axis=1), QUANTILE)
    assert found == pytest.approx(expected)
