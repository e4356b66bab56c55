"""Late reverberation: what rings on is softened, and what does not ring is left as it was."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.late_reverberation import HOP, LateReverberation
from coach.units import Block, rms, samples, silence

QUIET: Block = silence(samples(0.5))


def noise(length: float, level: float = 3000.0) -> Block:
    drawn = np.random.default_rng(1).normal(0.0, level, samples(length))
    return np.round(drawn).astype(np.int16)


def ringing(rt60_s: float) -> Block:
    """A burst of noise of 0.2 s that dies away."""
    burst = noise(1.2).astype(np.float64)
    since = np.maximum(0.0, np.arange(len(burst)) / 16000 - 0.2)
    dying = np.round(burst * 10 ** (-3 * since / rt60_s)).astype(np.int16)
    return np.concatenate([QUIET, dying])


def cleaned(sound: Block) -> Block:
    """The sound without its late reverberation, at its old place."""
    late = LateReverberation()
    clean = late.suppress(np.concatenate([sound, silence(2 * HOP)]))
    return clean[late.delay :]


def change_db(sound: Block, begin: float, end: float) -> float:
    part = slice(samples(begin), samples(end))
    return 20 * float(np.log10(rms(cleaned(sound)[part]) / rms(sound[part])))


def test_a_block_of_any_length_stays_as_long() -> None:
    late = LateReverberation()
    for hops in (1, 3, 10):
        assert len(late.suppress(silence(hops * HOP))) == hops * HOP


@pytest.mark.parametrize("hops", [1, 3, 7])
def test_how_sound_is_sliced_changes_nothing(hops: int) -> None:
    sound = ringing(0.5)
    sliced, length = LateReverberation(), hops * HOP
    whole = range(0, len(sound) // length * length, length)
    parts = [sliced.suppress(sound[start : start + length]) for start in whole]
    at_once = LateReverberation().suppress(sound[: len(whole) * length])
    assert np.array_equal(np.concatenate(parts), at_once)


def test_silence_stays_silent() -> None:
    assert not np.any(cleaned(QUIET))


@pytest.mark.parametrize(("rt60_s", "softer_db"), [(0.5, 4.0), (0.7, 3.0), (0.9, 2.5)])
def test_what_rings_on_is_softened(rt60_s: float, softer_db: float) -> None:
    assert change_db(ringing(rt60_s), 0.5 + 0.3, 0.5 + 0.5) < -softer_db


def test_the_beginning_of_a_sound_is_left_as_it_was() -> None:
    assert change_db(ringing(0.3), 0.5, 0.55) == pytest.approx(0.0, abs=0.3)


def test_steady_noise_is_left_as_it_was() -> None:
    assert change_db(noise(4.0), 2.0, 4.0) == pytest.approx(0.0, abs=1.0)


def test_a_click_is_at_its_place_again() -> None:
    sound = QUIET.copy()
    sound[4000] = 20000
    assert int(np.argmax(np.abs(cleaned(sound)))) == 4000
