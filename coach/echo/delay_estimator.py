"""Delay estimator: how late the speaker's sound arrives in the microphone, estimated from speech.

Generalised cross-correlation with phase transform (GCC-PHAT, Knapp and Carter 1976) needs no
calibrated level, no silent user and no quiet room. It only needs the coach to speak.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import RATE_HZ, Block, Samples, rms, samples

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
        self.latest = 0.0
        """The last certain delay, from one window alone, with fractions of a sample."""

    def estimate(self, microphone: Block, speaker: Block) -> Samples | None:
        """Take in what was recorded and what was played during the same samples, of equal length.

        Returns the delay whenever a window is complete and the delay is certain.
        """
        self._microphone = np.concatenate([self._microphone[len(microphone) :], microphone])
        self._speaker = np.concatenate([self._speaker[len(speaker) :], speaker])
        self._since += len(microphone)
        if self._since < _WINDOW:
            return None
        self._since -= _WINDOW
        if rms(self._speaker[LONGEST:]) < _LEAST_SPEECH:
            return None
        self._correlations.append(self._correlation())
        return self._certain_delay()

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
        self.latest = _peak_place(self._correlations[-1], about)
        return delay


def _peak_place(correlation: NDArray[np.float64], about: slice) -> float:
    """The place of the peak within ``about``, by a parabola through its highest three samples."""
    highest = about.start + int(np.argmax(correlation[about]))
    if not 0 < highest < len(correlation) - 1:
        return float(highest)
    before, there, after = correlation[highest - 1 : highest + 2]
    bend = 2 * there - before - after
    return highest + float((after - before) / (2 * bend)) if bend > 0 else float(highest)


def _rms_beside(correlation: NDArray[np.float64], delay: Samples) -> float:
    """RMS outside of the peak at ``delay`` and the reverberation behind it."""
    before, after = correlation[: max(0, delay - _PEAK // 6)], correlation[delay + _PEAK :]
    beside = np.concatenate([before, after])
    return float(np.sqrt(np.mean(beside * beside)))
