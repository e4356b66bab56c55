"""Homes: rooms, loudspeakers and microphones as people have them, drawn from a seed.

Nothing here is chosen: one draw is one home, and the same seed and number give the same one again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

import numpy as np

Loudspeaker = Literal["plain", "small", "saturating"]
Microphone = Literal["plain", "gain control", "clipping", "noise suppression"]
Place = tuple[float, float, float]
Kind = TypeVar("Kind")

SABINE = 0.161
"""Seconds per metre, of Sabine's formula."""
_DRY = 1.3
"""Walls absorb at most so much that the reverberation is this many times that of no walls."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How the echo moves: the loudspeaker's clock runs ``ppm`` slower, and its pace swings by
    ``wander_ppm`` every ``period_s``; every ``jump_every_s`` the delay jumps by ``jump_ms``, there
    and back. 0.0 is never.
    """

    ppm: float = 0.0
    wander_ppm: float = 0.0
    period_s: float = 30.0
    jump_ms: float = 0.0
    jump_every_s: float = 0.0

    @property
    def still(self) -> bool:
        """Whether the delay of the echo never changes."""
        return not (self.ppm or self.wander_ppm or self.jump_every_s)

    def __str__(self) -> str:
        drift = f"{self.ppm:+.0f} ppm" * bool(self.ppm)
        wander = f"±{self.wander_ppm:.0f} ppm" * bool(self.wander_ppm)
        jump = f"{self.jump_ms:+.0f} ms/{self.jump_every_s:.0f} s" * bool(self.jump_every_s)
        return drift or wander or jump or "still"


@dataclass(frozen=True, slots=True)
class Home:
    """One home. Lengths are metres; ``delay_ms`` is the devices', without the way through the air.

    ``level_db`` is the coach's level at the microphone against the person's, ``noise_db`` how far
    below the person the room's noise is. ``warm``: the delay is known from an earlier session.
    ``natural``: the coach speaks with its natural voice.
    """

    seed: int
    number: int
    size: Place
    rt60_s: float
    loudspeaker_at: Place
    microphone_at: Place
    person_at: Place
    delay_ms: float
    level_db: float
    clocks: Clocks
    loudspeaker: Loudspeaker
    microphone: Microphone
    noise_db: float
    warm: bool
    natural: bool

    @property
    def linear(self) -> bool:
        """Whether a linear filter that stands still could take out all of the echo."""
        plain = self.loudspeaker != "saturating" and self.microphone == "plain"
        return plain and self.clocks.still

    def __str__(self) -> str:
        width, depth, _ = self.size
        parts = (
            f"{width:.1f} by {depth:.1f} m",
            f"RT60 {self.rt60_s:.1f} s",
            f"{self.delay_ms:.0f} ms",
            str(self.clocks),
            f"{self.loudspeaker}, {self.microphone}",
            f"noise -{self.noise_db:.0f} dB",
            "warm" if self.warm else "cold",
            "natural" if self.natural else "robot",
        )
        return ", ".join(parts)


def draw_home(seed: int, number: int) -> Home:
    """The home of that number in a run of that seed."""
    random = np.random.default_rng([seed, number])
    width, depth, height = map(float, random.uniform((2.5, 2.5, 2.2), (7.0, 6.0, 3.2)))
    corner = random.uniform(0.2, 0.8, 2) * (width, depth)
    microphone = (float(corner[0]), float(corner[1]), float(random.uniform(0.05, 0.9)))
    return Home(
        seed=seed,
        number=number,
        size=(width, depth, height),
        rt60_s=max(float(random.uniform(0.2, 1.2)), _DRY * _least_rt60_s(width, depth, height)),
        loudspeaker_at=_near(random, microphone, (0.1, 1.5), (width, depth), (0.05, 0.9)),
        microphone_at=microphone,
        person_at=_near(random, microphone, (0.4, 2.2), (width, depth), (0.1, 0.35)),
        delay_ms=float(random.uniform(15.0, 400.0)),
        level_db=float(random.uniform(-10.0, 20.0)),
        clocks=_clocks(random),
        loudspeaker=_one_of(random, get_args(Loudspeaker), (0.5, 0.25, 0.25)),
        microphone=_one_of(random, get_args(Microphone), (0.55, 0.15, 0.15, 0.15)),
        noise_db=float(random.uniform(15.0, 40.0)),
        warm=bool(random.integers(2)),
        natural=bool(random.integers(2)),
    )


def _least_rt60_s(width: float, depth: float, height: float) -> float:
    walls = 2 * (width * depth + width * height + depth * height)
    return SABINE * width * depth * height / walls


def _near(
    random: np.random.Generator,
    where: Place,
    distance: tuple[float, float],
    walls: tuple[float, float],
    height: tuple[float, float],
) -> Place:
    """A place that far away on the floor plan, kept 0.1 m off the walls."""
    angle, away = random.uniform(0.0, 2 * np.pi), random.uniform(*distance)
    along = np.array(where[:2]) + away * np.array([np.cos(angle), np.sin(angle)])
    x, y = np.clip(along, 0.1, np.array(walls) - 0.1)
    return float(x), float(y), float(random.uniform(*height))


def _clocks(random: np.random.Generator) -> Clocks:
    """Half of all homes stand still; the others drift, wander or jump."""
    kind = random.uniform()
    if kind < 0.5:
        return Clocks()
    if kind < 0.7:
        return Clocks(ppm=float(random.uniform(-150.0, 150.0)))
    if kind < 0.85:
        wander = float(random.uniform(20.0, 100.0))
        return Clocks(wander_ppm=wander, period_s=float(random.uniform(15.0, 60.0)))
    jump = float(random.choice([-1.0, 1.0]) * random.uniform(3.0, 60.0))
    return Clocks(jump_ms=jump, jump_every_s=float(random.uniform(8.0, 30.0)))


def _one_of(
    random: np.random.Generator, those: tuple[Kind, ...], weights: tuple[float, ...]
) -> Kind:
    return those[int(random.choice(len(those), p=weights))]
