"""Following: what the speaker played against what the coach had to say, and what was left of it.

From the sound alone, so that it is the same for a coach that hushes, one that ducks and one that
holds its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.loudness import active_rms
from coach.messages import SpeechBegan
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
    ends = [*(each.at for each in begun[1:]), len(played)]
    for speech, end in zip(begun, ends, strict=True):
        follower = _Follower(cues[speech.text])
        for at in range(speech.at, end, HOP):
            loud = follower.hears(played[at : min(at + HOP, end)].astype(np.float64))
            heard[at // HOP] |= loud
    return heard


def fell_silent(heard: Hops, start: Samples, decided: Samples) -> Samples:
    """Since when nothing is heard up to when a command that began at ``start`` is carried out."""
    hop = min(len(heard), (decided + _SETTLED) // HOP)
    while hop > start // HOP and not heard[hop - 1]:
        hop -= 1
    return hop * HOP


class _Follower:
    """Knows where in a cue the speaker is, although it may be held and go on."""

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
        """Where in the cue a hop is from; None when it is too short to tell, or a fade."""
        if len(played) < HOP or len(self._cue) < HOP:
            return None
        likeness = np.correlate(self._cue, played)
        energy = np.convolve(self._cue * self._cue, np.ones(len(played)), mode="valid")
        likeness = likeness * np.abs(likeness) / np.maximum(energy, 1.0)
        best = int(np.argmax(likeness))
        return best if likeness[best] > _ALIKE * np.dot(played, played) else None


def _share(played: Sound, due: Sound) -> float | None:
    """At which level a hop is its cue's; None when it is not its cue's."""
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
"""Where it is not converged this shortly before the end, it never is."""


def convergence(before: Sequence[float], after: Sequence[float], frame: Samples) -> Convergence:
    """From the levels of the frames before and after cancellation, RMS, while nobody else speaks."""
    frames = _WINDOW // frame
    windows = [(frame * end, *both) for end, *both in _windows(before, after, frames)]
    typical = float(np.median([level for _, level, _ in windows])) if windows else 0.0
    rated = [
        (end, left <= level * gain(-_LEFT_OVER_DB))
        for end, level, left in windows
        if level > typical * _ECHO_BELOW_TYPICAL
    ]
    bad = [end for end, converged in rated if not converged]
    for_good = bad[-1] if bad else 0
    late = [converged for end, converged in rated if end > _SETTLING]
    return Convergence(
        next((end for end, converged in rated if converged), None),
        for_good if for_good < len(before) * frame - _NEVER_WITHIN else None,
        sum(late) / len(late) if late else None,
    )


def _windows(
    before: Sequence[float], after: Sequence[float], frames: int
) -> Iterator[tuple[int, float, float]]:
    for end in range(frames, len(before) + 1, frames):
        levels = (np.square(each[end - frames : end]) for each in (before, after))
        yield (end, *(float(np.sqrt(np.mean(level))) for level in levels))
