"""Chirp: a short sweep that the speaker plays, and where and how loud the microphone hears it.

A matched filter finds it some 15 dB below the noise: half a second over 5.7 kHz weighs 2850 times
what noise does. What several chirps agree upon is an echo, and not somebody who whistles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coach.units import RATE_HZ, Block, Samples, gain, rms, samples

LENGTH: Samples = samples(0.5)
LEVEL_DBFS = -20.0
"""RMS: about as loud as the coach speaks."""

LATEST: Samples = samples(1.0)
"""The latest echo that is looked for, later than any that the coach can follow."""

_BAND_HZ = (300.0, 6000.0)
_EDGE: Samples = samples(0.02)
_FULL_SCALE = 32768.0
_LEAST_SHARP = 8.0
"""Of 16 000 places one reaches 4.3 by chance, in white noise."""
_SAME: Samples = samples(0.001)
_LEAST_AGREEING = 2
_BEFORE: Samples = samples(0.005)
_TAIL: Samples = samples(0.15)


@dataclass(frozen=True, slots=True)
class EchoMeasured:
    """The speaker is heard ``delay`` after its sound is handed over, tail and all ``gain_db``
    against what was handed over; ``agreeing`` chirps tell so."""

    delay: Samples
    gain_db: float
    agreeing: int


@cache
def chirp() -> Block:
    """The chirp, shape ``(LENGTH,)``, read-only."""
    at_seconds = np.arange(LENGTH) / RATE_HZ
    lowest, highest = _BAND_HZ
    rise = (highest - lowest) * RATE_HZ / LENGTH
    wave = np.sin(2.0 * np.pi * (lowest + rise * at_seconds / 2.0) * at_seconds)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(_EDGE) / _EDGE)
    wave[:_EDGE] *= ramp
    wave[-_EDGE:] *= ramp[::-1]
    scaled = np.round(wave * (_FULL_SCALE * gain(LEVEL_DBFS) / rms(wave)))
    sound = scaled.astype(np.int16)
    sound.flags.writeable = False
    return sound


def find_echo(
    microphone: Block, starts: Sequence[Samples], noise_rms: float
) -> EchoMeasured | None:
    """The echo of chirps that were handed to the speaker at ``starts``; None where there is none.

    ``noise_rms`` is the noise, in int16 units, which is taken off the echo's level.
    """
    windows = [microphone[start : start + LENGTH + LATEST] for start in starts]
    whole = [window for window in windows if len(window) == LENGTH + LATEST]
    likenesses = [_likeness(window) for window in whole]
    peaks = [int(np.argmax(likeness)) for likeness in likenesses]
    sharp = [
        (peak, window)
        for peak, likeness, window in zip(peaks, likenesses, whole, strict=True)
        if likeness[peak] >= _LEAST_SHARP * _rest(likeness, peak)
    ]
    for delay, _ in sharp:
        agreeing = [(peak, window) for peak, window in sharp if abs(peak - delay) <= _SAME]
        if len(agreeing) >= _LEAST_AGREEING:
            middle = sorted(peak for peak, _ in agreeing)[len(agreeing) // 2]
            energies = [rms(window[middle : middle + LENGTH]) ** 2 for _, window in agreeing]
            echo = max(1e-3, float(np.median(energies)) - noise_rms**2)
            gain_db = 10.0 * np.log10(echo) - 20.0 * np.log10(rms(chirp()))
            return EchoMeasured(middle, float(gain_db), len(agreeing))
    return None


def _likeness(window: Block) -> NDArray[np.float64]:
    """How much of the chirp is in the window from every sample on, shape ``(LATEST + 1,)``."""
    size = 1 << (LENGTH + LATEST + LENGTH).bit_length()
    heard, played = np.fft.rfft(window, size), np.fft.rfft(chirp(), size)
    return np.abs(np.fft.irfft(heard * np.conj(played), size)[: LATEST + 1])


def _rest(likeness: NDArray[np.float64], peak: Samples) -> float:
    """RMS of all that is neither the peak nor the tail behind it."""
    rest = np.concatenate([likeness[: max(0, peak - _BEFORE)], likeness[peak + _TAIL :]])
    return max(1e-9, float(np.sqrt(np.mean(rest * rest))))
