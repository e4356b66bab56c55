"""Monitor watch: finds out by the first sounds that the microphone is the speaker's own monitor.

It looks at the blocks of a session, and costs nothing after the first seconds in which the coach is
heard.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coach.echo.delay_estimator import LONGEST
from coach.echo.own_monitor import is_own_monitor, unlike_db
from coach.units import Block, Samples, rms, samples, silence

_WINDOW: Samples = samples(0.25)
"""How much of what is played is looked for in the microphone at a time: short, because a sound card
that has to wait at the start shifts the one against the other."""

_WINDOWS, _COPIES = 20, 3
"""So many windows with sound are looked at, and so many have to be copies."""

_SOONEST: Samples = samples(0.02)
"""No sound card returns anything sooner: what is heard until then is the noise."""

_LEAST_RMS = 100.0
"""A window that is softer than this, in int16 units, holds nothing but rounding errors."""

_WORTH_A_LOOK = 0.8
"""From this correlation on, of 0 to 1, a window is looked at more closely. A resampled copy has
more; few sounds in a room have."""


class MonitorWatch:
    """Compares the first sounds that are played with what is heard.

    ``tell`` is called at most once.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._heard, self._played = silence(0), silence(0)
        self._windows = self._copies = 0
        self._silent_before = False

    def __call__(self, microphone: Block, speaker: Block) -> None:
        """Take in what was heard and played during the same samples."""
        if self._done:
            return
        self._heard = np.concatenate([self._heard, microphone])
        self._played = np.concatenate([self._played, speaker])
        while len(self._heard) >= _WINDOW + LONGEST and not self._done:
            self._look(self._heard[: _WINDOW + LONGEST], self._played[:_WINDOW])
            self._heard, self._played = self._heard[_WINDOW:], self._played[_WINDOW:]
        if self._copies == _COPIES:
            self._tell()

    @property
    def _done(self) -> bool:
        return self._windows == _WINDOWS or self._copies == _COPIES

    def _look(self, heard: Block, played: Block) -> None:
        if rms(played) < _LEAST_RMS:
            return
        if self._windows == 0:
            self._silent_before = not np.any(heard[:_SOONEST])
        self._windows += 1
        delay, likeness = _find(heard, played)
        copy = heard[delay : delay + _WINDOW]
        if likeness < _WORTH_A_LOOK:
            return
        unlike, gain_db = unlike_db(copy, played), 20.0 * float(np.log10(rms(copy) / rms(played)))
        self._copies += is_own_monitor(unlike, gain_db, silent_before=self._silent_before)


def _find(heard: Block, played: Block) -> tuple[Samples, float]:
    """Where ``played`` is most like what was heard, and how like: from 0 to 1."""
    size = 1 << len(heard).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    correlation = np.fft.irfft(spectrum, size)[: len(heard) - len(played) + 1]
    energy = np.concatenate([[0.0], np.cumsum(np.square(heard, dtype=np.float64))])
    there = np.sqrt(energy[len(played) :] - energy[: -len(played)])
    likeness = correlation / np.maximum(1.0, there * np.sqrt(len(played)) * rms(played))
    delay = int(np.argmax(likeness))
    return delay, float(likeness[delay])
