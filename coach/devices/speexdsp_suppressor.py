"""Speexdsp suppressor: steady noise taken out of the microphone.

Its gains follow Ephraim and Malah; what is left of the noise hides that speech was touched.
"""

from __future__ import annotations

import ctypes

from coach.devices.speexdsp_library import FRAME, pointer, speexdsp
from coach.units import RATE_HZ, Block

_NOISE_DB = -15
_SET_DENOISE = 0  # SPEEX_PREPROCESS_SET_DENOISE of speex/speex_preprocess.h
_SET_NOISE_SUPPRESS = 18  # SPEEX_PREPROCESS_SET_NOISE_SUPPRESS


class SpeexdspSuppressor:
    """A NoiseSuppressor, 10 ms late. Raises DeviceError without libspeexdsp."""

    def __init__(self) -> None:
        self._library = speexdsp()
        self._state = self._library.speex_preprocess_state_init(FRAME, RATE_HZ)
        for request, value in ((_SET_DENOISE, 1), (_SET_NOISE_SUPPRESS, _NOISE_DB)):
            setting = ctypes.c_int(value)
            self._library.speex_preprocess_ctl(self._state, request, ctypes.byref(setting))

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.speex_preprocess_state_destroy(self._state)

    def suppress(self, block: Block) -> Block:
        clean = block.copy()
        for start in range(0, len(clean), FRAME):
            self._library.speex_preprocess_run(self._state, pointer(clean[start : start + FRAME]))
        return clean
