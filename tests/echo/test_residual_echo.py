"""Residual echo: how far a person's voice is above it, in rooms of any noise."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.levels import LevelMeter
from coach.echo.residual_echo import ResidualEcho
from coach.units import RATE_HZ, Block, Samples, gain, samples

FRAME: Samples = samples(0.03)
QUIET, SPEAKS = samples(3.0), samples(6.0)
ECHO_RMS = 100.0


def hiss(seed: int, length: Samples, rms: float) -> Block:
    return np.asarray(np.random.default_rng(seed).normal(0.0, rms, length), dtype=np.int16)


def excess_db(noise_db: float, person_db: float, din_seconds: float = 0.0) -> float:
    """Of the last half second, in which somebody speaks, so loud against the residual echo.

    A din makes the microphone clip while the coach begins to speak.
    """
    length = QUIET + SPEAKS
    far_end = hiss(1, length, 3000.0)
    far_end[:QUIET] = 0
    microphone = hiss(2, length, ECHO_RMS * gain(noise_db))
    microphone[QUIET:] += hiss(3, SPEAKS, ECHO_RMS)
    microphone[-RATE_HZ // 2 :] += hiss(4, RATE_HZ // 2, ECHO_RMS * gain(person_db))
    din = microphone[QUIET : QUIET + samples(din_seconds)]
    din[:] = np.where(np.arange(len(din)) % 2, 32_767, -32_767)
    residual = ResidualEcho()
    far_end_meter, meter = LevelMeter(), LevelMeter()
    for start in range(0, length, FRAME):
        frame = slice(start, start + FRAME)
        heard = meter.measure(microphone[frame])
        residual.measure(far_end_meter.measure(far_end[frame]), heard, heard)
    return float(10.0 * np.log10(max(1e-3, residual.excess(length - RATE_HZ // 2, length))))


@pytest.mark.parametrize("noise_db", [-40.0, -10.0, 0.0, 6.0])
def test_the_noise_of_a_room_does_not_make_a_person_the_coach(noise_db: float) -> None:
    assert excess_db(noise_db, person_db=12.0) == pytest.approx(12.0, abs=2.5)


@pytest.mark.parametrize("noise_db", [-40.0, -10.0, 0.0, 6.0, 20.0])
def test_the_noise_of_a_room_makes_nobody_a_person(noise_db: float) -> None:
    assert excess_db(noise_db, person_db=-60.0) < 5.0


@pytest.mark.parametrize("din_seconds", [0.1, 2.0, 4.5])
def test_a_din_over_the_coach_does_not_make_a_person_the_coach(din_seconds: float) -> None:
    """What is learnt of it would drown "stop" for as long as it lasted, and longer."""
    assert excess_db(-20.0, 12.0, din_seconds) == pytest.approx(12.0, abs=2.5)
    assert excess_db(-20.0, -60.0, din_seconds) < 5.0


@pytest.mark.parametrize(
    ("peak", "left", "clipped"),
    [
        pytest.param(32_767, 0.1, True, id="the coach is too loud for the microphone"),
        pytest.param(20_000, 0.1, False, id="the microphone has room left"),
        pytest.param(32_767, 1.0, False, id="somebody else shouts into it"),
    ],
)
def test_where_the_coach_makes_the_microphone_clip_no_level_tells_anything(
    peak: int, left: float, clipped: bool
) -> None:
    far_end, heard = hiss(1, FRAME, 3000.0), hiss(2, FRAME, 8000.0)
    heard[7] = peak
    residual = ResidualEcho()
    meters = LevelMeter(), LevelMeter(), LevelMeter()
    remaining = np.asarray(heard * left, dtype=np.int16)
    measured = (
        meter.measure(sound)
        for meter, sound in zip(meters, (far_end, heard, remaining), strict=True)
    )
    residual.measure(*measured)
    assert residual.clipped_until == (FRAME if clipped else 0)


@pytest.mark.parametrize(("rt60_seconds", "person_db"), [(0.3, 20.0), (0.9, 20.0), (0.9, -60.0)])
def test_what_rings_after_the_coach_is_nobody(rt60_seconds: float, person_db: float) -> None:
    """The filter knows the beginning of a room's response well, and its end hardly at all."""
    length, over = QUIET + SPEAKS, samples(0.4)
    far_end = hiss(1, length, 3000.0)
    far_end[:QUIET], far_end[-over:] = 0, 0
    decay = 10.0 ** (-3.0 * np.arange(over) / RATE_HZ / rt60_seconds)
    echo, left = hiss(2, length, 1000.0), hiss(3, length, ECHO_RMS)
    echo[:QUIET], left[:QUIET] = 0, 0
    echo[-over:] = echo[-over:] * decay
    left[-over:] = np.minimum(1.0, 10.0 * decay) * left[-over:]
    left[-over:] += hiss(4, over, ECHO_RMS * gain(person_db))
    residual, meters = ResidualEcho(), [LevelMeter() for _ in range(3)]
    for start in range(0, length, FRAME):
        sounds = (each[start : start + FRAME] for each in (far_end, echo + left, left))
        residual.measure(*(m.measure(sound) for m, sound in zip(meters, sounds, strict=True)))
    word = length - samples(0.35), length
    excess = residual.excess(*word)
    assert (excess > gain(7.5) ** 2) is (person_db > 0.0)
    # No word is suppressed for what rings beside it.
    assert residual.latest_excess(word[1] - word[0]) > excess
