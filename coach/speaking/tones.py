"""Tones: short computed sounds beside the coach's words, or in place of them.

Their interval says what they mean: a rising one a perfect rep, a falling one a lost rep, a single
note a beginning. The opening is a chord on a harp: the echo of its many frequencies tells how late
and how loud the coach is heard, before it has said a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coach.messages.actions import ToneName
from coach.units import RATE_HZ, Block, Samples, gain, rms, samples

LEVEL_DBFS = -30.0
"""The RMS of a whole tone, some 10 dB below the voice."""

OPENING_DBFS = -28.0
"""The RMS of the opening, whose echo has to stand out from the noise of the room."""

_FULL_SCALE = 32768.0
_OVERTONE = 0.25
"""The amplitude of the octave above each note, whose own amplitude is 1."""

_ATTACK: Samples = samples(0.015)
_RELEASE: Samples = samples(0.015)
"""Long enough not to click."""

_PLUCK: Samples = samples(0.003)
"""The attack of a string: short, because it is the pluck that has all frequencies."""

_FADE_OUT: Samples = samples(0.3)
"""How long it takes to damp the strings in the end."""

_DECAY_SECONDS = 0.07
"""The time in which a note falls to 1/e."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of ``pitch_hz``, which begins ``start_seconds`` into the tone."""

    pitch_hz: float
    start_seconds: float
    length_seconds: float

    @property
    def start(self) -> Samples:
        return samples(self.start_seconds)

    @property
    def length(self) -> Samples:
        return samples(self.length_seconds)


_E4, _A4, _D5, _A5 = 329.63, 440.0, 587.33, 880.0

_HARP = (146.83, 220.0, 293.66, 369.99, _A4, _D5, 739.99, _A5, 1174.66)
"""D major from D3 to D6, pitches in Hz."""

_STRUM_SECONDS = 0.08
"""The time from one string of the chord to the next."""

_OPENING_SECONDS = 1.1

_STRING_LOSS = 0.996
"""What a string keeps of its amplitude in a period."""

TONES: Mapping[ToneName, tuple[Note, ...]] = {
    "start": (Note(_D5, 0.0, 0.18),),
    "perfect": (Note(_D5, 0.0, 0.13), Note(_A5, 0.11, 0.15)),
    "arched": (Note(_D5, 0.0, 0.13), Note(_A4, 0.11, 0.17)),
    "rest_over": (Note(_A4, 0.0, 0.17), Note(_A4, 0.17, 0.18)),
    "not_understood": (Note(_A4, 0.0, 0.13), Note(_E4, 0.13, 0.13)),
    "opening": tuple(
        Note(pitch_hz, string * _STRUM_SECONDS, _OPENING_SECONDS - string * _STRUM_SECONDS)
        for string, pitch_hz in enumerate(_HARP)
    ),
}


@cache
def tone_sound(name: ToneName) -> Block:
    """The tone, mono int16 at 16 kHz, read-only."""
    notes = TONES[name]
    sounded, level_dbfs = (_plucked, OPENING_DBFS) if name == "opening" else (_struck, LEVEL_DBFS)
    wave = np.zeros(max(note.start + note.length for note in notes))
    for note in notes:
        wave[note.start : note.start + note.length] += sounded(note)
    scaled = np.round(wave * (_FULL_SCALE * gain(level_dbfs) / rms(wave)))
    sound = scaled.astype(np.int16)
    sound.flags.writeable = False
    return sound


def _struck(note: Note) -> NDArray[np.float64]:
    """The note and its octave with a soft attack and an exponential decay, as of a bell.

    Shape ``(note.length,)``, peak about 1.
    """
    at_seconds = np.arange(note.length) / RATE_HZ
    phase = 2.0 * np.pi * note.pitch_hz * at_seconds
    wave = np.sin(phase) + _OVERTONE * np.sin(2.0 * phase)
    wave *= np.exp(-at_seconds / _DECAY_SECONDS)
    wave[:_ATTACK] *= _rise(_ATTACK)
    wave[-_RELEASE:] *= _rise(_RELEASE)[::-1]
    return np.asarray(wave, dtype=np.float64)


def _plucked(note: Note) -> NDArray[np.float64]:
    """The note on a string (Karplus and Strong 1983), all of whose overtones begin equally loud.

    Shape ``(note.length,)``. The phases of the overtones are Schroeder's (1970), which spread their
    energy over the period. The original begins with noise, which would differ between machines.
    """
    period, mix = divmod(RATE_HZ / note.pitch_hz, 1.0)
    places = np.arange(int(period))
    string = np.sin(np.pi * places * places / len(places))
    string -= string.mean()
    periods = []
    before = 0.0
    for _ in range(-(-note.length // len(places))):
        periods.append(string)
        earlier = np.concatenate(([before], string[:-1]))
        before = float(string[-1])
        string = _STRING_LOSS * ((1.0 - mix) * string + mix * earlier)
    wave = np.concatenate(periods)[: note.length]
    wave[:_PLUCK] *= _rise(_PLUCK)
    wave[-_FADE_OUT:] *= _rise(_FADE_OUT)[::-1]
    return wave


def _rise(length: Samples) -> NDArray[np.float64]:
    """A raised cosine from 0 to 1, shape ``(length,)``."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length), dtype=np.float64)
