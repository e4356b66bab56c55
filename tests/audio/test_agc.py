"""Gain: how a quiet person is made louder, and what leaves the gain alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.app.ears import EVERYTHING, Ears
from coach.app.language_files import data_folder
from coach.audio.agc import AutomaticGain
from coach.audio.levels import measured_frames
from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import read_audio
from coach.hearing.endpointer import Endpointer
from coach.messages.events import Heard
from coach.settings import GainSettings, HearingSettings
from coach.simulation.fakes import ScriptedRecogniser
from coach.units import Block, Samples, gain, samples
from tests.stories import scripted_engine

SETTINGS = GainSettings()
FRAME = HearingSettings().frame
NOISE_DBFS = -90.0
PAUSE: Samples = samples(1.5)


def noise(level_dbfs: float, length: Samples, seed: int = 0) -> Block:
    sound = np.random.default_rng(seed).normal(0.0, 32768 * gain(level_dbfs), length)
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def sounds(
    levels_dbfs: Iterable[float], seconds: float = 0.5, room_dbfs: float = NOISE_DBFS
) -> Block:
    """Sounds one after the other, a quiet room around each."""
    parts = [noise(room_dbfs, 2 * PAUSE)]
    for seed, level_dbfs in enumerate(levels_dbfs):
        parts += [noise(level_dbfs, samples(seconds), seed), noise(room_dbfs, PAUSE, seed)]
    return np.concatenate(parts)


def amplified(sound: Block, *, coach: Sequence[range] = ()) -> tuple[Block, float]:
    """What comes of a sound, and the gain in dB after it; ``coach`` is where the coach speaks."""
    automatic, frames = AutomaticGain(SETTINGS, FRAME), []
    for index, frame in enumerate(measured_frames(sound, FRAME)):
        within = any(index * FRAME in each for each in coach)
        frames.append(automatic.amplify(frame, coach_speaks=within))
    return np.concatenate(frames), float(20 * np.log10(automatic.factor))


@pytest.mark.parametrize(
    ("levels_dbfs", "gain_db"),
    [
        # as loud as it should be, or louder
        ([-26.0], 0.0),
        ([-10.0, -10.0, -10.0], 0.0),
        # too soft: it rises to what is needed, by no more than a step a sound
        ([-31.0], 5.0),
        ([-46.0], 10.0),
        ([-46.0, -46.0], 20.0),
        ([-46.0, -46.0, -46.0], 20.0),
        ([-56.0] * 3, 30.0),
        ([-66.0] * 6, 30.0),
        # the loudest of the last three tells, so that it is lowered sooner than raised
        ([-46.0, -46.0, -26.0], 0.0),
        ([-46.0, -46.0, -26.0, -46.0, -46.0], 0.0),
        ([-46.0, -46.0, -26.0, -46.0, -46.0, -46.0], 10.0),
    ],
)
def test_the_gain_follows_what_was_said(levels_dbfs: list[float], gain_db: float) -> None:
    assert amplified(sounds(levels_dbfs))[1] == pytest.approx(gain_db, abs=0.7)


@pytest.mark.parametrize(
    ("sound", "gain_db"),
    [
        (sounds([-56.0] * 9, seconds=0.1), 0.0),
        (sounds([-56.0] * 3, seconds=6.0), 0.0),
        (noise(-66.0, samples(60)), 0.0),
        (np.concatenate([np.zeros(samples(5), np.int16), noise(-80.0, samples(20))]), 0.0),
        # soft speech that hardly stands out is not made clearer with its noise
        (sounds([-56.0] * 9, room_dbfs=-63.0), 0.0),
        (sounds([-46.0] * 9, room_dbfs=-62.0), 12.0),
        # a fan is turned on beside a person who was made louder
        (np.concatenate([sounds([-56.0] * 4), noise(-65.0, samples(9))]), 15.0),
    ],
    ids=["knocks", "fans", "noise", "a stream that begins", "in noise", "above noise", "a fan"],
)
def test_what_is_no_speech_does_not_raise_it(sound: Block, gain_db: float) -> None:
    assert amplified(sound)[1] == pytest.approx(gain_db, abs=1.0)


def test_the_coachs_own_voice_tells_nothing() -> None:
    sound = sounds([-46.0, -46.0])
    first = range(2 * PAUSE, 2 * PAUSE + samples(0.3))
    assert amplified(sound, coach=[first])[1] == pytest.approx(10.0, abs=0.5)
    assert amplified(sound, coach=[range(len(sound))])[1] == 0.0


def test_what_is_loud_all_at_once_is_lowered_at_once_and_the_next_is_left_alone() -> None:
    sound = sounds([-56.0] * 4 + [-18.0, -26.0])
    loud = len(sound) - 2 * (PAUSE + samples(0.5))
    after = amplified(sound)[0]
    ceiling = 32768 * gain(SETTINGS.ceiling_dbfs)
    assert np.abs(after[:loud].astype(int)).max() > 20 * np.abs(sound[:loud].astype(int)).max()
    assert np.abs(after[loud:].astype(int)).max() <= ceiling + 1
    last = len(sound) - PAUSE - samples(0.5)
    assert np.array_equal(after[last:], sound[last : len(after)])


Levels = st.lists(st.floats(-95.0, 0.0), min_size=1, max_size=6)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(Levels, st.floats(0.05, 4.0), st.floats(-95.0, -30.0))
def test_it_is_never_less_than_one_nor_more_than_the_most_and_nothing_clips(
    levels_dbfs: list[float], seconds: float, room_dbfs: float
) -> None:
    sound = sounds(levels_dbfs, seconds, room_dbfs)
    automatic = AutomaticGain(SETTINGS, FRAME)
    ceiling = 32768 * gain(SETTINGS.ceiling_dbfs)
    for frame in measured_frames(sound, FRAME):
        after = automatic.amplify(frame, coach_speaks=False)
        before, now = (np.abs(each.astype(int)).max() for each in (frame.sound, after))
        assert 1.0 <= automatic.factor <= gain(SETTINGS.most_db)
        assert before <= now <= max(before, ceiling + 1)
        assert now == before or before < ceiling


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(SETTINGS.speech_dbfs, 0.0), min_size=1, max_size=6))
def test_what_is_loud_enough_is_left_as_it_is(levels_dbfs: list[float]) -> None:
    sound = sounds(levels_dbfs)
    assert np.array_equal(amplified(sound)[0], sound[: len(sound) // FRAME * FRAME])


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-95.0, -40.0), min_size=1, max_size=4))
def test_steady_noise_is_never_raised_beyond_its_limit(levels_dbfs: list[float]) -> None:
    """Fans that are turned on, up and down."""
    sound = np.concatenate(
        [sounds([-56.0] * 4), *(noise(each, samples(8)) for each in levels_dbfs)]
    )
    _, gain_db = amplified(sound)
    assert gain_db + levels_dbfs[-1] <= max(SETTINGS.noise_dbfs, levels_dbfs[-1]) + 1.0


class Fed(ScriptedRecogniser):
    """Keeps what it was fed."""

    def __init__(self) -> None:
        super().__init__([])
        self.blocks: list[Block] = []

    def accept_waveform(self, block: Block) -> None:
        self.blocks.append(block)


SOFT = sounds([-56.0, -50.0, -13.0, -40.0])


def fed(sizes: Sequence[int]) -> Block:
    """What the recogniser is fed when the microphone comes in blocks of these sizes."""
    recogniser = Fed()
    engine = scripted_engine(recogniser, [])
    at = turn = 0
    while at < len(SOFT):
        block = SOFT[at : at + sizes[turn % len(sizes)]]
        engine.process(block)
        at, turn = at + len(block), turn + 1
    return np.concatenate(recogniser.blocks)


@cache
def whole() -> Block:
    return fed([len(SOFT)])


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=8).filter(lambda s: sum(s) > 200))
def test_slicing_never_changes_what_the_recogniser_is_fed(sizes: list[int]) -> None:
    assert np.array_equal(fed(sizes), whole())


WORDS = ("ready", "arched", "done", "stop", "no", "pause", "yes", "help", "finished")


def said_softly(speaker: str, quieter_db: float) -> Block:
    """What a microphone that is set too low makes of some words."""
    random = np.random.default_rng(0)
    folder = data_folder("audio_fixtures") / "en" / speaker
    clips = [read_audio(folder / f"{word}.flac").astype(float) for word in WORDS]
    spoken = [clip / active_rms(clip.astype(np.int16)) * 32768 * gain(-26.0) for clip in clips]
    pause = np.zeros(PAUSE)
    sound = np.concatenate([pause, *(part for each in spoken for part in (each, pause))])
    room = (sound + random.normal(0.0, 3.0, len(sound))) * gain(-quieter_db)
    return np.rint(room + random.normal(0.0, 0.5, len(sound))).astype(np.int16)


def understood(endpointer: Endpointer, sound: Block) -> int:
    frames = measured_frames(sound, FRAME)
    found = [each for frame in frames for each in endpointer.process(frame, EVERYTHING)]
    return sum(isinstance(each, Heard) and each.accepted for each in found)


UNGAINED = HearingSettings(gain=GainSettings(most_db=0.0))


@pytest.mark.model
@pytest.mark.parametrize(
    ("speaker", "quieter_db", "least", "most_without"),
    [
        pytest.param("espeak_f5", 0.0, 9, 9, marks=pytest.mark.thorough),
        ("espeak_f5", 40.0, 6, 0),
        pytest.param("flite_slt", 30.0, 6, 1, marks=pytest.mark.thorough),
        pytest.param("flite_slt", 40.0, 6, 0, marks=pytest.mark.thorough),
    ],
)
def test_a_person_is_understood_however_low_the_microphone_is_set(
    ears: Ears, speaker: str, quieter_db: float, least: int, most_without: int
) -> None:
    """But for the first words, from which the gain is learned."""
    sound = said_softly(speaker, quieter_db)
    assert understood(ears.endpointer(), sound) >= least
    assert understood(replace(ears, settings=UNGAINED).endpointer(), sound) <= most_without
