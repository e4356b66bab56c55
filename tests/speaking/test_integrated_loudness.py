"""Integrated loudness: the standard's own conformance signals, and other meters' figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.speaking.mastering import Waveform, integrated_loudness
from coach.units import RATE_HZ, gain, samples

STEREO_LU = 10.0 * np.log10(2.0)
"""By how much two channels are louder than one of them: EBU Tech 3341 gives its signals in two."""


def sine(level_db: float, length_seconds: float, frequency_hz: float = 1000.0) -> Waveform:
    times = np.arange(samples(length_seconds)) / RATE_HZ
    return gain(level_db) * np.sin(2 * np.pi * frequency_hz * times)


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_the_signals_of_ebu_tech_3341_measure_what_it_says(
    parts: list[tuple[float, float]], lufs: float
) -> None:
    sound = np.concatenate([sine(level, length) for level, length in parts])
    assert integrated_loudness(sound) + STEREO_LU == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("frequency_hz", "lufs"), [(100, -4.835), (997, -3.010), (3000, 0.106), (6000, 0.328)]
)
def test_a_frequency_weighs_what_it_does_to_pyloudnorm(frequency_hz: float, lufs: float) -> None:
    """Figures of pyloudnorm 0.2.0 at 48 kHz, with the standard's own filters."""
    assert integrated_loudness(sine(0.0, 5.0, frequency_hz)) == pytest.approx(lufs, abs=0.01)


@pytest.mark.parametrize("length_seconds", [0.05, 0.2, 0.399, 0.4, 0.401, 1.0])
def test_a_sound_shorter_than_a_block_is_measured_as_a_whole(length_seconds: float) -> None:
    assert integrated_loudness(sine(-20.0, length_seconds)) == pytest.approx(-23.0, abs=0.2)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(1), np.zeros(RATE_HZ), sine(-80.0, 1.0)])
def test_there_is_no_loudness_where_nothing_is_audible(sound: Waveform) -> None:
    assert integrated_loudness(sound) == float("-inf")


@given(st.floats(-20.0, 20.0), st.floats(0.1, 2.0), st.integers(0, 9))
def test_turned_up_by_a_decibel_it_is_louder_by_a_unit(
    gain_db: float, length_seconds: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).normal(0.0, 0.05, samples(length_seconds))
    louder = integrated_loudness(noise * gain(gain_db)) - integrated_loudness(noise)
    assert louder == pytest.approx(gain_db, abs=0.001)
