"""Noise: level, hum and clipping of what the microphone hears while nobody speaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coach.audio.levels import HOP
from coach.units import RATE_HZ, Block, Samples, rms

SILENT_DBFS = -100.0
"""The level of digital silence, below the smallest step of 16 bits, which is at -90 dBFS."""

_FULL_SCALE = 32768.0
_CLIPPED_FROM = 32_700
_CLIPPED_RUN: Samples = 3
"""So many samples in a row at full scale count as clipped, as in Audacity's Find Clipping."""

_MAINS_HZ = (50.0, 60.0)
_OVERTONES = 8
_HUM_WIDTH_HZ = 1.5


@dataclass(frozen=True, slots=True)
class Quiet:
    """The noise of a quiet room.

    ``noise_dbfs`` is the median level of hops of 10 ms. ``hum`` is the part of the power that is
    mains hum, 0 to 1. ``dead`` is whether every sample is the same.
    """

    noise_dbfs: float
    hum: float
    dead: bool

    @property
    def noise_rms(self) -> float:
        """The level of the noise, RMS in int16 units."""
        return float(_FULL_SCALE * 10.0 ** (self.noise_dbfs / 20.0))


def dbfs(level: float) -> float:
    """A level in int16 units as dB relative to full scale, at least SILENT_DBFS."""
    return float(20.0 * np.log10(max(level / _FULL_SCALE, 10.0 ** (SILENT_DBFS / 20.0))))


def measure_quiet(sound: Block) -> Quiet:
    """Measure the noise in ``sound``, which has at least one hop; a constant offset is ignored."""
    wide = sound.astype(np.float64) - float(np.median(sound))
    hops = wide[: len(wide) // HOP * HOP].reshape(-1, HOP)
    level = float(np.median(np.sqrt(np.mean(hops * hops, axis=1))))
    return Quiet(dbfs(level), _hum(wide), is_dead(sound))


def is_dead(sound: Block) -> bool:
    """Whether every sample is the same, which no working microphone sends; True without any."""
    return len(sound) == 0 or int(np.ptp(sound)) == 0


def clipped_samples(sound: Block) -> int:
    """How many samples belong to runs of at least three at full scale."""
    full = np.abs(sound.astype(np.int32)) >= _CLIPPED_FROM
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return int(np.sum(runs[runs >= _CLIPPED_RUN]))


def speech_dbfs(sound: Block) -> float:
    """The level of a spoken word: that of all hops within 30 dB of the loudest."""
    hops = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    levels = np.array([rms(hop) for hop in hops] or [0.0])
    loud = levels[levels >= np.max(levels) / 30.0]
    return dbfs(float(np.sqrt(np.mean(loud * loud))))


def _hum(wide: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """The part of the power, 0 to 1, that is at multiples of 50 Hz or of 60 Hz."""
    power = np.abs(np.fft.rfft(wide * np.hanning(len(wide)))) ** 2
    whole = float(np.sum(power))
    if whole == 0.0:
        return 0.0
    frequencies = np.fft.rfftfreq(len(wide), 1.0 / RATE_HZ)
    parts = []
    for mains in _MAINS_HZ:
        overtone = np.clip(np.round(frequencies / mains), 1, _OVERTONES)
        near = np.abs(frequencies - overtone * mains) <= _HUM_WIDTH_HZ
        parts.append(float(np.sum(power[near])) / whole)
    return max(parts)
