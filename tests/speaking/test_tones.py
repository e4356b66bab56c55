"""Tones: soft, short, without clicks, and never a command to the ear that hears them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.app.assembly import Coach
from coach.app.ears import EVERYTHING
from coach.audio.levels import measured_frames
from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import read_audio
from coach.hearing.endpointer import HearingEvent
from coach.hearing.recording import hear_recording
from coach.messages.actions import ToneName
from coach.speaking.tones import LEVEL_DBFS, TONES, tone_sound
from coach.units import RATE_HZ, Block, Samples, rms, samples, seconds

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"
CLIPS: dict[str, Any] = json.loads((FIXTURES / "manifest.json").read_text())["files"]
NAMES: tuple[ToneName, ...] = get_args(ToneName)
BELLS = tuple(name for name in NAMES if name != "opening")
AnyTone = pytest.mark.parametrize("name", NAMES)
AnyBell = pytest.mark.parametrize("name", BELLS)


def dbfs(level: float) -> float:
    return float(20 * np.log10(level / 32768))


@AnyBell
def test_a_tone_is_soft_and_short(name: ToneName) -> None:
    sound = tone_sound(name)
    assert sound.dtype == np.int16
    assert 0.12 <= seconds(len(sound)) <= 0.35
    assert abs(dbfs(rms(sound)) - LEVEL_DBFS) < 0.1
    assert dbfs(float(np.max(np.abs(sound)))) < -16.0


def test_the_opening_is_short_soft_and_as_broad_as_a_voice() -> None:
    """Every octave of the telephone band has its share, or no delay could be measured by it."""
    sound = tone_sound("opening")
    assert seconds(len(sound)) < 1.2
    assert dbfs(float(np.max(np.abs(sound)))) < -8.0
    energies = np.abs(np.fft.rfft(sound)) ** 2
    octaves = [_octave(energies, len(sound), low) for low in (250, 500, 1000, 2000)]
    assert min(octaves) > 0.03 * sum(octaves)


def _octave(energies: NDArray[np.float64], length: Samples, low_hz: int) -> float:
    edges = [hz * length // RATE_HZ for hz in (low_hz, 2 * low_hz)]
    return float(np.sum(energies[slice(*edges)]))


@AnyBell
def test_a_tone_begins_and_ends_gently(name: ToneName) -> None:
    sound = np.abs(tone_sound(name).astype(np.int32))
    peak = int(np.max(sound))
    assert np.max(sound[: samples(0.005)]) < 0.4 * peak
    assert np.max(sound[-samples(0.002) :]) < 0.02 * peak


@pytest.mark.parametrize(
    ("name", "interval"),
    [("start", None), ("perfect", 1), ("arched", -1), ("rest_over", 0), ("not_understood", -1)],
)
def test_the_interval_tells_what_it_means(name: ToneName, interval: int | None) -> None:
    """One note begins; up is well done, down is not, and the same again ends the rest."""
    pitches = [strongest_pitch(part) for part in np.split(tone_sound(name), edges(name))]
    assert len(pitches) == (1 if interval is None else 2)
    if interval is not None:
        assert np.sign(round((pitches[1] - pitches[0]) / 50)) == interval


def edges(name: ToneName) -> list[Samples]:
    return [note.start for note in TONES[name][1:]]


def strongest_pitch(sound: Block) -> float:
    spectrum = np.abs(np.fft.rfft(sound, 16_000))
    return float(np.argmax(spectrum))


@pytest.mark.model
@AnyTone
@pytest.mark.parametrize("louder_db", [0, 10, 20])
def test_a_tone_by_itself_is_no_word(coach: Coach, name: ToneName, louder_db: int) -> None:
    """Three in a row, up to as loud as a shout: nothing is heard, and nobody falls silent."""
    tone = tone_sound(name) * 10 ** (louder_db / 20)
    sound = quiet(samples(6.0))
    for at in (samples(1.0), samples(2.0), samples(2.5)):
        sound[at : at + len(tone)] += tone
    recording = rounded(sound)
    assert findings(coach, recording) == []


def findings(coach: Coach, recording: Block) -> list[HearingEvent]:
    endpointer = coach.ears.endpointer()
    frames = measured_frames(recording, endpointer.frame)
    return [found for frame in frames for found in endpointer.process(frame, EVERYTHING)]


WORDS = [
    f"en/{speaker}/{word}.flac"
    # espeak_m3's "done" is not understood alone either, as soon as the quiet before it changes.
    for speaker, done in (("flite_slt", "done"), ("espeak_m3", "finished"))
    for word in ("arched", "stop", "pain", "pause", "ready", done, "yes", "no")
]


PLACES: dict[str, Callable[[Samples, Samples], Samples]] = {
    "before": lambda _word, tone: -tone - samples(0.02),
    "over": lambda word, tone: (word - tone) // 2,
    "after": lambda word, _tone: word,
}
"""Where a tone begins beside a word, by the lengths of both."""

BESIDE = [
    pytest.param(
        *(clip, place, BELLS[(index + turn) % len(BELLS)]),
        id=f"{clip} {place}",
        marks=[pytest.mark.thorough] if index % 8 else [],
    )
    for index, clip in enumerate(WORDS)
    for turn, place in enumerate(PLACES)
]
"""Every word at every place of a tone, and every tone at every place of some of the words."""


@pytest.mark.model
@pytest.mark.parametrize(("clip", "place", "name"), BESIDE)
def test_a_word_is_understood_beside_a_tone(
    coach: Coach, clip: str, place: str, name: ToneName
) -> None:
    """With an echo as loud as the person and no canceller."""
    word = read_audio(FIXTURES / clip)
    tone = tone_sound(name) * (active_rms(word) / active_rms(coach.speech()))
    begins = samples(1.0)
    at = begins + PLACES[place](len(word), len(tone))
    sound = quiet(begins + len(word) + samples(1.5))
    sound[begins : begins + len(word)] += word
    sound[at : at + len(tone)] += tone
    heard = hear_recording(coach.ears.endpointer(), rounded(sound), EVERYTHING)
    assert [each.intent for each in heard] == [CLIPS[clip]["intent"]]


def quiet(length: Samples) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(0.0, 3.0, length)


def rounded(sound: NDArray[np.float64]) -> Block:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)
