"""Gain mismatch: what is left of an echo because its level is no longer the one the filter learnt.

Many microphones have an automatic gain of their own, which rises while nobody speaks, by 10 dB and
more within a second. The first word of the coach after a pause then comes back that much louder,
and the filter takes out only what it has learnt. What is left is a copy of what was taken out, as
no person's voice is: the two correlate, and by how much tells by how much the gain has risen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.units import gain

Energies = NDArray[np.float64]
"""Mean squares of hops in int16 units, in the last axis."""

_TOGETHER = 5
"""Hops, 50 ms: two voices correlate by chance in a shorter time, and a gain changes in a longer."""

_MATTERS = gain(-13.0) ** 2
"""What was removed tells of the gain if its energy is at least this part of the microphone's."""

_MOST_GAIN = gain(10.0) ** 2
"""The gain is never taken to have risen by more, whatever a correlation by chance makes of it."""

_LEAST_QUIET = 10
"""The noise is that of at least a tenth of a second without the coach's voice."""

_LOUD = 0.1
"""Where less than this part of the mean was removed, its correlation tells nothing."""

_A_COPY = 0.7
"""Where a copy is more than this part of the residual, it is hardly anything but echo. Chosen on
the homes of seed 2611 of ``scripts/bench_rooms``, and judged on seed 2711."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Energies are those of pre-emphasised hops, averaged over a span.

    ``copied`` is what is left that is a copy of what was removed. ``risen`` is the ratio, at least
    1, by which the echo has more energy than the filter knows. ``unsettled`` is what a filter may
    leave, copy or not, while it still follows a gain that was higher in a part of the span.
    """

    copied: float = 0.0
    risen: float = 1.0
    unsettled: float = 0.0


def gain_mismatch(
    microphone: Energies, residual: Energies, removed: Energies, matched: Energies, lead: int
) -> Mismatch:
    """Of a span of at least one hop, and of the ``lead`` hops before it; all have shape ``(n,)``.

    ``matched`` is the mean product of what was removed with the microphone.
    """
    mean = float(removed[lead:].mean())
    if mean < _MATTERS * float(microphone[lead:].mean()) or mean < 1.0:
        return Mismatch()
    risen = max(1.0, float(matched[lead:].mean()) / mean)
    highest = _highest_gain(residual, removed, matched, _LOUD * mean)
    return Mismatch(
        _copied(removed[lead:], matched[lead:]),
        min(_MOST_GAIN, risen * risen),
        (highest - 1.0) ** 2 * mean,
    )


def _copied(removed: Energies, matched: Energies) -> float:
    count = len(removed)
    parts = max(1, count // _TOGETHER)
    starts = np.arange(parts) * count // parts
    long = np.diff(starts, append=count)
    taken, alike = (np.add.reduceat(each, starts) / long for each in (removed, matched))
    return float(_copies(taken, alike) @ long) / count


def _highest_gain(residual: Energies, removed: Energies, matched: Energies, loud: float) -> float:
    """The highest in which hardly anything but echo was left; 1.0 if there was no such time."""
    if len(removed) < _TOGETHER:
        return 1.0
    mean = np.full(_TOGETHER, 1.0 / _TOGETHER)
    left, taken, alike = (np.convolve(each, mean, "valid") for each in (residual, removed, matched))
    plain = (taken > loud) & (alike > taken) & (_copies(taken, alike) > _A_COPY * left)
    return float(np.max(alike[plain] / taken[plain], initial=1.0))


def _copies(removed: Energies, matched: Energies) -> Energies:
    # Where the filter made it louder, the microphone itself was kept.
    least = np.minimum(np.square(matched - removed), np.square(matched))
    copies: Energies = least / np.maximum(1.0, removed)
    return copies


def noise_before(residual: Energies, quiet: NDArray[np.bool_], noise: float) -> float:
    """The noise in the hops before a sound, which may have risen above ``noise`` with the gain.

    It is the softest that was left there where the coach was ``quiet``: that is steady, as no voice
    is.
    """
    left = residual[quiet]
    if len(left) < _LEAST_QUIET:
        return noise
    kept = left[-(len(left) // _TOGETHER * _TOGETHER) :]
    softest = float(kept.reshape(-1, _TOGETHER).mean(axis=1).min())
    return min(_MOST_GAIN * noise, max(noise, softest))
