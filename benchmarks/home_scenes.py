"""Home scenes: homes and clips -> who says what when, over the coach or a silent one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import Clip
from benchmarks.homes import Home
from benchmarks.streams import Spot
from coach.units import Samples, samples

EARLY: tuple[Samples, Samples] = samples(1.0), samples(1.5)
"""From when and until when the first word begins, from the start of the session."""

_LEAD: Samples = samples(10.0)
_LEAST_GAP: Samples = samples(2.5)
_MOST_GAP: Samples = samples(4.5)
_INSISTS_AFTER: Samples = samples(0.4)
_URGENT, _OTHER = 6, 4
"""How many words of each kind are said in a home."""


@dataclass(frozen=True, slots=True)
class HomeScene:
    """One session in a home, ``length`` samples long, from the coach's line ``first_line`` on.

    ``spots`` are the person's words, ``insisting`` the first of three times the same at the end:
    its number, or None. ``clips`` are all of that speaker. With ``mute`` the coach says nothing.
    """

    home: Home
    speaker: str
    first_line: int
    length: Samples
    clips: tuple[Clip, ...]
    spots: tuple[Spot, ...]
    insisting: int
    mute: bool = False


def home_scene(home: Home, clips: Sequence[Clip], alone: Samples, lines: int) -> HomeScene:
    """A session of ``alone`` samples beside what is said in it. The coach has ``lines``."""
    random = np.random.default_rng([home.seed, home.number, 1])
    speakers = list(dict.fromkeys(clip.speaker for clip in clips))
    speaker = speakers[int(random.integers(len(speakers)))]
    said = tuple(clip for clip in clips if clip.speaker == speaker and clip.intent)
    urgent = [clip for clip in said if clip.urgent]
    other = [clip for clip in said if not clip.urgent]
    words = [*_drawn(random, urgent, _URGENT), *_drawn(random, other, _OTHER)]
    order = [words[index] for index in random.permutation(len(words))]
    spots = _spots(random, order, _drawn(random, other, 1)[0])
    insisted = _insisted(_drawn(random, [c for c in urgent if c.intent in ("stop", "pain")], 1)[0])
    start = spots[-1].end + _MOST_GAP
    threefold = tuple(Spot(s.clip, start + s.start, start + s.end) for s in insisted)
    length = threefold[-1].end + _MOST_GAP + alone
    first = int(random.integers(lines))
    return HomeScene(home, speaker, first, length, said, (*spots, *threefold), insisting=len(spots))


def _drawn(random: np.random.Generator, clips: Sequence[Clip], count: int) -> list[Clip]:
    return [clips[index] for index in random.permutation(len(clips))[:count]]


def _spots(random: np.random.Generator, order: Sequence[Clip], early: Clip) -> list[Spot]:
    """One word in the first moments, the others when the coach has talked for ten seconds."""
    now = int(random.integers(*EARLY))
    spots = [Spot(early, now, now + _long(early))]
    now = _LEAD
    for clip in order:
        now += int(random.integers(_LEAST_GAP, _MOST_GAP))
        spots.append(Spot(clip, now, now + _long(clip)))
        now = spots[-1].end
    return spots


def _insisted(clip: Clip) -> list[Spot]:
    every = _long(clip) + _INSISTS_AFTER
    return [Spot(clip, at, at + _long(clip)) for at in range(0, 3 * every, every)]


def _long(clip: Clip) -> Samples:
    return clip.speech[1] - clip.speech[0]
