"""Sitting: a scene through the engine, closed loop, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.chatter import Chatter, every_line, with_descents
from benchmarks.figures import attribute
from benchmarks.following import Convergence, Hops, audible, convergence, fell_silent
from benchmarks.listeners import Command, Listened, Overhearing
from benchmarks.scenes import Scene
from benchmarks.streams import levelled, pink_noise
from benchmarks.talked_over import SYSTEMS, Supervision
from coach.app.assembly import Coach, make_coach, make_voice
from coach.app.ears import load_ears
from coach.app.programme_files import load_programme
from coach.devices.sound.room_duplex import RoomDuplex
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.doctor.announce import Announcer
from coach.echo.canceller import Calibration
from coach.engine import Conversation, Engine
from coach.messages.events import Event, SpeechBegan
from coach.ports import Duplex
from coach.simulation.rehearsal import Rehearsal, UserSpeech
from coach.units import Block, Samples, samples, seconds

_NOISE: Samples = samples(30)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What came of a scene. ``commands`` are each spot's; ``stray`` ones came before the first
    word, as did the hushes that were ``needless``.

    A command has reacted when nothing of the coach is heard any more.
    """

    scene: Scene
    commands: tuple[tuple[Command, ...], ...]
    stray: tuple[Command, ...]
    needless: int
    convergence: Convergence
    hearing_seconds: float
    cancelling_seconds: float


class _Minutes:
    """An observer that keeps what matters of the events."""

    def __init__(self) -> None:
        self.overhearing = Overhearing()
        self.begun: list[SpeechBegan] = []

    def __call__(self, event: Event) -> None:
        self.overhearing.take_in(event)
        if isinstance(event, SpeechBegan):
            self.begun.append(event)


class _Reader:
    """A Talker who reads out what is written, whatever the coach does."""

    def __init__(self, speeches: Iterable[UserSpeech]) -> None:
        self._left = list(speeches)

    def pop(self) -> Iterator[UserSpeech]:
        """Everything, at once."""
        while self._left:
            yield self._left.pop(0)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a closed loop: what was understood, where the coach is heard, and the levels."""

    listened: Listened
    heard: Hops
    watch: Supervision

    def as_it_sounded(self, command: Command, start: Samples) -> Command:
        """The same, which has reacted when nothing of the coach is heard any more.

        ``start`` is where its word begins.
        """
        return replace(command, reacted=fell_silent(self.heard, start, command.decided))


def run_closed_loop(
    system: str,
    coach: Coach,
    conversation: Conversation,
    duplex: Duplex,
    calibration: Calibration | None = None,
) -> Ran:
    """A conversation through the engine, with the ears of a system, until ``duplex`` ends."""
    _, make_listening = SYSTEMS[system]
    watch, minutes = Supervision(make_listening(coach.ears)), _Minutes()
    played: list[Block] = []
    engine = Engine(conversation, coach.lesson.cues, watch.listening, [minutes])

    def process(microphone: Block) -> Block | None:
        speaker = engine.process(microphone)
        if speaker is not None:
            played.append(speaker)
        return speaker

    engine.align(duplex.delay)
    if calibration is not None:
        engine.calibrate(calibration)
    duplex.run(Announcer(process, engine.lose))
    heard = audible(np.concatenate(played), minutes.begun, coach.lesson.cues)
    return Ran(minutes.overhearing.listened(), heard, watch)


def sit(system: str, model: Path, voice: str, scene: Scene) -> Sitting:
    """Run a scene. Raises CoachError, and ImportError for a system that is not installed."""
    coach = load_coach(model, voice)
    lines = every_line(coach.lesson)
    chatter = Chatter(with_descents(lines) if scene.spots else lines, scene.first_line)
    ran = run_closed_loop(system, coach, chatter, _duplex(scene, coach))
    of_spot, stray = attribute(scene.spots, ran.listened.commands)
    return Sitting(
        scene,
        tuple(
            tuple(ran.as_it_sounded(each, spot.start) for each in commands)
            for spot, commands in zip(scene.spots, of_spot, strict=True)
        ),
        stray,
        sum(at < scene.alone for at in ran.listened.needless),
        convergence(ran.watch.before, ran.watch.after, ran.watch.listening.frame),
        ran.watch.listening_seconds - ran.watch.cancelling_seconds,
        ran.watch.cancelling_seconds,
    )


def _duplex(scene: Scene, coach: Coach) -> RoomDuplex:
    room = scene.room()
    rehearsal = Rehearsal(
        clips="", user=[], seed=scene.seed, room=room, limit_s=seconds(scene.length)
    )
    clips = {clip.name: np.round(levelled(clip.sound)).astype(np.int16) for clip in scene.clips}
    reader = _Reader(UserSpeech(s.clip.name, s.start - s.clip.speech[0]) for s in scene.spots)
    noise = _pink_noise(scene.seed) if scene.setting.condition == "noise" else None
    return RoomDuplex(rehearsal, reader, clips, noise, coach.speech())


def _pink_noise(seed: int) -> Block:
    noise = pink_noise(np.random.default_rng(seed), _NOISE)
    return np.asarray(noise / np.abs(noise).max() * 30000.0, dtype=np.int16)


@cache
def load_coach(model: Path, voice: str) -> Coach:
    """The coach of a voice, every wording rendered. Raises CoachError."""
    speaker = make_voice(voice, DEFAULT_RATE_WPM)
    return make_coach(load_programme(), load_ears(model), speaker, lambda _done, _of: None)
