"""Noise: noise, hum, clipping and dead microphones, measured where they are known."""

from __future__ import annotations

import numpy as np
import pytest

from coach.doctor.noise import SILENT_DBFS, clipped_samples, is_dead, measure_quiet, speech_dbfs
from coach.units import Block, samples, silence

LENGTH = samples(2.5)
AT_SECONDS = np.arange(LENGTH) / 16_000


def block(sound: np.ndarray) -> Block:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


def noise(level: float) -> np.ndarray:
    return np.random.default_rng(2).normal(0.0, level, LENGTH)


@pytest.mark.parametrize(
    ("level", "noise_dbfs"), [(3.2768, -80.0), (32.768, -60.0), (3276.8, -20.0)]
)
@pytest.mark.parametrize("offset", [0.0, 500.0])
def test_noise_has_its_level_whatever_the_offset(
    level: float, noise_dbfs: float, offset: float
) -> None:
    quiet = measure_quiet(block(noise(level) + offset))
    assert quiet.noise_dbfs == pytest.approx(noise_dbfs, abs=0.5)
    assert quiet.noise_rms == pytest.approx(level, rel=0.06)
    assert not quiet.dead


def test_a_knock_is_not_the_noise_floor() -> None:
    sound = noise(10.0)
    sound[8000:9600] = 20_000.0
    assert measure_quiet(block(sound)).noise_dbfs == pytest.approx(-70.3, abs=1.0)


@pytest.mark.parametrize(
    ("sound", "hums"),
    [
        (noise(30.0), False),
        (noise(3.0) + 40.0 * np.sin(2 * np.pi * 50.0 * AT_SECONDS), True),
        (noise(3.0) + 40.0 * np.sin(2 * np.pi * 60.0 * AT_SECONDS), True),
        (noise(3.0) + 40.0 * np.sign(np.sin(2 * np.pi * 50.0 * AT_SECONDS)), True),
        (noise(3.0) + 40.0 * np.sin(2 * np.pi * 75.0 * AT_SECONDS), False),
        (noise(3.0) + 40.0 * np.sin(2 * np.pi * 1234.0 * AT_SECONDS), False),
        (np.zeros(LENGTH), False),
    ],
)
def test_hum_is_what_is_at_multiples_of_the_mains(sound: np.ndarray, hums: bool) -> None:
    assert (measure_quiet(block(sound)).hum > 0.5) == hums


@pytest.mark.parametrize(
    ("sound", "dead"),
    [
        (silence(100), True),
        (silence(0), True),
        (np.full(100, -1, np.int16), True),
        (np.array([0, 0, 1, 0], np.int16), False),
    ],
)
def test_a_microphone_is_dead_when_nothing_ever_changes(sound: Block, dead: bool) -> None:
    assert is_dead(sound) == dead


def test_digital_silence_has_a_level_all_the_same() -> None:
    quiet = measure_quiet(silence(LENGTH))
    assert (quiet.noise_dbfs, quiet.hum, quiet.dead) == (SILENT_DBFS, 0.0, True)


@pytest.mark.parametrize(
    ("sound", "clipped"),
    [
        ([], 0),
        ([0, 32767, 32767, 0], 0),
        ([0, 32767, 32767, 32767, 0], 3),
        ([-32768, -32768, -32768, -32768], 4),
        ([32767] * 3 + [0] + [-32768] * 5, 8),
        ([32000] * 9, 0),
    ],
)
def test_three_in_a_row_at_full_scale_are_clipped(sound: list[int], clipped: int) -> None:
    assert clipped_samples(np.array(sound, np.int16)) == clipped


def test_the_level_of_a_word_leaves_out_the_quiet_around_it() -> None:
    sound = silence(LENGTH)
    sound[16_000:24_000] = block(noise(3276.8))[:8000]
    assert speech_dbfs(sound) == pytest.approx(-20.0, abs=0.5)
    assert speech_dbfs(silence(0)) == SILENT_DBFS
