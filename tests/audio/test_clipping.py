"""Clipping: what is told of a microphone that is set too loud, when, and how often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from coach.app.language_files import data_folder
from coach.audio.clipping import Clipping
from coach.audio.levels import measured_frames
from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import read_audio
from coach.messages.events import MicrophoneClipped, Spoken
from coach.messages.journal import to_record
from coach.settings import ClippingSettings, HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, gain, samples
from tests.stories import Recorder, lesson, scripted_engine

FRAME = HearingSettings().frame
SETTINGS = ClippingSettings()


def hum(length_seconds: float, loud_db: float) -> Block:
    """A hum that peaks ``loud_db`` above full scale, clipped to it."""
    wave = np.sin(2 * np.pi * 200.0 / 16_000 * np.arange(samples(length_seconds)))
    return _clipped(wave * 32767 * gain(loud_db))


def _clipped(sound: NDArray[np.float64]) -> Block:
    return np.asarray(np.clip(np.rint(sound), -32768, 32767).astype(np.int16))


def microphone(*sounds: tuple[float, Block], length_seconds: float = 30.0) -> Block:
    """Sounds, each from a second on, in a quiet room."""
    sound = np.random.default_rng(0).integers(-3, 4, samples(length_seconds)).astype(np.int16)
    for at_seconds, each in sounds:
        sound[samples(at_seconds) : samples(at_seconds) + len(each)] = each
    return sound


def reported(sound: Block) -> list[float]:
    """The seconds at which the person should be told that the microphone clips."""
    clipping = Clipping(SETTINGS)
    frames = enumerate(measured_frames(sound, FRAME), start=1)
    return [count * FRAME / 16_000 for count, frame in frames if clipping.detect(frame)]


LOUD = hum(0.3, 12.0)
KNOCK = hum(0.1, 20.0)


@pytest.mark.parametrize(
    ("sound", "times"),
    [
        (microphone((1, LOUD), (5, LOUD), (9, LOUD)), 1),
        (microphone((1, LOUD), (5, LOUD), (9, LOUD), (12, LOUD), (20, LOUD)), 1),
        # too few, too far apart, or one that goes on
        (microphone((1, LOUD), (5, LOUD)), 0),
        (microphone((1, LOUD), (35, LOUD), (69, LOUD), length_seconds=80), 0),
        (microphone((1, hum(1.5, 12.0))), 0),
        # loud, but not beyond what it takes
        (microphone((1, hum(20, -0.5))), 0),
        # knocks, and a mat that is beaten
        (microphone(*((at, KNOCK) for at in range(1, 28, 2))), 0),
        # told again after five minutes
        (microphone(*((at, LOUD) for at in range(1, 290, 5)), length_seconds=300), 1),
        (microphone(*((at, LOUD) for at in range(1, 390, 5)), length_seconds=400), 2),
    ],
)
def test_a_microphone_clips_when_sounds_longer_than_a_knock_do(sound: Block, times: int) -> None:
    assert len(reported(sound)) == times


def test_it_is_told_within_the_sound_that_makes_it_sure() -> None:
    (at_seconds,) = reported(microphone((1, LOUD), (5, LOUD), (9, LOUD)))
    assert 9.15 <= at_seconds <= 9.3


@pytest.mark.parametrize("speaker", ["espeak_f5", "festival_kal", "flite_rms", "flite_slt"])
@pytest.mark.parametrize(("level_dbfs", "clips"), [(-16.0, False), (-3.0, True)])
def test_words_that_are_cut_off_tell_and_loud_ones_do_not(
    speaker: str, level_dbfs: float, *, clips: bool
) -> None:
    folder = data_folder("audio_fixtures") / "en" / speaker
    words = [
        read_audio(folder / f"{word}.flac") for word in ("ready", "finished", "arched", "help")
    ]
    driven = (word.astype(float) * 32768 * gain(level_dbfs) / active_rms(word) for word in words)
    said = [_clipped(each) for each in driven]
    assert bool(reported(microphone(*zip((1, 5, 9, 13), said, strict=True)))) == clips


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.09), st.floats(0.0, 40.0)), max_size=12))
def test_no_number_of_knocks_is_a_setting(knocks: list[tuple[float, float]]) -> None:
    spots = [(1.0 + 1.3 * turn, hum(*knock)) for turn, knock in enumerate(knocks)]
    assert reported(microphone(*spots)) == []


# In a session


def session(spots: Sequence[tuple[float, Block]], words: Sequence[Utterance] = ()) -> Recorder:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser(words), [recorder], lesson(1, 2))
    sound = speech_sound(words, samples(60.0))
    for at_seconds, each in spots:
        sound[samples(at_seconds) : samples(at_seconds) + len(each)] = each
    engine.process(sound)
    return recorder


SPOTS = [(float(at), LOUD) for at in range(1, 58, 3)]


def test_the_coach_tells_of_it_once_and_cuts_nothing_off() -> None:
    words = [Utterance(samples(at), "ready") for at in (20.0, 40.0)]
    recorder = session(SPOTS, words)
    (clipped,) = recorder.of(MicrophoneClipped)
    assert (to_record(clipped) or {})["event"] == "clipped"
    spoken = [each for each in recorder.of(Spoken) if each.prompt == "microphone_clips"]
    assert [each.interrupted for each in spoken] == [False]
    assert spoken[0].start > clipped.at
    assert spoken[0].text == "Turn the microphone down. It is too loud."


def test_a_microphone_that_does_not_clip_is_not_told_of() -> None:
    recorder = session([], [Utterance(samples(20.0), "ready")])
    assert recorder.of(MicrophoneClipped) == []
    assert not [each for each in recorder.of(Spoken) if each.prompt == "microphone_clips"]
