"""Following: what the speaker played, compared with the cues, and what cancellation left of it.

Only the sound is used, so that it works alike for a coach that hushes, one that ducks and one that
holds its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.audio.loudness import active_rms
from coach.messages.events import SpeechBegan
from coach.units import Block, Samples, gain, samples

HOP: Samples = samples(0.005)
_DUCKED = gain(-12.0)
_INAUDIBLE = gain(-30.0)
_ALIKE = 0.9
"""Least share of a hop's energy that its cue, at some level, must account for."""
_SETTLED: Samples = samples(0.02)

Hops = NDArray[np.bool_]
Sound = NDArray[np.float64]


def audible(played: Block, begun: Sequence[SpeechBegan], cues: Mapping[str, Block]) -> Hops:
    """For every hop whether a cue is heard in it, within 12 dB of its own level."""
    heard = np.zeros(-(-len(played) // HOP), dtype=np.bool_)
    ends = [*(each.at for each in begun[1:]), len(played)] if begun else []
    for speech, end in zip(begun, ends, strict=True):
        follower = _Follower(cues[speech.text])
        for at in range(speech.at, end, HOP):
            loud = follower.hears(played[at : min(at + HOP, end)].astype(np.float64))
            heard[at // HOP] |= loud
    return heard


def fell_silent(heard: Hops, start: Samples, decided: Samples) -> Samples:
    """Since when nothing was heard when a command that began at ``start`` was carried out."""
    hop = min(len(heard), (decided + _SETTLED) // HOP)
    while hop > start // HOP and not heard[hop - 1]:
        hop -= 1
    return hop * HOP


class _Follower:
    """Follows the speaker's position in a cue, which may be held and go on."""

    def __init__(self, cue: Block) -> None:
        self._cue = np.concatenate([cue.astype(np.float64), np.zeros(HOP)])
        self._least = active_rms(cue) * _INAUDIBLE
        self._place: Samples = 0

    def hears(self, played: Sound) -> bool:
        level = float(np.sqrt(np.mean(played * played)))
        due = self._cue[self._place : self._place + len(played)]
        self._place += len(played)
        if level < self._least * _DUCKED:
            return False
        share = _share(played, due)
        if share is None:
            found = self._find(played)
            if found is not None:
                share = _share(played, self._cue[found : found + len(played)])
                self._place = found + len(played)
        return level >= self._least if share is None else share > _DUCKED

    def _find(self, played: Sound) -> Samples | None:
        """From where in the cue a hop is; None when it is too short to decide, or a fade."""
        if len(played) < HOP or len(self._cue) < HOP:
            return None
        likeness = np.correlate(self._cue, played)
        energy = np.convolve(self._cue * self._cue, np.ones(len(played)), mode="valid")
        likeness = likeness * np.abs(likeness) / np.maximum(energy, 1.0)
        best = int(np.argmax(likeness))
        return best if likeness[best] > _ALIKE * np.dot(played, played) else None


def _share(played: Sound, due: Sound) -> float | None:
    """The level at which a hop plays its cue; None when it plays something else."""
    energy = float(np.dot(due, due))
    if len(due) < len(played) or energy == 0.0:
        return None
    along = float(np.dot(played, due))
    explained = along * abs(along) / energy
    return along / energy if explained > _ALIKE * float(np.dot(played, played)) else None


@dataclass(frozen=True, slots=True)
class Convergence:
    """From the coach's first sample until the echo left over is 12 dB below the echo: for the
    first time, and for good; None is never. ``share`` of the windows after 10 s in which it is.
    """

    first: Samples | None
    for_good: Samples | None
    share: float | None


_LEFT_OVER_DB = 12.0
_WINDOW: Samples = samples(0.5)
_SETTLING: Samples = samples(10.0)
_ECHO_BELOW_TYPICAL = gain(-10.0)
_NEVER_WITHIN: Samples = samples(5.0)
"""Where it has not converged this long before the end, it never does."""


def convergence(before: Sequence[float], after: Sequence[float], frame: Samples) -> Convergence:
    """From the levels of the frames before and after cancellation, RMS; the coach is alone."""
    frames = _WINDOW // frame
    levels, left_over = (_window_levels(each, frames) for each in (before, after))
    if not len(levels):
        return Convergence(None, None, None)
    window = frames * frame
    told = levels > np.median(levels) * _ECHO_BELOW_TYPICAL
    down = left_over <= levels * gain(-_LEFT_OVER_DB)
    good, bad = np.flatnonzero(told & down), np.flatnonzero(told & ~down)
    since = good[good > bad[-1]] if len(bad) else good
    lasting = len(since) and (len(before) * frame - int(since[0]) * window) >= _NEVER_WITHIN
    late = down[_SETTLING // window :][told[_SETTLING // window :]]
    return Convergence(
        int(good[0]) * window if len(good) else None,
        int(since[0]) * window if lasting else None,
        float(np.mean(late)) if len(late) else None,
    )


def _window_levels(frames: Sequence[float], length: int) -> Sound:
    whole = np.asarray(frames[: len(frames) // length * length]).reshape(-1, length)
    return np.asarray(np.sqrt(np.mean(whole * whole, axis=1)))
