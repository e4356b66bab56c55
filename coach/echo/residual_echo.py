"""Residual echo: how much of the coach's voice is in the microphone, before and after cancellation.

All levels are energies of pre-emphasised hops of 10 ms. What the room returns follows the energy
that was played, smeared by its tail; the ratio of the two is learned while the coach speaks.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.audio.loudness import HOP, Emphasis
from coach.units import Block, Samples, gain

Hops = NDArray[np.float64]

_WINDOW = 10 * HOP
_WINDOWS = 60  # six seconds of the coach's speech
_LEAST_WINDOWS = 5
_LATELY = 10  # hops
_QUIET_WINDOWS = 30
_MEMORY_HOPS = 1000
_TAIL_PER_HOP = gain(-2.0) ** 2
"""Half as fast as a room of 0.3 s decays: an echo that comes early or late is still covered."""

_PLAYED_LEAST = 30.0**2
_AUDIBLE = gain(6.0) ** 2
_LEAST_AUDIBLE = 10.0**2
"""About -70 dBFS: nobody means anything so softly, and a muted microphone is softer still."""
_CANCELLED = gain(-12.0) ** 2
_MATTERS = gain(-13.0) ** 2
_IN_THERE = 0.5
_QUANTILE = 0.35
"""Below the median, for the user speaks over some of the windows."""

_STEP_DB, _STEPS = 3.0, 24
_AROUND_DB = 4.5

PLAYED, HEARD, LEFT, TAKEN, FOUND, ECHO, EXPECTED = range(7)
"""What is kept of a hop. TAKEN is what cancellation took out, FOUND its likeness to what was
heard. EXPECTED is what was to be expected in LEFT, as was known then: of the coach's voice, which
is ECHO, and of noise.
"""


class ResidualEcho:
    """Learns from aligned blocks what the coach's own voice amounts to in the microphone."""

    def __init__(self) -> None:
        self._emphases = tuple(Emphasis() for _ in range(4))
        self._played = 0.0
        self._now: Samples = 0
        # Written from the front to the back; at the end the latest are brought to the front.
        self._written: Hops = np.zeros((4 * _MEMORY_HOPS, 7))
        self._end = _MEMORY_HOPS
        self._mixer: deque[Hops] = deque(maxlen=_WINDOWS)
        self._quiet: deque[float] = deque(maxlen=_QUIET_WINDOWS)
        self._ratios = _Ratios()
        self.deaf_until = -math.inf
        """Until when nothing is, or was, heard: a sample, or for ever."""

    def measure(
        self, played: Block, heard: Block, left: Block, cancelled: Block | None = None
    ) -> None:
        """Take in what was played, aligned; what the microphone heard; what was left of that.

        ``cancelled`` is the canceller's own output, where that is not what was left.
        """
        blocks = (played, heard, left, left if cancelled is None else cancelled)
        p, h, r, c = (each.hops(block) for each, block in zip(self._emphases, blocks, strict=True))
        taken = h - c
        energies = (
            np.mean(one * other, axis=1)
            for one, other in ((p, p), (h, h), (r, r), (taken, taken), (taken, h))
        )
        for energy in zip(*energies, strict=True):
            self._take_in([*map(float, energy)])

    def _take_in(self, hop: list[float]) -> None:
        self._played = hop[PLAYED] = max(hop[PLAYED], _TAIL_PER_HOP * self._played)
        echo = self._ratios.of(self._played)
        expected = echo + self._noise + 1.0
        if self._end == len(self._written):
            self._written[:_MEMORY_HOPS] = self._hops
            self._end = _MEMORY_HOPS
        self._written[self._end] = (*hop, echo, expected)
        self._end += 1
        self._now += HOP
        if self._now % _WINDOW == 0:
            self._learn()

    @property
    def _hops(self) -> Hops:
        """The latest of them, the last at the end."""
        return self._written[self._end - _MEMORY_HOPS : self._end]

    def forget(self) -> None:
        """The way of the echo has changed: nothing that was learned holds any longer."""
        self._mixer.clear()
        self._ratios = _Ratios()

    def be_deaf(self, until: float) -> None:
        """Nothing is heard until that sample: what is played till then tells nothing."""
        self.deaf_until = max(self.deaf_until, until)

    def hear_again(self) -> None:
        """A device is back, perhaps as loud as it was, perhaps not."""
        self.deaf_until = self._now
        self.forget()

    def excess(self, start: Samples, end: Samples) -> float:
        """How many times louder the sound between was than what was to be expected then: what is
        left of the coach's voice, and the noise.
        """
        hop = self._mean(start, end)
        return float(hop[LEFT] / max(1.0, hop[EXPECTED]))

    def latest_excess(self, length: Samples) -> float:
        """The excess of the last ``length`` samples."""
        return self.excess(self._now - length, self._now)

    @property
    def level(self) -> float:
        """How loud what is left of the coach's voice is to be expected just now, RMS in int16 units
        of pre-emphasised sound; 0.0 before anything was learned. Noise is no part of it: that is
        taken out before anybody looks.
        """
        echo = float(self._hops[-_LATELY:, ECHO].mean())
        return math.sqrt(echo) if math.isfinite(echo) else 0.0

    def is_uncancelled(self, start: Samples, end: Samples) -> bool:
        """Whether what was taken out was not in there: the echo comes from elsewhere now, and
        nobody has noticed yet.

        Whoever speaks over an echo that is cancelled is like it by chance only.
        """
        hop = self._mean(start, end)
        return bool(hop[TAKEN] > _MATTERS * hop[HEARD] and hop[FOUND] < _IN_THERE * hop[TAKEN])

    def coach_speaks(self, start: Samples, end: Samples) -> bool:
        """Whether the coach's voice, or its tail, was to be heard between."""
        return bool(self._mean(start, end)[PLAYED] > _PLAYED_LEAST)

    def spoke_lately(self, length: Samples) -> bool:
        """Whether the coach's voice, or its tail, was to be heard that lately."""
        return bool(self._hops[-(length // HOP) :, PLAYED].max() > _PLAYED_LEAST)

    @property
    def is_strong(self) -> bool:
        """Whether what is left of the coach's voice may pass for the user's.

        So it is before anything was learned, and while cancellation takes less than 12 dB off an
        echo that stands out from the noise. What is played loudest tells: that is what distorts.
        """
        if len(self._mixer) < _LEAST_WINDOWS:
            return True
        hops = np.array(self._mixer)
        loud = hops[hops[:, PLAYED] >= np.median(hops[:, PLAYED])]
        audible = _low(loud[:, LEFT]) > max(_LEAST_AUDIBLE, _AUDIBLE * self._noise)
        # Where audio was lost there is nothing at all in what was heard.
        return audible and _low(loud[:, LEFT] / np.maximum(1.0, loud[:, HEARD])) > _CANCELLED

    def _learn(self) -> None:
        if self._now - _WINDOW < self.deaf_until:
            return
        window = self._hops[-_WINDOW // HOP :].mean(axis=0)
        if window[PLAYED] <= _PLAYED_LEAST:
            self._quiet.append(float(window[LEFT]))
            return
        self._mixer.append(window)
        if len(self._mixer) >= _LEAST_WINDOWS:
            hops = np.array(self._mixer)
            self._ratios.learn(hops[:, PLAYED], hops[:, LEFT])

    @property
    def _noise(self) -> float:
        return min(self._quiet, default=0.0)

    def _mean(self, start: Samples, end: Samples) -> Hops:
        ago = max(0, (self._now - end) // HOP), (self._now - start) // HOP
        latest = _MEMORY_HOPS - min(ago[0], _MEMORY_HOPS - 1)
        earliest = max(0, min(latest - 1, _MEMORY_HOPS - ago[1]))
        mean: Hops = self._hops[earliest:latest].mean(axis=0)
        return mean


class _Ratios:
    """What comes of what is played, by its level: a speaker or a microphone that is driven too
    loud distorts, and of that more is left. Everything, until something was learned.
    """

    def __init__(self) -> None:
        self._ratios: Hops = np.full(_STEPS, math.inf)

    def learn(self, played: Hops, came: Hops) -> None:
        levels_db, ratios = 10 * np.log10(played / _PLAYED_LEAST), came / played
        distances = np.abs(levels_db - _STEP_DB * np.arange(_STEPS)[:, np.newaxis])
        nearest = np.sort(distances, axis=1)[:, _LEAST_WINDOWS - 1, np.newaxis]
        near = distances <= np.maximum(_AROUND_DB, nearest)
        self._ratios = _quantiles(np.where(near, ratios, math.inf), near.sum(axis=1))

    def of(self, played: float) -> float:
        """What is to be expected of so much; nothing of what is too soft to be heard."""
        if played <= _PLAYED_LEAST:
            return 0.0
        step = round(10 * math.log10(played / _PLAYED_LEAST) / _STEP_DB)
        return float(self._ratios[min(step, _STEPS - 1)]) * played


def _low(values: Hops) -> float:
    return float(np.quantile(values, _QUANTILE))


def _quantiles(rows: Hops, counts: NDArray[np.int_]) -> Hops:
    """_QUANTILE of the ``counts`` least of each row, as numpy.quantile has it: that would take
    each row by itself, and half of the time of all that is done about the echo.
    """
    ordered = np.sort(rows, axis=1)
    place = _QUANTILE * (counts - 1)
    below = place.astype(int)
    above = np.minimum(below + 1, counts - 1)
    each = np.arange(len(rows))
    low, high = ordered[each, below], ordered[each, above]
    quantiles: Hops = low + (high - low) * (place - below)
    return quantiles
