"""Delay estimator: how late the speaker's sound comes back through the microphone, from speech.

Generalised cross-correlation with phase transform (Knapp and Carter 1976): it needs no level, no
silence of the user and no clean room, only that the speaker says something.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import RATE_HZ, Block, Samples, rms, samples

LONGEST: Samples = samples(0.75)
"""The longest delay that is looked for."""

_WINDOW: Samples = samples(0.5)
_FFT: Samples = 32_768  # no less than the window and the longest delay with it
_WINDOWS = 4
_BAND_HZ = (150, 6000)
_LEAST_SPEECH = 50.0  # RMS of the speaker's window, int16 units
# A vowel of the user can look like one of the coach, in one window: hence a peak that stands out
# from the sum of several, and a vote of each. The tests of the canceller have both.
_LEAST_PEAK = 17.0
_LEAST_WINDOW_PEAK = 6.0
_LEAST_WINDOWS = 2
_PEAK: Samples = samples(0.15)  # the peak and the room's tail behind it
_SAME: Samples = samples(0.0005)


class DelayEstimator:
    """Looks at every half second in which the speaker speaks; four of them, in all, decide."""

    def __init__(self) -> None:
        self._microphone = np.zeros(_WINDOW)
        self._speaker = np.zeros(_WINDOW + LONGEST)
        self._since: Samples = 0
        self._likenesses: deque[NDArray[np.float64]] = deque(maxlen=_WINDOWS)
        frequencies = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
        self._band = (frequencies > _BAND_HZ[0]) & (frequencies < _BAND_HZ[1])
        self.latest = 0.0
        """The delay when it was certain last, from one window alone, to fractions of a sample."""

    def estimate(self, microphone: Block, speaker: Block) -> Samples | None:
        """Take in blocks of one length, of the same samples; the delay, whenever it is certain."""
        self._microphone = np.concatenate([self._microphone[len(microphone) :], microphone])
        self._speaker = np.concatenate([self._speaker[len(speaker) :], speaker])
        self._since += len(microphone)
        if self._since < _WINDOW:
            return None
        self._since -= _WINDOW
        if rms(self._speaker[LONGEST:]) < _LEAST_SPEECH:
            return None
        self._likenesses.append(self._likeness())
        return self._agreed()

    def _likeness(self) -> NDArray[np.float64]:
        """How alike the window is to the speaker's sound so many samples before, RMS 1 in all."""
        heard = np.fft.rfft(self._microphone, _FFT)
        said = np.fft.rfft(self._speaker, _FFT)
        spectrum = np.conj(heard) * said
        phases = spectrum / (np.abs(spectrum) + 1e-9) * self._band
        likeness: NDArray[np.float64] = np.fft.irfft(phases, _FFT)[LONGEST::-1]
        return likeness / max(1e-9, float(np.sqrt(np.mean(likeness * likeness))))

    def _agreed(self) -> Samples | None:
        total: NDArray[np.float64] = np.sum(self._likenesses, axis=0)
        delay = int(np.argmax(total))
        about = slice(max(0, delay - _SAME), delay + _SAME + 1)
        votes = sum(np.max(each[about]) > _LEAST_WINDOW_PEAK for each in self._likenesses)
        certain = total[delay] > _LEAST_PEAK * _rest(total, delay)
        if not certain or votes < _LEAST_WINDOWS:
            return None
        self.latest = _highest(self._likenesses[-1], about)
        return delay


def _highest(likeness: NDArray[np.float64], about: slice) -> float:
    """Where the parabola through the highest of the samples and its neighbours is highest."""
    highest = about.start + int(np.argmax(likeness[about]))
    if not 0 < highest < len(likeness) - 1:
        return float(highest)
    before, there, after = likeness[highest - 1 : highest + 2]
    bend = 2 * there - before - after
    return highest + float((after - before) / (2 * bend)) if bend > 0 else float(highest)


def _rest(likeness: NDArray[np.float64], delay: Samples) -> float:
    """RMS of all that is not the peak nor the tail behind it."""
    around = np.concatenate([likeness[: max(0, delay - _PEAK // 6)], likeness[delay + _PEAK :]])
    return float(np.sqrt(np.mean(around * around)))
