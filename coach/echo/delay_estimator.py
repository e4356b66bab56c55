"""Delay estimator: how late the speaker's sound arrives in the microphone, estimated from speech.

Generalised cross-correlation with phase transform (GCC-PHAT, Knapp and Carter 1976) needs no
calibrated level, no silent user and no quiet room. It only needs the coach to speak.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.echo.far_end import LEAST_LATE, between
from coach.units import RATE_HZ, Block, Samples, rms, samples

Waveform = Block | NDArray[np.float64]

LONGEST: Samples = samples(0.75)
"""The longest delay that is searched for."""

_WINDOW: Samples = samples(0.5)
"""The length of sound that is correlated at a time."""

_FFT: Samples = 32_768
"""The size of the transform: the next power of two above the window plus the longest delay."""

_WINDOWS = 4
"""How many correlations are summed: the last two seconds of speech."""

_BAND_HZ = (150, 6000)
"""The frequencies that are correlated: those of speech."""

_LEAST_SPEECH = 50.0
"""RMS of the speaker's window in int16 units; a softer window is not correlated."""

# In one window a vowel of the user can look like one of the coach. So the peak must stand out from
# the sum of several windows, and enough windows must have a peak there themselves.
_LEAST_PEAK = 17.0
"""Times the RMS of the sum outside of the peak."""

_LEAST_WINDOW_PEAK = 6.0
"""Times the RMS of a single window's correlation."""

_LEAST_WINDOWS = 2
"""How many windows must have such a peak."""

_LAGS: Samples = samples(0.05)
"""The length of a room's response that is compared."""

_AHEAD: Samples = samples(0.005)
"""How much of it comes before the far end."""

_BEFORE: Samples = samples(0.05)
"""The far end is looked at from so long before the microphone's window."""

_FURTHEST: Samples = samples(0.004)
"""How far a response is searched for around its place."""

_LEARNS = 0.1
"""The part of what is known that a new window makes up."""

_SHORT_FFT: Samples = 16_384
"""The next power of two above two windows and what is looked at before them."""

_PEAK: Samples = samples(0.15)
"""The length of the peak with the room's reverberation behind it."""

_SAME: Samples = samples(0.0005)
"""Peaks this close to each other are the same delay."""


class DelayEstimator:
    """Correlates every half second in which the coach speaks; the last four decide together."""

    def __init__(self) -> None:
        self._microphone = np.zeros(_WINDOW)
        self._speaker = np.zeros(_WINDOW + LONGEST)
        self._since: Samples = 0
        self._correlations: deque[NDArray[np.float64]] = deque(maxlen=_WINDOWS)
        frequencies = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
        self._band = (frequencies > _BAND_HZ[0]) & (frequencies < _BAND_HZ[1])
        self.latest: Samples | None = None
        """Where the window that has just ended has its highest peak; None when none has ended."""

    def estimate(self, microphone: Block, speaker: Block) -> Samples | None:
        """Take in what was recorded and what was played during the same samples, of equal length.

        Returns the delay whenever a window is complete and the delay is certain.
        """
        self._microphone = np.concatenate([self._microphone[len(microphone) :], microphone])
        self._speaker = np.concatenate([self._speaker[len(speaker) :], speaker])
        self._since += len(microphone)
        self.latest = None
        if self._since < _WINDOW:
            return None
        self._since -= _WINDOW
        if rms(self._speaker[LONGEST:]) < _LEAST_SPEECH:
            return None
        self._correlations.append(self._correlation())
        self.latest = int(np.argmax(self._correlations[-1]))
        return self._certain_delay()

    def compare(self, late: float, pace: float, response: RoomResponse) -> Shift | None:
        """By how much the echo of the last window is off where ``response`` has it.

        ``late`` is by how much the far end lags at the end of the window, and ``pace`` by how much
        more with every sample.
        """
        if not 0 <= late <= LONGEST - _BEFORE - LEAST_LATE:
            return None
        moments = np.arange(len(self._speaker) - _WINDOW - _BEFORE, len(self._speaker))
        lags = np.maximum(0.0, late + pace * (moments - len(self._speaker)))
        ends = np.zeros(LEAST_LATE)
        sound = np.concatenate([ends, self._speaker, ends])
        far_end = between(sound, LEAST_LATE + moments - lags)
        if rms(far_end[_BEFORE:]) < _LEAST_SPEECH:
            return None
        return response.compare(self._microphone, far_end)

    def _correlation(self) -> NDArray[np.float64]:
        """The correlation at every delay from 0 to LONGEST, scaled to an RMS of 1."""
        near_end = np.fft.rfft(self._microphone, _FFT)
        far_end = np.fft.rfft(self._speaker, _FFT)
        spectrum = np.conj(near_end) * far_end
        phases = spectrum / (np.abs(spectrum) + 1e-9) * self._band
        correlation: NDArray[np.float64] = np.fft.irfft(phases, _FFT)[LONGEST::-1]
        return correlation / max(1e-9, float(np.sqrt(np.mean(correlation * correlation))))

    def _certain_delay(self) -> Samples | None:
        """The delay on which the windows agree, or None."""
        total: NDArray[np.float64] = np.sum(self._correlations, axis=0)
        delay = int(np.argmax(total))
        about = slice(max(0, delay - _SAME), delay + _SAME + 1)
        votes = sum(np.max(each[about]) > _LEAST_WINDOW_PEAK for each in self._correlations)
        certain = total[delay] > _LEAST_PEAK * _rms_beside(total, delay)
        if not certain or votes < _LEAST_WINDOWS:
            return None
        return delay


@dataclass(frozen=True, slots=True)
class Shift:
    """How much later than expected the echo comes, in samples, and how sure that is."""

    by: float
    likeness: float
    """From 0 to 1: how like the known response the response of this window is."""
    age: Samples
    """How long ago the sound was heard that tells it: it is not spread evenly in its window."""
    response: NDArray[np.float64]


class RoomResponse:
    """The response of the room from the far end to the microphone, where the filter has learnt it.

    It is the correlation by phase, which has a peak for the direct sound and for every reflection.
    That they move together tells a clock or a buffer from a reflection that is louder for once.
    """

    def __init__(self) -> None:
        self._known = np.zeros(_LAGS)
        self._windows = 0

    @property
    def peak(self) -> Samples | None:
        """The lag of the highest peak behind the far end; None while nothing is known."""
        return int(np.argmax(self._known)) - _AHEAD if self._windows else None

    def compare(self, microphone: Waveform, far_end: Waveform) -> Shift:
        """``far_end`` begins _BEFORE samples before the ``microphone`` does."""
        frequencies = np.fft.rfftfreq(_SHORT_FFT, 1 / RATE_HZ)
        band = (frequencies > _BAND_HZ[0]) & (frequencies < _BAND_HZ[1])
        cross = np.conj(np.fft.rfft(microphone, _SHORT_FFT)) * np.fft.rfft(far_end, _SHORT_FFT)
        phases = cross / (np.abs(cross) + 1e-9) * band
        correlation = np.fft.irfft(phases, _SHORT_FFT)
        response = correlation[_BEFORE + _AHEAD : _BEFORE + _AHEAD - _LAGS : -1]
        response = response / max(1e-9, float(np.linalg.norm(response)))
        age = _WINDOW - _middle(far_end[_BEFORE:])
        if not self._windows:
            return Shift(0.0, 0.0, age, response)
        alike = np.correlate(response, self._known, "full")
        alike = alike[_LAGS - 1 - _FURTHEST : _LAGS + _FURTHEST]
        place = _peak_place(alike)
        likeness = float(np.max(alike) / np.linalg.norm(self._known))
        return Shift(place - _FURTHEST, likeness, age, response)

    def learn(self, shift: Shift) -> None:
        """Take in the response of a window, moved back to where the echo is expected."""
        turns = np.exp(2j * np.pi * np.fft.rfftfreq(_LAGS) * shift.by)
        moved = np.fft.irfft(np.fft.rfft(shift.response) * turns, _LAGS)
        self._windows += 1
        self._known += (moved - self._known) * max(_LEARNS, 1 / self._windows)


def _peak_place(alike: NDArray[np.float64]) -> float:
    """The place of the peak, by a parabola through its highest three samples."""
    highest = int(np.argmax(alike))
    if not 0 < highest < len(alike) - 1:
        return float(highest)
    before, there, after = alike[highest - 1 : highest + 2]
    return highest + float((after - before) / (2 * (2 * there - before - after)))


def _middle(sound: Waveform) -> Samples:
    """The centre of gravity of the sound's energy."""
    energies = np.square(sound, dtype=np.float64)
    return int(energies @ np.arange(len(sound)) / max(1.0, float(energies.sum())))


def _rms_beside(correlation: NDArray[np.float64], delay: Samples) -> float:
    """RMS outside of the peak at ``delay`` and the reverberation behind it."""
    before, after = correlation[: max(0, delay - _PEAK // 6)], correlation[delay + _PEAK :]
    beside = np.concatenate([before, after])
    return float(np.sqrt(np.mean(beside * beside)))
