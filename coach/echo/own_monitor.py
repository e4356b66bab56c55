"""Own monitor: whether a microphone is the monitor of the speaker, which hears no room.

A sound server offers the sound that a speaker plays as if it came from a microphone. It is an exact
copy, resampled at most. A room, a loudspeaker and the noise of a microphone always add something.
"""

from __future__ import annotations

import numpy as np

from coach.units import Block, Samples

_REACH: Samples = 16
"""A copy is a millisecond early or late at most; so long is the filter of a resampler, too."""

_COPIED_DB = -30.0
"""What is heard is a copy if the energy that no filter of what was played explains is below this.
That was -57 dB (a chirp) and -36 dB (a harp) with PulseAudio's monitor, and -20 dB in a simulated
room whose tail is 20 dB below the direct sound."""

_AS_LOUD_DB = 0.5
"""Within this, a copy is as loud as what was played. PulseAudio's monitor is 0.1 dB softer."""

_RIDGE = 1e-9
"""Regularization. Where the sound has no energy, as above the band of a chirp, any filter would do:
this chooses the one with the lowest gain."""


def unlike_db(heard: Block, played: Block) -> float:
    """How much of ``heard`` is no copy of ``played``: its energy relative to all of it, in dB.

    Both have the same length, and what was played is heard within a millisecond of its place. A
    copy is what a filter of two milliseconds makes of it.
    """
    ends = np.zeros(_REACH)
    wide = np.concatenate([ends, played.astype(np.float64), ends])
    shifted = np.lib.stride_tricks.sliding_window_view(wide, 2 * _REACH + 1)
    wanted = heard.astype(np.float64)
    # Normal equations, a column at a time: lstsq, and all at once, take fifty times as long
    gram = np.stack([shifted.T @ column for column in shifted.T])
    gram[np.diag_indices_from(gram)] += _RIDGE * np.trace(gram) + 1e-9
    response = np.linalg.solve(gram, shifted.T @ wanted)
    left = wanted - shifted @ response
    return float(10.0 * np.log10((left @ left + 1e-9) / (wanted @ wanted + 1e-9)))


def is_own_monitor(unlike: float, gain_db: float, *, silent_before: bool) -> bool:
    """Whether what was heard is exactly what was played.

    ``unlike`` is as from ``unlike_db``, and ``gain_db`` how much louder it was heard. A copy that
    is softer or louder than what was played is one that a volume was set for, if there was digital
    silence before it (``silent_before``).
    """
    return unlike < _COPIED_DB and (silent_before or abs(gain_db) < _AS_LOUD_DB)
