"""Drift: the pace of the speaker's clock is told from a line of delays, and only from a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.echo.clock_drift import ClockDrift
from coach.units import samples

HALF_SECOND = samples(0.5)
Delays = list[tuple[int, float]]


def line(ppm: float, count: int, seed: int = 0, start_seconds: float = 1.0) -> Delays:
    """A delay every half second, found to a tenth of a sample."""
    random = np.random.default_rng(seed)
    moments = samples(start_seconds) + HALF_SECOND * np.arange(count)
    delays = 960 + ppm * 1e-6 * moments + random.normal(0.0, 0.1 if ppm else 0.02, count)
    return list(zip(moments.tolist(), delays.tolist(), strict=True))


def paces_ppm(clock_drift: ClockDrift, delays: Delays) -> list[float]:
    paces = []
    for at, delay in delays:
        clock_drift.add(at, delay)
        paces.append(clock_drift.pace * 1e6)
    return paces


def with_strays(delays: Delays) -> Delays:
    return [(at, d + (-7.0 if i % 5 == 3 else 0.0)) for i, (at, d) in enumerate(delays)]


@pytest.mark.parametrize("ppm", [-200.0, -50.0, 50.0, 100.0, 200.0])
@pytest.mark.parametrize(
    "told",
    [
        lambda ppm: line(ppm, 40),
        lambda ppm: with_strays(line(ppm, 50)),
        lambda ppm: line(ppm, 8) + line(ppm, 8, 1, 20.0) + line(ppm, 12, 2, 90.0),
    ],
    ids=["speech on end", "one in five is wrong", "long pauses"],
)
def test_the_pace_is_found(ppm: float, told: object) -> None:
    assert callable(told)
    assert paces_ppm(ClockDrift(), told(ppm))[-1] == pytest.approx(ppm, abs=25.0)


def test_a_pace_of_50_ppm_is_followed_within_five_seconds_of_speech() -> None:
    assert paces_ppm(ClockDrift(), line(50.0, 10))[-1] == pytest.approx(50.0, abs=20.0)


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(10, 60), st.sampled_from([-160, -9, 0, 9, 160]))
def test_clocks_that_agree_have_no_pace_whatever_the_delay_jumps(
    seed: int, jumps_after: int, jump: int
) -> None:
    delays = line(0.0, 60, seed)
    jumped = [(at, d + (jump if i >= jumps_after else 0)) for i, (at, d) in enumerate(delays)]
    assert set(paces_ppm(ClockDrift(), jumped)) == {0.0}


def test_a_jump_leaves_the_pace_as_it_is_and_begins_a_line() -> None:
    clock_drift = ClockDrift()
    before = paces_ppm(clock_drift, line(50.0, 30))[-1]
    later = line(80.0, 30, 1, 17.0)
    at, delay = later[0][0], later[0][1] + 4000
    assert not clock_drift.explains(at, delay)
    clock_drift.jump(at, delay)
    assert clock_drift.pace * 1e6 == before
    paces = paces_ppm(clock_drift, [(at, delay + 4000) for at, delay in later[1:]])
    assert paces[-1] == pytest.approx(80.0, abs=20.0)


def test_a_pace_that_wanders_is_followed() -> None:
    """Over and back by 100 ppm within half a minute, as a sound server does it."""
    moments = HALF_SECOND * np.arange(1, 121)
    turn = 2 * np.pi / samples(30.0)
    delays = 960 + 1e-4 / turn * np.sin(turn * moments)
    paces = paces_ppm(ClockDrift(), list(zip(moments.tolist(), delays.tolist(), strict=True)))
    assert np.abs(paces[20:] - 100 * np.cos(turn * moments[20:])).max() < 30.0


def test_forecasts_that_are_bad_steer_nothing() -> None:
    """Where two reflections pass for the direct sound by turns, there is no drift to be seen."""
    clock_drift = ClockDrift()
    paces_ppm(clock_drift, line(50.0, 30))
    hopping = [(at, delay + 5.0 * (at // HALF_SECOND % 3)) for at, delay in line(0.0, 30, 1, 17.0)]
    assert paces_ppm(clock_drift, hopping)[-10:] == [0.0] * 10


def test_clocks_that_agree_again_have_no_pace_any_longer() -> None:
    clock_drift = ClockDrift()
    paces_ppm(clock_drift, line(50.0, 30))
    clock_drift.restart()
    assert paces_ppm(clock_drift, line(0.0, 30, 1, 17.0))[-1] == pytest.approx(0.0, abs=8.0)
