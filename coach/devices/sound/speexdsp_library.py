"""Speexdsp library: libspeexdsp through ctypes, found once, its functions declared."""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

from coach.errors import DeviceError
from coach.units import Block, Samples, samples

FRAME: Samples = samples(0.01)
"""What its functions take at a time."""

_STATE = ctypes.c_void_p
_INT16 = ctypes.POINTER(ctypes.c_int16)


def pointer(block: Block) -> Any:
    """Where the samples of a contiguous block lie."""
    return block.ctypes.data_as(_INT16)


@cache
def speexdsp() -> Any:
    """The library. Raises DeviceError where it is missing."""
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
