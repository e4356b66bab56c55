"""Echo path: a simulation of the way from the speaker through the room to the microphone.

It runs block by block, and is shared by rehearsals and ``scripts/bench_barge_in``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coach.simulation.rehearsal import RoomEcho
from coach.units import Block, Samples, gain, samples

BLOCK: Samples = samples(0.01)
"""How much is played and recorded at a time."""

_TAIL_DECAYS = 3.75
"""After how many decay times the tail is cut off; it is 33 dB down by then."""
_SINC_HALF: Samples = 16
"""Half the length of the interpolation filter."""

Waveform = NDArray[np.float64]


def at_microphone_db(echo: RoomEcho) -> float:
    """The level of the whole echo, direct sound and tail; ``gain_db`` is the direct sound's."""
    return echo.gain_db + float(10.0 * np.log10(1.0 + gain(-2.0 * echo.direct_to_tail_db)))


class EchoPath:
    """Direct sound after the delay, then a tail of exponentially decaying noise (Polack's
    statistical model of late reverberation). ``level`` is the gain of an echo of 0 dB.
    """

    def __init__(self, echo: RoomEcho, level: float, random: np.random.Generator) -> None:
        self._response = _response(echo, random) * level * gain(echo.gain_db)
        self._speaker_limit = echo.speaker_limit
        self._clock = _SlowClock(echo.drift_ppm) if echo.drift_ppm else None
        self._delay = samples(echo.delay_ms / 1000.0)
        later = self._delay
        self._jump_at: Samples | None = None
        if echo.jump is not None:
            self._jump_at = samples(echo.jump.at_s)
            later = samples(echo.jump.delay_ms / 1000.0)
        self._delay_after_jump = later
        self._now: Samples = 0
        self._arriving = np.zeros(max(self._delay, later) + len(self._response) + BLOCK)

    def feed(self, speaker: Block) -> None:
        """Take the block that the speaker has just played, int16 of BLOCK samples."""
        self._arriving = np.concatenate([self._arriving[BLOCK:], np.zeros(BLOCK)])
        if self._jump_at is not None and self._now >= self._jump_at:
            self._delay = self._delay_after_jump
        self._now += len(speaker)
        played = speaker.astype(np.float64)
        if self._speaker_limit is not None:
            played = self._speaker_limit * np.tanh(played / self._speaker_limit)
        delay = self._delay
        if self._clock is not None:
            played = self._clock.play(played)
            delay -= _SINC_HALF
        if np.any(played):
            echo = np.convolve(played, self._response)
            start = delay - BLOCK
            self._arriving[start : start + len(echo)] += echo

    def arriving(self) -> Waveform:
        """The echo in the microphone's next block, float64 in int16 units."""
        return self._arriving[:BLOCK]


def _response(echo: RoomEcho, random: np.random.Generator) -> Waveform:
    decay = samples(echo.decay_ms / 1000.0)
    length = round(_TAIL_DECAYS * decay)
    tail = random.normal(0.0, 1.0, length) * np.exp(-np.arange(length) / decay)
    tail *= gain(-echo.direct_to_tail_db) / np.sqrt(np.sum(tail * tail))
    tail[0] += 1.0
    return np.asarray(tail)


class _SlowClock:
    """A speaker whose clock is ``ppm`` slower than the microphone's, so that its delay grows.

    It interpolates with a windowed sinc, and begins with a delay of ``_SINC_HALF`` samples.
    """

    def __init__(self, ppm: float) -> None:
        self._pace = 1.0 / (1.0 + ppm * 1e-6)
        self._played: Samples = 0
        self._first: Samples = -2 * _SINC_HALF
        self._given = np.zeros(2 * _SINC_HALF)

    def play(self, block: Waveform) -> Waveform:
        """Resample: as many samples as ``block`` has, out of all blocks so far."""
        self._given = np.concatenate([self._given, block])
        moments = (self._played + np.arange(len(block))) * self._pace - _SINC_HALF
        self._played += len(block)
        whole = np.floor(moments).astype(np.int64)
        taps = whole[:, np.newaxis] + np.arange(1 - _SINC_HALF, _SINC_HALF + 1)
        away = moments[:, np.newaxis] - taps
        weights = np.sinc(away) * np.cos(away * (np.pi / 2 / _SINC_HALF)) ** 2
        sound = np.sum(self._given[taps - self._first] * weights, axis=1)
        forgotten = int(whole[-1]) - _SINC_HALF - self._first
        self._given = self._given[forgotten:]
        self._first += forgotten
        return np.asarray(sound)
