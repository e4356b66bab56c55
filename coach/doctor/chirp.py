"""Chirp: a short sweep that the speaker plays, and where and how loud the microphone hears it.

A matched filter finds it even some 15 dB below the noise: its processing gain is half a second
times 5.7 kHz, or 2850. Only a delay that several chirps agree on is that of an echo: a single peak
may be a whistle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coach.echo.own_monitor import unlike_db
from coach.units import RATE_HZ, Block, Samples, gain, rms, samples

LENGTH: Samples = samples(0.5)
LEVEL_DBFS = -20.0
"""The level of the chirp, RMS: about as loud as the coach speaks."""

LATEST: Samples = samples(1.0)
"""The longest delay that is looked for, longer than any that the coach can follow."""

_BAND_HZ = (300.0, 6000.0)
_EDGE: Samples = samples(0.02)
_FULL_SCALE = 32768.0
_LEAST_SHARP = 8.0
"""Peak over RMS of the rest. In white noise one of 16 000 samples reaches 4.3 by chance."""
_SAME: Samples = samples(0.001)
"""Chirps agree if their delays differ by no more than this."""
_LEAST_AGREEING = 2
_BEFORE: Samples = samples(0.005)
_TAIL: Samples = samples(0.15)


@dataclass(frozen=True, slots=True)
class EchoMeasured:
    """The echo of the speaker in the microphone.

    ``delay`` counts from the sample at which a sound is handed to the speaker. ``gain_db`` is the
    level of the echo with its tail, relative to that sound. ``agreeing`` is how many chirps agree.
    ``unlike_db`` is how much of the echo is no copy of the chirp, relative to the echo: for the
    chirp that was copied best, because a sound card that stumbles damages the others.
    """

    delay: Samples
    gain_db: float
    agreeing: int
    unlike_db: float = 0.0


@cache
def chirp() -> Block:
    """The chirp, a linear sweep, shape ``(LENGTH,)``, read-only."""
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
    """The echo of chirps that were handed to the speaker at ``starts``; None if there is none.

    ``noise_rms`` is the level of the noise in int16 units, which is subtracted from the echo's.
    """
    windows = [microphone[start : start + LENGTH + LATEST] for start in starts]
    whole = [window for window in windows if len(window) == LENGTH + LATEST]
    correlations = [_correlate(window) for window in whole]
    peaks = [int(np.argmax(correlation)) for correlation in correlations]
    sharp = [
        (peak, window)
        for peak, correlation, window in zip(peaks, correlations, whole, strict=True)
        if correlation[peak] >= _LEAST_SHARP * _rest(correlation, peak)
    ]
    for delay, _ in sharp:
        agreeing = [(peak, window) for peak, window in sharp if abs(peak - delay) <= _SAME]
        if len(agreeing) >= _LEAST_AGREEING:
            middle = sorted(peak for peak, _ in agreeing)[len(agreeing) // 2]
            energies = [rms(window[middle : middle + LENGTH]) ** 2 for _, window in agreeing]
            echo = max(1e-3, float(np.median(energies)) - noise_rms**2)
            gain_db = 10.0 * np.log10(echo) - 20.0 * np.log10(rms(chirp()))
            alike = [unlike_db(window[peak : peak + LENGTH], chirp()) for peak, window in agreeing]
            return EchoMeasured(middle, float(gain_db), len(agreeing), min(alike))
    return None


def _correlate(window: Block) -> NDArray[np.float64]:
    """The correlation of chirp and window at every delay, absolute, shape ``(LATEST + 1,)``."""
    size = 1 << (LENGTH + LATEST + LENGTH).bit_length()
    heard, played = np.fft.rfft(window, size), np.fft.rfft(chirp(), size)
    return np.abs(np.fft.irfft(heard * np.conj(played), size)[: LATEST + 1])


def _rest(correlation: NDArray[np.float64], peak: Samples) -> float:
    """The RMS of the correlation outside the peak and the tail behind it."""
    rest = np.concatenate([correlation[: max(0, peak - _BEFORE)], correlation[peak + _TAIL :]])
    return max(1e-9, float(np.sqrt(np.mean(rest * rest))))
