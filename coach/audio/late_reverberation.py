"""Late reverberation: what a room that rings adds to speech, made softer.

What arrives 50 ms late or later smears one sound over the next. In every frequency it is expected
to be what was heard then, softer by as much as the room's ringing has died away since (Lebart,
Boucher and Denbigh 2001), and power of that size is taken out. Steady noise is left as it is.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.units import Block, Samples, gain, samples

HOP: Samples = samples(0.01)
"""Blocks are a multiple of this long."""

_WINDOW: Samples = samples(0.03)

_RT60_S = 0.5
"""How long a sound takes to die away by 60 dB in an ordinary room. Tiles take longer, and carpets
shorter."""

_LATE_HOPS = 5
_DIED_AWAY = gain(-60.0 * _LATE_HOPS * HOP / samples(_RT60_S)) ** 2
"""By which part of its power a sound dies away within those 50 ms."""

_LEAST_GAIN = gain(-10.0)
"""No frequency is lowered further: what is left masks the distortion."""

_SMOOTHING, _SLOW_SMOOTHING = 0.6, 0.9
"""How much of the power that was expected of a frequency is kept at the next hop …"""

_NOISE_OF_LEAST = 2.0
"""… and the least of what is smoothed slowly is about half of a steady noise."""

_LEAST_OVER_HOPS, _LEASTS = 30, 5
"""The least is kept for so many hops each time, and so many times."""

_LEAST_POWER = 1e-9
"""It stands for digital silence, so that nothing is divided by 0."""

_Spectrum = NDArray[np.float64]


class LateReverberation:
    """Suppresses the late reverberation of one stream; its sound comes ``delay`` samples late."""

    delay: Samples = _WINDOW - HOP

    def __init__(self) -> None:
        window = np.hanning(_WINDOW + 1)[:-1]
        self._window = np.sqrt(window / window.reshape(-1, HOP).sum(axis=0).mean())
        self._heard = np.zeros(self.delay)
        self._ahead = np.zeros(_WINDOW)
        self._noise = _Noise()
        bins = _WINDOW // 2 + 1
        self._power = np.zeros(bins)
        self._ringing = deque([np.zeros(bins)] * _LATE_HOPS)

    def suppress(self, block: Block) -> Block:
        """The next block, whose length is a multiple of HOP, of the same length."""
        sound = np.concatenate([self._heard, block])
        hops = len(block) // HOP
        self._heard = sound[hops * HOP :]
        windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::HOP]
        spectra = np.fft.rfft(windows * self._window, axis=1)
        gains = [self._gain(power) for power in spectra.real**2 + spectra.imag**2]
        parts = np.fft.irfft(spectra * np.array(gains), _WINDOW, axis=1) * self._window
        clean = np.concatenate([self._overlapped(part) for part in parts])
        whole: Block = np.clip(np.rint(clean), -32768, 32767).astype(np.int16)
        return whole

    def _gain(self, power: _Spectrum) -> _Spectrum:
        """The factor of every frequency of the next window."""
        late = _DIED_AWAY * self._ringing.popleft()
        self._power = _SMOOTHING * self._power + (1 - _SMOOTHING) * power
        self._ringing.append(np.maximum(0.0, self._power - self._noise.level(power)))
        left = 1.0 - late / np.maximum(power, _LEAST_POWER)
        return np.sqrt(np.clip(left, _LEAST_GAIN**2, 1.0))

    def _overlapped(self, part: NDArray[np.float64]) -> NDArray[np.float64]:
        self._ahead += part
        done = self._ahead[:HOP]
        self._ahead = np.concatenate([self._ahead[HOP:], np.zeros(HOP)])
        return done


class _Noise:
    """The steady noise in every frequency: minimum statistics (Martin 2001), in a simple form."""

    def __init__(self) -> None:
        self._smoothed: _Spectrum | None = None
        self._least: deque[_Spectrum] = deque(maxlen=_LEASTS + 1)
        self._hops = 0

    def level(self, power: _Spectrum) -> _Spectrum:
        """The power of the noise in a window of that power."""
        before = power if self._smoothed is None else self._smoothed
        self._smoothed = _SLOW_SMOOTHING * before + (1 - _SLOW_SMOOTHING) * power
        if self._hops % _LEAST_OVER_HOPS == 0:
            self._least.append(self._smoothed)
        self._least[-1] = np.minimum(self._least[-1], self._smoothed)
        self._hops += 1
        least: _Spectrum = np.minimum.reduce(list(self._least))
        return _NOISE_OF_LEAST * least
