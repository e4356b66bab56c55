"""Levels: each is what its definition says, and frames make one stream."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.levels import HOP, LevelMeter, measured_frames
from coach.units import Block, rms, samples

NOISE = np.random.default_rng(3).normal(200.0, 3000.0, samples(1.2)).astype(np.int16)


@pytest.mark.parametrize(
    ("sound", "peak"), [([0, 5, -7], 7), ([8, -3, 0], 8), ([-32768, 32767], 32768), ([0, 0], 0)]
)
def test_the_peak_is_the_largest_magnitude(sound: list[int], peak: int) -> None:
    frame = np.resize(np.array(sound, np.int16), HOP)
    assert LevelMeter().measure(frame).peak == peak


def test_the_deviation_leaves_out_an_offset_and_the_energies_do_not() -> None:
    frame = LevelMeter().measure(np.full(2 * HOP, 300, np.int16))
    assert frame.deviation == 0.0
    assert frame.energies.tolist() == [90_000.0, 90_000.0]


def test_energies_are_those_of_hops() -> None:
    frame = LevelMeter().measure(NOISE)
    hops = NOISE.reshape(-1, HOP)
    assert np.sqrt(frame.energies) == pytest.approx([rms(hop) for hop in hops])
    assert np.sqrt(frame.emphasised_energies) == pytest.approx([rms(e) for e in frame.emphasised])


def test_pre_emphasis_is_a_first_order_high_pass() -> None:
    step = np.full(HOP, 1000, np.int16)
    assert LevelMeter().measure(step).emphasised[0, :2] == pytest.approx([1000.0, 30.0])


@pytest.mark.parametrize("length", [HOP, 3 * HOP, 40 * HOP])
def test_however_a_stream_is_cut_into_frames_its_hops_are_the_same(length: int) -> None:
    whole = LevelMeter().measure(NOISE).emphasised
    cut = [frame.emphasised for frame in measured_frames(NOISE, length)]
    assert np.array_equal(np.concatenate(cut), whole)


def test_a_rest_shorter_than_a_frame_is_left_out() -> None:
    frames: list[Block] = [frame.sound for frame in measured_frames(NOISE[:1000], 480)]
    assert [len(frame) for frame in frames] == [480, 480]
