"""Gain mismatch: a microphone whose gain wanders makes no person of the coach, and hides none."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.levels import LevelMeter
from coach.echo.gain_mismatch import gain_mismatch, noise_before
from coach.echo.residual_echo import ResidualEcho
from coach.units import RATE_HZ, Samples, gain, samples
from tests.echo.test_canceller import frames
from tests.echo.test_residual_echo import QUIET, SPEAKS, hiss

LATEST: Samples = RATE_HZ // 2


def excess_db(risen_db: float, person_db: float, gain_at_first_db: float | None = None) -> float:
    """Of the last half second, from which on the microphone's gain is another.

    The filter takes out all of the echo but a part 20 dB softer, as loud as was learnt. A person
    speaks so loud against that part. ``gain_at_first_db`` is the gain in its first tenth.
    """
    length = QUIET + SPEAKS
    far_end = hiss(1, length, 3000.0)
    far_end[:QUIET] = 0
    person = np.zeros(length)
    person[-LATEST:] = hiss(4, LATEST, 100.0 * gain(person_db))
    factor = np.ones(length)
    factor[-LATEST:] = gain(risen_db)
    if gain_at_first_db is not None:
        factor[-LATEST : samples(0.1) - LATEST] = gain(gain_at_first_db)
    removed = far_end / 3.0
    left = hiss(2, length, 20.0) + np.where(far_end, hiss(3, length, 100.0), 0.0)
    microphone = np.asarray(factor * (removed + left + person), np.int16)
    residual = ResidualEcho()
    meters = [LevelMeter() for _ in range(3)]
    for sounds in frames(far_end, microphone, np.asarray(microphone - removed, np.int16)):
        residual.measure(*(m.measure(s) for m, s in zip(meters, sounds, strict=True)))
    return float(10.0 * np.log10(max(1e-3, residual.excess(length - LATEST, length))))


@pytest.mark.parametrize("risen_db", [-5.0, -3.0, 0.0, 3.0, 6.0, 10.0])
def test_the_coach_is_no_person_however_the_gain_has_changed(risen_db: float) -> None:
    assert excess_db(risen_db, person_db=-60.0) < 3.0


@pytest.mark.parametrize("risen_db", [-3.0, 0.0, 3.0, 6.0])
def test_a_person_over_the_coach_is_one_however_the_gain_has_changed(risen_db: float) -> None:
    assert excess_db(risen_db, person_db=14.0) == pytest.approx(14.0, abs=3.5)


def test_a_gain_that_falls_within_a_word_leaves_no_person_behind() -> None:
    """A filter that follows it has learnt the wrong room meanwhile."""
    assert excess_db(3.0, -60.0, gain_at_first_db=12.0) < 0.0


def test_what_the_filter_made_louder_is_no_copy_of_what_it_subtracted() -> None:
    """It subtracted what was not there, so that the microphone was kept as it was."""
    heard, taken, none = np.full(50, 100.0), np.full(50, 400.0), np.zeros(50)
    assert gain_mismatch(heard, heard, taken, none, 0).copied == 0.0


def test_where_hardly_anything_was_removed_it_tells_nothing_of_the_gain() -> None:
    heard, taken = np.full(50, 1e6), np.full(50, 1e3)
    found = gain_mismatch(heard, heard, taken, 3.0 * taken, 0)
    assert (found.copied, found.risen, found.unsettled) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("left", "quiet_hops", "noise"),
    [
        pytest.param([90.0] * 50, 50, 90.0, id="it has risen with the gain"),
        pytest.param([900.0] * 45 + [90.0] * 5, 50, 90.0, id="somebody has spoken there, too"),
        pytest.param([900.0] * 50, 50, 300.0, id="nobody's gain rises by more than 10 dB"),
        pytest.param([10.0] * 50, 50, 30.0, id="it is as ever"),
        pytest.param([90.0] * 50, 9, 30.0, id="the coach spoke until shortly before"),
    ],
)
def test_the_noise_is_what_it_was_just_before(
    left: list[float], quiet_hops: int, noise: float
) -> None:
    quiet = np.arange(50) < quiet_hops
    assert noise_before(np.array(left), quiet, 30.0) == pytest.approx(noise)
