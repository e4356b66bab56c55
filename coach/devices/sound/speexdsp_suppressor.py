"""Speexdsp suppressor: steady noise taken out of the microphone, and what is left of the echo.

Its gains follow Ephraim and Malah; what is left of the noise hides that speech was touched.
"""

from __future__ import annotations

import ctypes

from coach.devices.sound.speexdsp_canceller import SpeexdspCanceller
from coach.devices.sound.speexdsp_library import FRAME, pointer, speexdsp
from coach.units import RATE_HZ, Block

_NOISE_DB = -15
# speex/speex_preprocess.h
_SET_DENOISE = 0
_SET_NOISE_SUPPRESS = 18
_SET_ECHO_SUPPRESS = 20
_SET_ECHO_SUPPRESS_ACTIVE = 22
_SET_ECHO_STATE = 24


class SpeexdspSuppressor:
    """A NoiseSuppressor, 10 ms late. Raises DeviceError without libspeexdsp.

    One that follows a canceller must be given what that canceller made, frame by frame.
    """

    def __init__(self) -> None:
        self._library = speexdsp()
        self._state = self._library.speex_preprocess_state_init(FRAME, RATE_HZ)
        self._canceller: SpeexdspCanceller | None = None
        self._set(_SET_DENOISE, 1)
        self._set(_SET_NOISE_SUPPRESS, _NOISE_DB)

    def follow(self, canceller: SpeexdspCanceller) -> None:
        """Take out what ``canceller`` leaves of the echo, as far as it can tell."""
        self._library.speex_preprocess_ctl(self._state, _SET_ECHO_STATE, canceller.state)
        self._canceller = canceller  # whose state must outlive its use here

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.speex_preprocess_state_destroy(self._state)

    def suppress(self, block: Block, echo_db: float) -> Block:
        # The same whether or not the library believes that the user speaks.
        self._set(_SET_ECHO_SUPPRESS, -round(echo_db))
        self._set(_SET_ECHO_SUPPRESS_ACTIVE, -round(echo_db))
        clean = block.copy()
        for start in range(0, len(clean), FRAME):
            self._library.speex_preprocess_run(self._state, pointer(clean[start : start + FRAME]))
        return clean

    def _set(self, request: int, value: int) -> None:
        setting = ctypes.c_int(value)
        self._library.speex_preprocess_ctl(self._state, request, ctypes.byref(setting))
