"""Residual echo: how much of the coach's voice is in the microphone, before and after cancellation.

All levels are energies of pre-emphasised hops of 10 ms. The energy of an echo follows that of the
far-end signal, smeared by the room's reverberation. The ratio of the two is learnt while the coach
speaks.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from coach.audio.levels import HOP, MeasuredFrame, mean_product
from coach.audio.sliding_minimum import SlidingMinimum
from coach.echo.echo_ratios import EchoRatios, Energies
from coach.echo.excess_spread import LENGTH, ExcessSpread
from coach.echo.gain_mismatch import gain_mismatch, noise_before
from coach.units import Samples, gain

_WINDOW: Samples = 10 * HOP
"""The length of sound from which one ratio is taken."""

_WINDOWS = 60
"""Six seconds of the coach's speech, from which the ratios are learnt."""

_LEAST_WINDOWS = 5
"""Nothing is learnt from less."""

_LATELY_HOPS = 10
"""A tenth of a second, over which the level is averaged."""

_QUIET_WINDOWS = 30
"""Three seconds without the coach's voice, of which the softest window is the noise."""

_MEMORY_HOPS = 1000
"""Ten seconds: longer than the longest utterance."""

_BEFORE: Samples = 50 * HOP
"""Half a second, in which the noise before a sound is looked for."""

_LEADS: Samples = 10 * HOP
"""How much before the first recognised word the voice may be heard."""

_DECAY_PER_HOP = gain(-2.0) ** 2
"""The expected echo decays half as fast as in a room with an RT60 of 0.3 s, so that an early or
late echo is still covered."""

_PLAYED_LEAST = 30.0**2
"""A far-end signal with less energy is too soft to cause an echo that matters."""

_AUDIBLE = gain(6.0) ** 2
"""How far a residual must stand out from the noise to pass for speech."""

_LEAST_AUDIBLE = 10.0**2
"""About -70 dBFS: speech that counts is louder, and a muted microphone is softer still."""

_CANCELLED = gain(-12.0) ** 2
"""A residual this far below the echo no longer passes for speech."""

_REMOVED_MATTERS = gain(-13.0) ** 2
"""What is removed counts when its energy is at least this part of the microphone's."""

_FULL_SCALE = 32_700
_CLIPPED_BY_ECHO = gain(-6.0) ** 2
"""Where the microphone is at full scale, and at least this part of its energy was removed, the
coach clipped it."""

_MATCHED_PART = 0.5
"""What is removed should match the microphone at least by this part of its energy."""

_BOTH = gain(7.0) ** 2
"""An echo and what was wrongly subtracted for it are together 3 dB louder than one of them; what is
louder than this, at their worst, is not made of them."""

_QUANTILE = 0.35
"""The quantile of the ratios that is taken: it is below the median, because the user speaks over
some of the windows."""

_NOISE_VARIES = 0.1
"""The noise may gain this part of its energy without anybody speaking."""

FAR_END, MICROPHONE, RESIDUAL, REMOVED, MATCHED, ECHO, NOISE = range(7)
"""The columns kept of a hop. REMOVED is what cancellation subtracted, and MATCHED its correlation
with the microphone. ECHO and NOISE are what was expected of either when the hop came.
"""


class ResidualEcho:
    """Learns how much of the coach's voice to expect in a hop, and compares the hop with it."""

    def __init__(self) -> None:
        self._far_end = 0.0
        self._now: Samples = 0
        # Written from front to back. When the end is reached, the latest move to the front.
        self._written: Energies = np.zeros((4 * _MEMORY_HOPS, 7))
        self._end = _MEMORY_HOPS
        self._speech: deque[Energies] = deque(maxlen=_WINDOWS)
        self._quiet = SlidingMinimum(_QUIET_WINDOWS)
        self._ratios = EchoRatios(_PLAYED_LEAST, _LEAST_WINDOWS, _QUANTILE)
        self.spread = ExcessSpread()
        self.unheard_until = -math.inf
        """The sample until which the microphone delivers nothing: past when nothing is missing,
        infinite while the device is lost."""
        self.clipped_until: Samples = 0
        """Until when the coach was so loud that the microphone clipped. What a filter leaves of it
        there is no measure of anything."""
        self._drowned_until: Samples = 0
        """Until when something else was so loud that it did, of which nothing is echo."""

    def measure(
        self,
        far_end: MeasuredFrame,
        microphone: MeasuredFrame,
        residual: MeasuredFrame,
        output: MeasuredFrame | None = None,
    ) -> None:
        """Take in a frame: the aligned far-end signal, the microphone, and what cancelling left.

        ``output`` is the adaptive filter's own output, where ``residual`` differs from it.
        """
        removed = microphone.emphasised - (residual if output is None else output).emphasised
        energies = (
            far_end.emphasised_energies,
            microphone.emphasised_energies,
            residual.emphasised_energies,
            mean_product(removed, removed),
            mean_product(removed, microphone.emphasised),
        )
        if microphone.peak >= _FULL_SCALE:
            until = self._now + len(microphone.sound)
            if np.sum(energies[REMOVED]) > _CLIPPED_BY_ECHO * np.sum(energies[MICROPHONE]):
                self.clipped_until = until
            else:
                self._drowned_until = until
        for hop in np.array(energies).T.tolist():
            self._take_in(hop)

    def _take_in(self, hop: list[float]) -> None:
        self._far_end = hop[FAR_END] = max(hop[FAR_END], _DECAY_PER_HOP * self._far_end)
        echo = self._ratios.expected(self._far_end)
        if self._end == len(self._written):
            self._written[:_MEMORY_HOPS] = self._hops
            self._end = _MEMORY_HOPS
        self._written[self._end] = (*hop, echo, self._noise)
        self._end += 1
        self._now += HOP
        if self._now % _WINDOW == 0:
            self._learn()

    @property
    def _hops(self) -> Energies:
        """The last _MEMORY_HOPS hops, the latest at the end."""
        return self._written[self._end - _MEMORY_HOPS : self._end]

    def forget(self) -> None:
        """Forget the ratios, because the path of the echo has changed."""
        self._speech.clear()
        self._ratios.forget()

    def ignore_until(self, at: float) -> None:
        """Learn nothing until that sample, because the microphone delivers nothing until then."""
        self.unheard_until = max(self.unheard_until, at)

    def restart(self) -> None:
        """Learn again from now on, because a device is back, perhaps with another gain."""
        self.unheard_until = self._now
        self.spread = ExcessSpread()
        self.forget()

    def excess(self, start: Samples, end: Samples) -> float:
        """The ratio of the sound's energy to that of the expected residual echo.

        The noise of the room is in neither, as far as it is steady: no level of it makes the coach.
        Nor is what is left of an echo because the microphone's gain has changed. Of reverberation
        that outlasts the far end all may be left: a filter learns its last part worst.
        """
        hops, led = self._between(start, end), self._between(start - _LEADS, end)
        microphone, residual = led[:, MICROPHONE], led[:, RESIDUAL]
        removed, matched = led[:, REMOVED], led[:, MATCHED]
        mismatch = gain_mismatch(microphone, residual, removed, matched, len(led) - len(hops))
        mean = hops.mean(axis=0)
        before = self._between(start - _BEFORE, start)
        steady = noise_before(before[:, RESIDUAL], _is_over(before), float(mean[NOISE]))
        reverberation = float(np.mean(hops[:, REMOVED] * _is_over(hops)))
        echo = (float(mean[ECHO]) + reverberation) * mismatch.risen
        noise = max(steady, float(mean[NOISE]) * mismatch.risen)
        louder = max(0.0, float(mean[RESIDUAL]) - noise - mismatch.copied)
        return louder / (echo + _NOISE_VARIES * noise + mismatch.unsettled + 1.0)

    def untold_excess(self, start: Samples, end: Samples) -> float:
        """The same, told neither of the microphone's gain nor of what rings on: to fall silent for
        what may be a person costs less than to take the coach for one."""
        mean = self._mean(start, end)
        louder = max(0.0, float(mean[RESIDUAL] - mean[NOISE]))
        return louder / (float(mean[ECHO] + _NOISE_VARIES * mean[NOISE]) + 1.0)

    def latest_excess(self, length: Samples) -> float:
        """The excess of the last ``length`` samples, by which the residual echo is suppressed.

        Any voice may be in them, and what is suppressed of a word that somebody says is lost.
        """
        return self.untold_excess(self._now - length, self._now)

    @property
    def level(self) -> float:
        """The residual echo expected just now, RMS of pre-emphasised sound in int16 units.

        It is 0.0 before anything was learnt. Noise is not included.
        """
        echo = float(self._hops[-_LATELY_HOPS:, ECHO].mean())
        return math.sqrt(echo) if math.isfinite(echo) else 0.0

    def is_misaligned(self, start: Samples, end: Samples) -> bool:
        """Whether the filter subtracted something that was not in the microphone's signal.

        That is so in the second after the delay of the echo has changed. A user who speaks over a
        cancelled echo does not look like that, since both signals are correlated by chance only.
        """
        mean = self._mean(start, end)
        matters = mean[REMOVED] > _REMOVED_MATTERS * mean[MICROPHONE]
        unmatched = mean[MATCHED] < _MATCHED_PART * mean[REMOVED]
        return bool(matters and unmatched and mean[RESIDUAL] < _BOTH * mean[REMOVED])

    def coach_speaks(self, start: Samples, end: Samples) -> bool:
        """Whether the coach's voice, or its reverberation, could be heard in this span."""
        return bool(self._mean(start, end)[FAR_END] > _PLAYED_LEAST)

    def coach_spoke_within(self, length: Samples) -> bool:
        """Whether the coach's voice could be heard in any hop of the last ``length`` samples."""
        return bool(self._hops[-(length // HOP) :, FAR_END].max() > _PLAYED_LEAST)

    @property
    def is_strong(self) -> bool:
        """Whether the residual echo may pass for the user's voice.

        It may before anything was learnt, and as long as an echo that stands out from the noise is
        reduced by less than 12 dB. The louder half of the windows decides, since loud sound is what
        a speaker distorts.
        """
        if len(self._speech) < _LEAST_WINDOWS:
            return True
        hops = np.array(self._speech)
        loud = hops[hops[:, FAR_END] >= np.median(hops[:, FAR_END])]
        audible = _low(loud[:, RESIDUAL]) > max(_LEAST_AUDIBLE, _AUDIBLE * self._noise)
        # Where audio was lost, the microphone's energy is zero.
        reduction = loud[:, RESIDUAL] / np.maximum(1.0, loud[:, MICROPHONE])
        return audible and _low(reduction) > _CANCELLED

    def _learn(self) -> None:
        if self._now - _WINDOW < max(self.unheard_until, self._drowned_until):
            return
        self._learn_spread()
        window = self._hops[-_WINDOW // HOP :].mean(axis=0)
        if window[FAR_END] <= _PLAYED_LEAST:
            self._quiet.push(float(window[RESIDUAL]))
            return
        self._speech.append(window)
        if len(self._speech) >= _LEAST_WINDOWS:
            hops = np.array(self._speech)
            self._ratios.learn(
                hops[:, FAR_END], np.maximum(0.0, hops[:, RESIDUAL] - hops[:, NOISE])
            )

    def _learn_spread(self) -> None:
        start = self._now - LENGTH
        known = bool(np.isfinite(self._hops[-LENGTH // HOP :, ECHO]).all())
        if start >= self.unheard_until and known and self.coach_speaks(start, self._now):
            # How much of a changed gain is seen differs from word to word: half of it is counted.
            excess = self.excess(start, self._now), self.untold_excess(start, self._now)
            self.spread.add(self._now, sum(excess) / 2)

    @property
    def _noise(self) -> float:
        return self._quiet.least(default=0.0)

    def _mean(self, start: Samples, end: Samples) -> Energies:
        """The mean of the hops of a span."""
        mean: Energies = self._between(start, end).mean(axis=0)
        return mean

    def _between(self, start: Samples, end: Samples) -> Energies:
        """The hops of a span, at least one, as far as they are still known."""
        ago = max(0, (self._now - end) // HOP), (self._now - start) // HOP
        latest = _MEMORY_HOPS - min(ago[0], _MEMORY_HOPS - 1)
        earliest = max(0, min(latest - 1, _MEMORY_HOPS - ago[1]))
        return self._hops[earliest:latest]


def _is_over(hops: Energies) -> NDArray[np.bool_]:
    """In which hops nothing of the coach is played any more."""
    over: NDArray[np.bool_] = hops[:, FAR_END] <= _PLAYED_LEAST
    return over


def _low(values: Energies) -> float:
    return float(np.quantile(values, _QUANTILE))
