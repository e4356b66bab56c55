"""Plausibility: a voice, a certain recogniser and an unhurried word speak for a person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.hearing.plausibility import VoiceCertainty, plausibility
from coach.ports import Word
from coach.settings import PlausibilitySettings
from coach.units import Block, Samples, samples

SETTINGS = PlausibilitySettings()


class Remembering:
    """A VoiceDetector that keeps its windows, and is as certain as each one's first sample."""

    window: Samples = 512

    def __init__(self) -> None:
        self.windows: list[Block] = []
        self.beginnings = 0

    def begin(self) -> None:
        self.beginnings += 1

    def probability(self, window: Block) -> float:
        self.windows.append(window)
        return float(window[0]) / 100


def word(text: str, letter_s: float, confidence: float) -> Word:
    return Word(text, 0, len(text) * samples(letter_s), confidence)


@pytest.mark.parametrize(
    ("text", "letter_s", "confidence", "voice", "counts"),
    [
        ("done", 0.12, 1.0, 1.0, True),
        ("done", 0.12, 1.0, 0.7, True),
        ("done", 0.12, 0.55, 0.95, True),
        ("stop", 0.06, 1.0, 0.99, True),  # whoever is frightened speaks fast
        ("stop", 0.9, 1.0, 0.99, True),  # and who is tired drawls
        ("yeah", 0.068, 0.65, 0.4, False),  # coughs
        ("next", 0.068, 0.5, 0.6, False),
        ("breathing", 0.037, 0.8, 0.6, False),
        ("yes", 0.09, 0.83, 0.13, False),  # dogs
        ("got it", 0.19, 1.0, 0.05, False),
    ],
)
def test_a_person_is_told_from_a_sound(
    text: str, letter_s: float, confidence: float, voice: float, counts: bool
) -> None:
    found = plausibility(voice, [word(text, letter_s, confidence)], SETTINGS)
    assert (found >= SETTINGS.least) is counts


@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(0, 16000), st.floats(0, 1)), min_size=1, max_size=5),
)
def test_it_is_a_number_and_more_voice_never_makes_it_less(
    voice: float, said: list[tuple[int, float]]
) -> None:
    words = [Word("word", 0, length, confidence) for length, confidence in said]
    found = plausibility(voice, words, SETTINGS)
    assert np.isfinite(found)
    assert plausibility(min(1.0, voice + 0.1), words, SETTINGS) >= found


@given(st.lists(st.integers(0, 1500), max_size=8))
def test_the_detector_gets_all_of_the_sound_in_whole_windows(lengths: list[int]) -> None:
    sound = np.arange(sum(lengths), dtype=np.int16)
    detector = Remembering()
    certainty = VoiceCertainty(detector, 4)
    for block in np.split(sound, np.cumsum(lengths)):
        certainty.take_in(block)
    assert detector.beginnings == 1
    whole = len(sound) // 512
    assert len(detector.windows) == whole
    assert np.array_equal(np.concatenate([*detector.windows, sound[whole * 512 :]]), sound)


@pytest.mark.parametrize(
    ("probabilities", "certainty"),
    [
        ([], 0.0),
        ([1.0], 0.25),  # a bark
        ([0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0], 1.0),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 0.35),
    ],
)
def test_a_voice_is_longer_than_a_bark(probabilities: list[float], certainty: float) -> None:
    voice = VoiceCertainty(Remembering(), 4)
    for probability in probabilities:
        voice.take_in(np.full(512, round(100 * probability), dtype=np.int16))
    assert voice.certainty() == pytest.approx(certainty)
