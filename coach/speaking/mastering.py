"""Mastering: a synthesised text -> a cue, trimmed of silence, levelled, limited and faded.

Loudness is measured as in ITU-R BS.1770-4.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

from coach.units import RATE_HZ, Block, Samples, gain, samples, silence

Waveform = NDArray[np.float64]
"""Mono audio, shape ``(n,)``, 16 kHz, full scale 1.0."""

LOUDNESS_LUFS = -20.0
"""The loudness of every cue: the lowest that EBU R 128 s2 recommends for streaming."""

_SILENT_LUFS = -60.0
"""Softer sound is no speech: it is what a synthesiser makes of a text without a word."""

_PEAK = gain(-1.0)
"""The limiter's ceiling, full scale 1.0: R 128 leaves 1 dB for resampling."""

_LOOK_AHEAD: Samples = samples(0.005)
"""How long before a peak the limiter begins to turn down."""

_LEVELLINGS = 3
"""How often the loudness that the limiter takes away is made up for."""

_TRIM_BELOW_PEAK = 0.01
"""Sound softer than this part of the peak, -40 dB, is trimmed at both ends."""

_MARGIN: Samples = samples(0.01)
"""The part of it that is kept, at each end."""

_FADE: Samples = samples(0.005)
"""The fades at both ends, long enough not to click."""

_TABLES_RATE_HZ = 48_000
"""The rate for which the standard tabulates its filters."""

_HEAD = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_LOW_CUT = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
"""K-weighting, tables 1 and 2 of the standard: numerators, and denominators without their 1.0."""

_OFFSET_DB = -0.691
_BLOCK: Samples = samples(0.4)
_STEP: Samples = samples(0.1)
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
"""Gating, equations 2 to 7 of the standard."""

_RINGING: Samples = samples(0.1)
"""Longer than the low cut rings, so that the end does not wrap around into the beginning."""


def master(sound: Waveform) -> Block:
    """The cue, as loud as every other cue, mono int16 at 16 kHz; empty when ``sound`` is silent."""
    trimmed = _trimmed(sound)
    if integrated_loudness(trimmed) < _SILENT_LUFS:
        return silence(0)
    faded = _faded(trimmed)
    for _ in range(_LEVELLINGS):
        faded = _limited(faded * gain(LOUDNESS_LUFS - integrated_loudness(faded)))
    return np.asarray(np.round(faded * 32767.0), dtype=np.int16)


def _trimmed(sound: Waveform) -> Waveform:
    """The loud part with a margin around it, padded with silence where ``sound`` has none."""
    level = np.abs(sound)
    loud = np.flatnonzero(level > _TRIM_BELOW_PEAK * np.max(level, initial=0.0))
    if len(loud) == 0:
        return sound[:0]
    return np.pad(sound, _MARGIN)[loud[0] : loud[-1] + 2 * _MARGIN]


def _faded(sound: Waveform) -> Waveform:
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(_FADE) / _FADE)
    faded = sound.copy()
    faded[:_FADE] *= ramp
    faded[-_FADE:] *= ramp[::-1]
    return faded


def _limited(sound: Waveform) -> Waveform:
    """Turned down smoothly around every peak, before it as well as after it."""
    if np.max(np.abs(sound)) <= _PEAK:
        return sound
    needed = np.minimum(1.0, _PEAK / np.maximum(np.abs(sound), _PEAK))
    width = 2 * _LOOK_AHEAD + 1
    padded = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(padded, width).min(axis=1)
    window = np.hanning(width + 2)[1:-1]
    return sound * np.convolve(least, window / np.sum(window), "valid")


def integrated_loudness(sound: Waveform) -> float:
    """The gated loudness in LUFS; minus infinity if nothing is above the absolute gate.

    Sound shorter than a gating block of 0.4 s is one block of its own length.
    """
    energy = np.concatenate(([0.0], np.cumsum(np.square(_k_weighted(sound)))))
    block = min(_BLOCK, len(sound))
    starts = np.arange(0, len(sound) - block + 1, _STEP)
    blocks = (energy[starts + block] - energy[starts]) / max(1, block)
    audible = blocks[blocks > _energy(_ABSOLUTE_GATE_LUFS)]
    if len(audible) == 0:
        return float("-inf")
    gate = float(np.mean(audible)) * 10.0 ** (_RELATIVE_GATE_LU / 10.0)
    return float(_OFFSET_DB + 10.0 * np.log10(np.mean(audible[audible > gate])))


def _energy(loudness_lufs: float) -> float:
    return float(10.0 ** ((loudness_lufs - _OFFSET_DB) / 10.0))


def _k_weighted(sound: Waveform) -> Waveform:
    """Filtered with the standard's response at 48 kHz, as far as 16 kHz audio has frequencies."""
    size = 1 << (len(sound) + _RINGING - 1).bit_length()  # a power of two, which is fast
    spectrum = np.fft.rfft(sound, size)
    for response in _responses(size):
        spectrum *= response
    return np.fft.irfft(spectrum, size)[: len(sound)]


@lru_cache(maxsize=1)  # a cue is measured four times in a row; a larger cache would be wasted
def _responses(size: int) -> tuple[NDArray[np.complex128], ...]:
    """The frequency responses of both filters, for a transform of that size."""
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1.0 / RATE_HZ) / _TABLES_RATE_HZ)
    return tuple(
        polyval(delay, numerator) / polyval(delay, (1.0, *denominator))
        for numerator, denominator in (_HEAD, _LOW_CUT)
    )
