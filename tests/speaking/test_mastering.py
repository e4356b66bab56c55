"""Mastering: whatever a synthesiser spoke, the cue is as loud as every other and does not click."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from coach.devices.recordings.audio_file import read_audio
from coach.speaking.mastering import LOUDNESS_LUFS, Waveform, integrated_loudness, master
from coach.units import RATE_HZ, Block, gain

SPEECH = Path(__file__).parents[2] / "audio_fixtures" / "en" / "flite_slt"


def speech(name: str) -> Waveform:
    return read_audio(SPEECH / f"{name}.flac") / 32768.0


def popping(name: str) -> Waveform:
    """Speech with pops in it that are far above the rest."""
    sound = speech(name)
    sound[2000::3000] = 1.0
    return sound


def as_sound(cue: Block) -> Waveform:
    return cue / 32767.0


DITHER = np.random.default_rng(2).normal(0.0, 1e-5, RATE_HZ)
SOUNDS = {
    **{name: speech(name) for name in ("stop", "pause", "it_hurts", "my_back_lifted_off")},
    "quiet": speech("stop") * gain(-25.0),
    "clipped": np.clip(speech("stop") * gain(40.0), -1.0, 1.0),
    "popping": popping("my_back_lifted_off"),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_every_cue_is_equally_loud_and_its_peaks_leave_room(name: str) -> None:
    cue = master(SOUNDS[name])
    assert integrated_loudness(as_sound(cue)) == pytest.approx(LOUDNESS_LUFS, abs=0.5)
    between_the_samples = soxr.resample(as_sound(cue), RATE_HZ, 4 * RATE_HZ, "VHQ")
    assert np.max(np.abs(cue)) <= 32767 * gain(-1.0) + 1
    assert np.max(np.abs(between_the_samples)) < 1.0


@pytest.mark.parametrize("name", SOUNDS)
def test_a_cue_begins_and_ends_without_a_click(name: str) -> None:
    cue = master(SOUNDS[name]).astype(int)
    loudest_step = np.max(np.abs(np.diff(cue)))
    assert (cue[0], cue[-1]) == (0, 0)
    for end in (cue[:16], cue[-16:]):
        assert np.max(np.abs(np.diff(end))) < loudest_step / 10


@given(st.integers(0, RATE_HZ), st.integers(0, RATE_HZ))
def test_silence_around_a_wording_makes_no_difference(before: int, after: int) -> None:
    sound = speech("pause")
    padded = np.concatenate([np.zeros(before), sound, np.zeros(after)])
    assert master(padded).tolist() == master(sound).tolist()


@given(st.floats(-25.0, 0.0))
def test_how_loud_it_was_spoken_makes_no_difference(gain_db: float) -> None:
    there = master(speech("stop")).astype(int)
    here = master(speech("stop") * gain(gain_db)).astype(int)
    assert np.max(np.abs(here - there)) <= 1


def test_a_limited_cue_is_turned_down_around_its_peaks_and_nowhere_clipped() -> None:
    cue = master(popping("my_back_lifted_off"))
    assert np.max(np.abs(cue)) > 32767 * gain(-1.5)
    assert np.count_nonzero(np.abs(cue) == np.max(np.abs(cue))) <= 11


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(1), np.zeros(RATE_HZ), DITHER])
def test_of_silence_there_is_no_cue(sound: Waveform) -> None:
    assert len(master(sound)) == 0
