"""Silero detector: it knows a voice, and does not take a hiss, a hum or a knock for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coach.devices.recordings.audio_file import read_audio
from coach.devices.speech.silero_detector import SileroDetector
from coach.hearing.plausibility import VoiceCertainty
from coach.units import Block, samples

WORDS = Path(__file__).parents[3] / "audio_fixtures/en"
RANDOM = np.random.default_rng(0)
TIME = np.arange(samples(1.5)) / 16_000


def certainty(detector: SileroDetector, sound: Block) -> float:
    voice = VoiceCertainty(detector, 4)
    voice.take_in(sound)
    return voice.certainty()


@pytest.mark.parametrize("name", ["flite_slt/stop", "flite_rms/done", "espeak_m3/arched"])
@pytest.mark.parametrize("level", [1.0, 0.1])
def test_it_is_certain_of_a_word(name: str, level: float) -> None:
    word = (read_audio(WORDS / f"{name}.flac") * level).astype(np.int16)
    assert certainty(SileroDetector(), word) > 0.7


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(len(TIME)), id="silence"),
        pytest.param(RANDOM.normal(0, 2000, len(TIME)), id="hiss"),
        pytest.param(8000 * np.sin(2 * np.pi * 100 * TIME), id="hum"),
        pytest.param(RANDOM.normal(0, 9000, len(TIME)) * np.exp(-(TIME % 0.4) / 0.02), id="knocks"),
    ],
)
def test_it_does_not_take_a_sound_for_a_voice(sound: Block) -> None:
    assert certainty(SileroDetector(), sound.astype(np.int16)) < 0.3


def test_what_was_heard_before_does_not_matter() -> None:
    word = read_audio(WORDS / "flite_slt/stop.flac")
    detector = SileroDetector()
    first = certainty(detector, word)
    certainty(detector, RANDOM.normal(0, 2000, samples(2)).astype(np.int16))
    assert certainty(detector, word) == first
