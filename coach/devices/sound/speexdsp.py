"""Speexdsp: libspeexdsp's adaptive echo filter and its noise suppressor.

A linear filter does not change the user's speech, which is what a recogniser needs; cancellers for
telephony suppress the user together with the echo. The suppressor follows Ephraim and Malah, and
the noise that remains masks the distortion of speech.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

import numpy as np

from coach.echo.canceller import CLIPPED
from coach.errors import DeviceError
from coach.units import RATE_HZ, Block, Samples, samples, silence

FRAME: Samples = samples(0.01)
"""The block length of the library's functions."""

_STATE = ctypes.c_void_p
_INT16 = ctypes.POINTER(ctypes.c_int16)


def pointer(block: Block) -> Any:
    """A C pointer to the samples of a contiguous block."""
    return block.ctypes.data_as(_INT16)


@cache
def speexdsp() -> Any:
    """The loaded library. Raises DeviceError where it is missing."""
    name = ctypes.util.find_library("speexdsp") or "libspeexdsp.so.1"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        raise DeviceError(
            "libspeexdsp is missing, so the coach hears its own voice and all of the noise: "
            "sudo apt-get install libspeexdsp1"
        ) from None
    for kind in ("echo", "preprocess"):
        init = getattr(library, f"speex_{kind}_state_init")
        init.restype, init.argtypes = _STATE, [ctypes.c_int, ctypes.c_int]
        getattr(library, f"speex_{kind}_ctl").argtypes = [_STATE, ctypes.c_int, ctypes.c_void_p]
        getattr(library, f"speex_{kind}_state_destroy").argtypes = [_STATE]
    library.speex_echo_cancellation.argtypes = [_STATE, _INT16, _INT16, _INT16]
    library.speex_preprocess_run.argtypes = [_STATE, _INT16]
    return library


# Requests of speex_echo_ctl, from speex/speex_echo.h.
_SET_SAMPLING_RATE = 24

_TAIL: Samples = samples(0.4)
"""The length of the filter: a room's reverberation and the delay that is left to the filter."""


_LOUDEST = 5e8
"""If the mean square of a pre-emphasised frame is above this, the microphone is hopelessly clipped.
From 1e9 on the library forgets its filter and prints a warning to stderr."""


class SpeexdspCanceller:
    """An AdaptiveFilter of 400 ms. Raises DeviceError without libspeexdsp."""

    def __init__(self) -> None:
        self._library = speexdsp()
        self.state: int = self._library.speex_echo_state_init(FRAME, _TAIL)
        """The library's handle, valid as long as this object."""
        self._silent: Samples = 2 * _TAIL
        rate = ctypes.c_int(RATE_HZ)
        self._library.speex_echo_ctl(self.state, _SET_SAMPLING_RATE, ctypes.byref(rate))

    def __del__(self) -> None:
        if getattr(self, "state", None):
            self._library.speex_echo_state_destroy(self.state)

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        # With nothing to cancel, the filter would adapt to noise and print warnings to stderr.
        self._silent = 0 if np.any(speaker) else self._silent + len(speaker)
        if self._silent > 2 * _TAIL:
            return microphone
        clean = np.empty_like(microphone)
        for start in range(0, len(microphone), FRAME):
            frame = slice(start, start + FRAME)
            heard = microphone[frame]
            hopeless = _emphasised_energy(heard) > _LOUDEST
            if hopeless:
                heard = silence(FRAME)
                heard[0] = CLIPPED
            self._library.speex_echo_cancellation(
                self.state, pointer(heard), pointer(speaker[frame]), pointer(clean[frame])
            )
            if hopeless:
                clean[frame] = microphone[frame]
        return clean


def _emphasised_energy(block: Block) -> float:
    difference = np.diff(block.astype(np.float64))
    return float(difference @ difference) / len(block)


# Requests of speex_preprocess_ctl, from speex/speex_preprocess.h.
_SET_DENOISE = 0
_SET_NOISE_SUPPRESS = 18
_SET_ECHO_SUPPRESS = 20
_SET_ECHO_SUPPRESS_ACTIVE = 22
_SET_ECHO_STATE = 24

_NOISE_DB = -15
"""How far noise is suppressed; the library's own default."""


class SpeexdspSuppressor:
    """A NoiseSuppressor with a delay of 10 ms. Raises DeviceError without libspeexdsp.

    One that follows a canceller must be given that canceller's output, frame by frame.
    """

    def __init__(self) -> None:
        self._library = speexdsp()
        self._state = self._library.speex_preprocess_state_init(FRAME, RATE_HZ)
        self._canceller: SpeexdspCanceller | None = None
        self._set(_SET_DENOISE, 1)
        self._set(_SET_NOISE_SUPPRESS, _NOISE_DB)

    def follow(self, canceller: SpeexdspCanceller) -> None:
        """Suppress the residual echo of ``canceller`` as well, as the library estimates it."""
        self._library.speex_preprocess_ctl(self._state, _SET_ECHO_STATE, canceller.state)
        self._canceller = canceller  # whose state must outlive its use here

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.speex_preprocess_state_destroy(self._state)

    def suppress(self, block: Block, echo_db: float) -> Block:
        # The same value whether or not the library believes that the user speaks.
        self._set(_SET_ECHO_SUPPRESS, -round(echo_db))
        self._set(_SET_ECHO_SUPPRESS_ACTIVE, -round(echo_db))
        clean = block.copy()
        for start in range(0, len(clean), FRAME):
            self._library.speex_preprocess_run(self._state, pointer(clean[start : start + FRAME]))
        return clean

    def _set(self, request: int, value: int) -> None:
        setting = ctypes.c_int(value)
        self._library.speex_preprocess_ctl(self._state, request, ctypes.byref(setting))
