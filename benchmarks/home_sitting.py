"""Home sitting: a home's session through the engine, closed loop, and beside a silent coach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.chatter import Chatter, Mute, every_line, with_descents
from benchmarks.figures import Take
from benchmarks.following import HOP
from benchmarks.home_duplex import HomeDuplex
from benchmarks.home_scenes import HomeScene
from benchmarks.listeners import Command
from benchmarks.sitting import Ran, load_coach, run_closed_loop
from benchmarks.streams import CLEAN
from coach.echo.canceller import Calibration
from coach.simulation.echo_path import BLOCK
from coach.units import Samples, samples

ANSWERED_WITHIN: Samples = samples(2.0)
"""What the coach does later than this after a word is not caused by it."""
HEARD_WITHIN: Samples = samples(0.6)
"""A command whose last word ends later than this after a word is one of the coach itself, however
soon it is decided."""
_AROUND: Samples = samples(0.5)
_SETTLING: Samples = samples(10.0)
_LEAST_ECHO: Samples = samples(5.0)
_FADED: Samples = samples(0.02)
EXAMPLE: Samples = samples(20.0)
"""How much of the coach's speech its level is measured from."""


@dataclass(frozen=True, slots=True)
class HomeSitting:
    """What came of a scene. ``own`` are commands that nobody said, ``needless`` hushes that nobody
    gave a reason for.

    ``fell_silent`` is whether the coach was silent by the end of the second of three words,
    ``reduction_db`` by how much the echo was reduced after ten seconds; None where there was too
    little of it.
    """

    scene: HomeScene
    takes: tuple[Take, ...]
    own: tuple[Command, ...]
    needless: int
    fell_silent: bool
    reduction_db: float | None
    hearing_seconds: float
    cancelling_seconds: float


def sit_at_home(system: str, model: Path, voices: tuple[str, str], scene: HomeScene) -> HomeSitting:
    """Run a scene. ``voices`` are the robot's and the natural one.

    Raises CoachError, and ImportError for a system that is not installed.
    """
    coach = load_coach(model, voices[scene.home.natural])
    chatter = Chatter(with_descents(every_line(coach.lesson)), scene.first_line)
    duplex = HomeDuplex(scene, coach.speech()[:EXAMPLE])
    calibration = Calibration(duplex.echo_delay) if scene.home.warm else None
    ran = run_closed_loop(system, coach, Mute() if scene.mute else chatter, duplex, calibration)
    of_spots, own = _attributed(scene, ran)
    return HomeSitting(
        scene,
        tuple(
            Take(spot.clip, CLEAN, spot.end, commands)
            for spot, commands in zip(scene.spots, of_spots, strict=True)
        ),
        own,
        sum(_spot_of(scene, at) is None for at in ran.listened.needless),
        _is_silent(scene, ran, of_spots),
        _reduction_db(scene, ran, duplex.noises),
        ran.watch.listening_seconds - ran.watch.cancelling_seconds,
        ran.watch.cancelling_seconds,
    )


def beside_a_silent_coach(scene: HomeScene) -> HomeScene:
    """The same words in the same home, as long as they take."""
    return replace(scene, mute=True, length=scene.spots[-1].end + ANSWERED_WITHIN)


def _spot_of(scene: HomeScene, at: Samples, within: Samples = ANSWERED_WITHIN) -> int | None:
    """The last word that something at a sample may come of."""
    of = (n for n, s in enumerate(scene.spots) if s.start <= at <= s.end + within)
    return max(of, default=None)


def _said_in(scene: HomeScene, command: Command) -> int | None:
    """The last word that a command may be."""
    if command.ended is None:
        return _spot_of(scene, command.decided)
    return _spot_of(scene, command.ended, HEARD_WITHIN)


def _attributed(
    scene: HomeScene, ran: Ran
) -> tuple[list[tuple[Command, ...]], tuple[Command, ...]]:
    of_spots: list[list[Command]] = [[] for _ in scene.spots]
    own = []
    for command in ran.listened.commands:
        number = _said_in(scene, command)
        if number is None:
            own.append(command)
        else:
            start = scene.spots[number].start
            of_spots[number].append(ran.as_it_sounded(command, start))
    return [tuple(each) for each in of_spots], tuple(own)


def _is_silent(scene: HomeScene, ran: Ran, of_spots: list[tuple[Command, ...]]) -> bool:
    by = scene.spots[scene.insisting + 1].end + _FADED
    obeyed = any(c.reacted <= by for each in of_spots[scene.insisting :] for c in each)
    return obeyed or not np.any(ran.heard[by // HOP : by // HOP + _FADED // HOP])


def _reduction_db(scene: HomeScene, ran: Ran, noises: list[float]) -> float | None:
    frame = ran.watch.listening.frame
    before, after = (np.square(each) for each in (ran.watch.before, ran.watch.after))
    noise = _in_frames(noises, frame)[: len(before)]
    told = before[: len(noise)] > 4.0 * noise
    told[: _SETTLING // frame] = False
    for spot in scene.spots:
        told[max(0, spot.start - _AROUND) // frame : (spot.end + _AROUND) // frame] = False
    if np.count_nonzero(told) * frame < _LEAST_ECHO:
        return None
    echo = float(np.sum((before[: len(noise)] - noise)[told]))
    left = float(np.sum((after[: len(noise)] - noise)[told]))
    return 10.0 * float(np.log10(echo / max(left, 1e-4 * echo)))


def _in_frames(noises: list[float], frame: Samples) -> NDArray[np.float64]:
    blocks = frame // BLOCK
    whole = np.asarray(noises[: len(noises) // blocks * blocks])
    return np.asarray(whole.reshape(-1, blocks).mean(axis=1))
