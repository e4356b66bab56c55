"""Leftover: how much of the coach's voice is in the microphone, before and after cancellation.

All levels are energies of pre-emphasised hops of 10 ms. What the room returns follows the energy
that was played, smeared by its tail; the ratio of the two is learned while the coach speaks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from coach.loudness import HOP, Emphasis
from coach.units import Block, Samples, gain

_WINDOW_HOPS = 10
_LEARNED_WINDOWS = 30  # three seconds of the coach's speech
_LEAST_WINDOWS = 5
_MEMORY_HOPS = 1000
_TAIL_PER_HOP = gain(-2.0) ** 2
"""A room of half a second decays by 60 dB in 50 hops."""

_PLAYED_LEAST = 30.0**2
_AUDIBLE = gain(6.0) ** 2
_CANCELLED = gain(-12.0) ** 2
_ALL = 0.7
_AS_LOUD = gain(5.0) ** 2
_QUANTILE = 0.35
"""Below the median, for the user speaks over some of the windows."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """``echo`` and ``expected`` are what was to be expected, as was known then, in ``heard`` and in
    ``left``.
    """

    played: float
    heard: float
    left: float
    echo: float
    expected: float


class Leftover:
    """Learns from aligned blocks what the coach's own voice amounts to in the microphone."""

    def __init__(self) -> None:
        self._emphases = Emphasis(), Emphasis(), Emphasis()
        self._played = 0.0
        self._now: Samples = 0
        self._hops: deque[_Hop] = deque(maxlen=_MEMORY_HOPS)
        self._hops_in_window = 0
        self._speaking: deque[_Hop] = deque(maxlen=_LEARNED_WINDOWS)
        self._quiet: deque[float] = deque(maxlen=_LEARNED_WINDOWS)
        self._ratio = self._echo_ratio = float("inf")

    def accept(self, played: Block, heard: Block, left: Block) -> None:
        """Take in what was played, aligned; what the microphone heard; what cancellation left."""
        blocks = (played, heard, left)
        levels = [e.levels(block) for e, block in zip(self._emphases, blocks, strict=True)]
        for hop in zip(*levels, strict=True):
            self._played = max(hop[0] ** 2, _TAIL_PER_HOP * self._played)
            echo, expected = self._echo_ratio * self._played, self._ratio * self._played
            self._hops.append(
                _Hop(self._played, hop[1] ** 2, hop[2] ** 2, echo, expected + self._noise + 1.0)
            )
            self._hops_in_window += 1
            if self._hops_in_window == _WINDOW_HOPS:
                self._learn()
        self._now += len(played)

    def forget(self) -> None:
        """The way of the echo has changed: nothing that was learned holds any longer."""
        self._speaking.clear()
        self._ratio = self._echo_ratio = float("inf")

    def _learn(self) -> None:
        self._hops_in_window = 0
        window = _mean(list(islice(reversed(self._hops), _WINDOW_HOPS)))
        if window.played <= _PLAYED_LEAST:
            self._quiet.append(window.left)
            return
        self._speaking.append(window)
        if len(self._speaking) >= _LEAST_WINDOWS:
            self._ratio = _low(w.left / w.played for w in self._speaking)
            self._echo_ratio = _low(w.heard / w.played for w in self._speaking)

    def excess(self, start: Samples, end: Samples) -> float:
        """How many times louder the sound between was than what was to be expected then: what is
        left of the coach's voice, and the noise.
        """
        hop = _mean(self._between(start, end))
        return hop.left / max(1.0, hop.expected)

    def is_uncancelled(self, start: Samples, end: Samples) -> bool:
        """Whether all of the sound between was left, although it was no louder than the echo is
        otherwise: the echo comes from elsewhere now, and nobody has noticed yet.
        """
        hop = _mean(self._between(start, end))
        return hop.left > _ALL * hop.heard and hop.heard < _AS_LOUD * hop.echo

    def coach_speaks(self, start: Samples, end: Samples) -> bool:
        """Whether the coach's voice, or its tail, was to be heard between."""
        return _mean(self._between(start, end)).played > _PLAYED_LEAST

    @property
    def is_strong(self) -> bool:
        """Whether what is left of the coach's voice may pass for the user's.

        So it is before anything was learned, and while cancellation takes less than 12 dB off an
        echo that stands out from the noise.
        """
        if len(self._speaking) < _LEAST_WINDOWS:
            return True
        audible = _low(w.left for w in self._speaking) > _AUDIBLE * self._noise
        return audible and self._ratio > _CANCELLED * self._echo_ratio

    @property
    def _noise(self) -> float:
        return min(self._quiet, default=0.0)

    def _between(self, start: Samples, end: Samples) -> list[_Hop]:
        latest = max(0, (self._now - end) // HOP)
        earliest = max(latest + 1, (self._now - start) // HOP)
        return list(islice(reversed(self._hops), latest, earliest))


def _mean(hops: Sequence[_Hop]) -> _Hop:
    count = max(1, len(hops))
    return _Hop(
        sum(hop.played for hop in hops) / count,
        sum(hop.heard for hop in hops) / count,
        sum(hop.left for hop in hops) / count,
        sum(hop.echo for hop in hops) / count,
        sum(hop.expected for hop in hops) / count,
    )


def _low(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(_QUANTILE * len(ordered))]
