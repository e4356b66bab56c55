"""Bandwidth: how much of a voice is above the 4 kHz at which a telephone ends.

A headset in its hands-free profile samples at 8 kHz; resampled to 16 kHz it looks like any other
microphone, but "s", "f" and "th" are missing.
"""

from __future__ import annotations

import numpy as np

from coach.units import RATE_HZ, Block

_WINDOW = 512
_BELOW_HZ = (2_400.0, 3_300.0)
"""A band that every telephone transmits."""
_ABOVE_HZ = (4_500.0, 7_500.0)
"""A band that no telephone transmits, without the edges at which a resampler may roll off."""
_FLOOR = 1e-3
"""A power below that of rounding to int16, which is added so that nothing is divided by zero."""


def above_telephone_db(sound: Block) -> float:
    """The power per Hz from 4.5 to 7.5 kHz relative to that from 2.4 to 3.3 kHz, in dB.

    ``sound`` has at least 512 samples, a voice among them: its loud consonants outweigh the noise.
    """
    frames = sound[: len(sound) // _WINDOW * _WINDOW].reshape(-1, _WINDOW).astype(np.float64)
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2, axis=0)
    hz = np.fft.rfftfreq(_WINDOW, 1.0 / RATE_HZ)
    above, below = (
        float(np.mean(power[(hz >= low) & (hz <= high)])) for low, high in (_ABOVE_HZ, _BELOW_HZ)
    )
    return float(10.0 * np.log10((above + _FLOOR) / (below + _FLOOR)))
