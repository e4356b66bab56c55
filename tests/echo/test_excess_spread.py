"""Excess spread: what few windows of the coach's own voice exceed is the measure of a person's."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.levels import LevelMeter
from coach.echo.excess_spread import LENGTH, ExcessSpread
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.messages.events import SpeechBegan
from coach.units import Samples, samples

STEP: Samples = samples(0.1)
WORD: Samples = samples(0.4)


def spread_of(*excesses: float) -> ExcessSpread:
    """Windows that end after 0.1 s, 0.2 s and so on."""
    spread = ExcessSpread()
    for number, excess in enumerate(excesses, start=1):
        spread.add(number * STEP, excess)
    return spread


def test_nothing_is_known_from_less_than_twenty_windows() -> None:
    assert spread_of(*[1.0] * 19).upper(samples(60)) is None
    assert spread_of(*[1.0] * 20).upper(samples(60)) == 1.0


def test_a_tenth_of_the_latest_three_hundred_windows_is_louder() -> None:
    spread = spread_of(*[1000.0] * 300, *map(float, range(300)))
    assert spread.upper(samples(60)) == 270.0


def test_what_is_being_said_is_no_measure_of_itself() -> None:
    spread = spread_of(*[1.0] * 30, *[50.0] * 10)
    assert spread.upper(40 * STEP) == 50.0
    assert spread.upper(30 * STEP) == 1.0


def test_what_was_understood_is_left_out_with_all_windows_that_it_reaches_into() -> None:
    spread = spread_of(*[1.0] * 30, *[50.0] * 10, *[1.0] * 10)
    spread.leave_out(30 * STEP, 40 * STEP - LENGTH)
    assert spread.upper(samples(60)) == 1.0


def test_lately_is_until_a_second_and_a_half_before_the_latest_window() -> None:
    spread = spread_of(*[1.0] * 30, *[50.0] * 15)
    assert spread.lately == 1.0
    spread.add(46 * STEP, 50.0)
    assert spread.lately == 1.0
    for later in range(47, 60):
        spread.add(later * STEP, 50.0)
    assert spread.lately == 50.0


def guard_over(loud: float, user: float) -> SelfSpeechGuard:
    """A residual echo of 10, ``loud`` for half a second of every four, all RMS; then a user of
    ``user``, who speaks over it for the length of a word.
    """
    random = np.random.default_rng(0)
    residual, meters = ResidualEcho(), [LevelMeter() for _ in range(3)]
    guard = SelfSpeechGuard(residual)
    guard.observe(SpeechBegan("cue", "Inhale.", 0))
    left = [*[(samples(3.5), 10.0), (samples(0.5), loud)] * 5, (WORD, user)]
    for length, level in left:
        sounds = (random.normal(0.0, rms, length) for rms in (1000.0, 1000.0, level))
        blocks = [sound.astype(np.int16) for sound in sounds]
        residual.measure(*map(LevelMeter.measure, meters, blocks))
    return guard


@pytest.mark.parametrize(
    ("loud", "user", "urgent", "own"),
    [
        (10.0, 25.0, False, False),
        (25.0, 25.0, False, True),
        (25.0, 45.0, False, False),
        # Somebody who talked as loud as that over the coach, and was not understood, says stop.
        (45.0, 45.0, True, False),
        (45.0, 45.0, False, True),
    ],
)
def test_an_uneven_residual_echo_takes_a_louder_voice(
    loud: float, user: float, urgent: bool, own: bool
) -> None:
    start = samples(20.0)
    assert guard_over(loud, user).is_own_voice(start, start + WORD, urgent=urgent) is own


@pytest.mark.parametrize(
    ("loud", "user", "doubtful"),
    [(10.0, 10.0, False), (10.0, 15.0, True), (10.0, 25.0, False), (45.0, 22.0, True)],
)
def test_what_would_end_the_session_is_in_doubt_below_the_loudest_echo(
    loud: float, user: float, doubtful: bool
) -> None:
    start = samples(20.0)
    assert guard_over(loud, user).is_doubtful("stop", start, start + WORD) is doubtful
