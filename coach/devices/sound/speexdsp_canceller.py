"""Speexdsp canceller: the coach's own voice taken out of the microphone, linearly.

A linear filter leaves the user's speech as it is, which is what a recogniser needs; conversational
cancellers suppress the user together with the echo.
"""

from __future__ import annotations

import ctypes

import numpy as np

from coach.devices.sound.speexdsp_library import FRAME, pointer, speexdsp
from coach.units import RATE_HZ, Block, Samples, samples

_TAIL: Samples = samples(0.4)
_SET_SAMPLING_RATE = 24  # SPEEX_ECHO_SET_SAMPLING_RATE of speex/speex_echo.h


class SpeexdspCanceller:
    """An EchoCanceller with a filter of 400 ms. Raises DeviceError without libspeexdsp."""

    def __init__(self) -> None:
        self._library = speexdsp()
        self.state: int = self._library.speex_echo_state_init(FRAME, _TAIL)
        """The library's, valid as long as this object is."""
        self._silent: Samples = 2 * _TAIL
        rate = ctypes.c_int(RATE_HZ)
        self._library.speex_echo_ctl(self.state, _SET_SAMPLING_RATE, ctypes.byref(rate))

    def __del__(self) -> None:
        if getattr(self, "state", None):
            self._library.speex_echo_state_destroy(self.state)

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        # With nothing to cancel the filter would learn from noise, and complain on stderr.
        self._silent = 0 if np.any(speaker) else self._silent + len(speaker)
        if self._silent > 2 * _TAIL:
            return microphone
        clean = np.empty_like(microphone)
        for start in range(0, len(microphone), FRAME):
            end = start + FRAME
            self._library.speex_echo_cancellation(
                self.state,
                pointer(microphone[start:end]),
                pointer(speaker[start:end]),
                pointer(clean[start:end]),
            )
        return clean
