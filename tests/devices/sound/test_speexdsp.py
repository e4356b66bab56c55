"""Speexdsp suppressor: steady noise gets quieter, and speech's place stays where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coach.devices.recordings.audio_file import read_audio
from coach.devices.sound.speexdsp import FRAME, SpeexdspCanceller, SpeexdspSuppressor
from coach.errors import DeviceError
from coach.simulation.fakes import Utterance, speech_sound
from coach.units import Block, rms, samples, silence

SECOND = samples(1)
VOICE = Path(__file__).parents[3] / "audio_fixtures" / "en" / "flite_slt"


@pytest.fixture
def suppressor() -> SpeexdspSuppressor:
    """A fresh one; the test is skipped where there is no libspeexdsp."""
    try:
        return SpeexdspSuppressor()
    except DeviceError as error:
        pytest.skip(str(error))


def white(level: float, length: int = 3 * SECOND) -> Block:
    return np.random.default_rng(5).normal(0.0, level, length).astype(np.int16)


@pytest.mark.parametrize("level", [30, 300, 3000])
def test_white_noise_gets_quieter(suppressor: SpeexdspSuppressor, level: float) -> None:
    noise = white(level)
    clean = suppressor.suppress(noise, 0.0)
    assert rms(clean[SECOND:]) < 0.6 * rms(noise[SECOND:])


def test_a_tone_that_comes_and_goes_stands_out_more_than_before(
    suppressor: SpeexdspSuppressor,
) -> None:
    tones = [Utterance(at * SECOND, "hum", SECOND // 2) for at in (2, 3, 4)]
    noisy = speech_sound(tones, 5 * SECOND) + white(200, 5 * SECOND)
    clean = suppressor.suppress(noisy, 0.0)
    late = samples(0.05)
    tone = slice(3 * SECOND + late, 3 * SECOND + SECOND // 2)
    pause = slice(3 * SECOND + SECOND // 2 + late, 4 * SECOND)
    before, after = rms(noisy[tone]) / rms(noisy[pause]), rms(clean[tone]) / rms(clean[pause])
    assert after > 1.5 * before
    assert rms(clean[tone]) > 0.7 * rms(noisy[tone])


@pytest.mark.parametrize("length", [0, FRAME, 3 * FRAME, SECOND])
def test_length_and_kind_are_kept_and_what_came_in_is_not_touched(
    suppressor: SpeexdspSuppressor, length: int
) -> None:
    noise = white(500, length)
    before = noise.copy()
    clean = suppressor.suppress(noise, 0.0)
    assert (len(clean), clean.dtype) == (length, np.dtype(np.int16))
    assert np.array_equal(noise, before)


def test_a_channel_of_a_stereo_recording_is_taken_as_it_lies(
    suppressor: SpeexdspSuppressor,
) -> None:
    """Every second sample in memory belongs to somebody else."""
    noise = white(500)
    left = np.stack([noise, silence(len(noise))], axis=1)[:, 0]
    assert np.array_equal(suppressor.suppress(left, 0.0), SpeexdspSuppressor().suppress(noise, 0.0))


@pytest.mark.parametrize("frames", [1, 3, 7])
def test_the_same_sound_comes_out_the_same_however_it_is_sliced(
    suppressor: SpeexdspSuppressor, frames: int
) -> None:
    noise = white(500)
    size = frames * FRAME
    slices = [noise[start : start + size] for start in range(0, len(noise), size)]
    sliced = np.concatenate([suppressor.suppress(block, 0.0) for block in slices])
    assert np.array_equal(sliced, SpeexdspSuppressor().suppress(noise, 0.0))


def test_silence_stays_silent(suppressor: SpeexdspSuppressor) -> None:
    assert not np.any(suppressor.suppress(silence(SECOND), 0.0))


def test_what_a_canceller_leaves_of_the_echo_gets_quieter(suppressor: SpeexdspSuppressor) -> None:
    """A speaker that saturates leaves what no linear filter takes out."""
    names = [
        "all_set",
        "arched",
        "back_came_up",
        "continue",
        "done",
        "easier",
        "faster",
        "finished",
        "got_it",
        "harder",
        "help",
        "hold_on",
        "how_many",
        "how_many_left",
        "i_feel_it",
        "im_done",
        "it_arched",
        "it_does",
        "it_doesnt",
        "it_hurts",
        "keep_going",
        "move_on",
        "my_back_arched",
        "my_back_hurts",
        "my_back_lifted_off",
        "next",
        "no",
        "nope",
        "not_really",
    ]
    clips = [read_audio(VOICE / f"{name}.flac") for name in names]
    speaker = np.resize(np.concatenate(clips), 20 * SECOND)
    microphone = (6000 * np.tanh(speaker / 6000)).astype(np.int16)
    canceller = SpeexdspCanceller()
    suppressor.follow(canceller)
    levels = []
    for start in range(0, len(speaker), FRAME):
        left = canceller.cancel(microphone[start:][:FRAME], speaker[start:][:FRAME])
        levels.append((rms(left), rms(suppressor.suppress(left, 20.0))))
    before, after = np.mean(np.square(levels[10 * SECOND // FRAME :]), axis=0)
    assert after < before / 3


def test_a_hopelessly_clipped_microphone_makes_the_library_print_nothing(
    suppressor: SpeexdspSuppressor, capfd: pytest.CaptureFixture[str]
) -> None:
    hiss = white(4000, 10 * SECOND)
    clipped = np.clip(np.roll(hiss, 200) * 1e3, -32768, 32767).astype(np.int16)
    canceller = SpeexdspCanceller()
    for start in range(0, len(hiss), FRAME):
        frame = slice(start, start + FRAME)
        canceller.cancel(clipped[frame], hiss[frame])
    assert capfd.readouterr().err == ""
