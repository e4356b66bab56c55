"""Afar: commands said some metres from the microphone, in rooms that ring.

Every speaker lies in a room drawn from the seed, and says every command by itself in a state that
wants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from benchmarks.corpus import Clip
from benchmarks.home_sound import Waveform, active_level, reverberant, room_responses
from benchmarks.homes import Place
from benchmarks.people import state_of
from benchmarks.streams import Condition, Stream, pink_noise, single_streams
from coach.units import Block, gain

_LEVEL = gain(-30.0) * 32768
"""The active level of every command where it arrives, RMS."""
_HISS_DB = 30.0
"""How far below it a microphone's own noise is."""
_LYING = 0.25
"""How high above the floor somebody's mouth is, metres."""
_HIGHEST = 1.2
"""The same of the microphone, at most."""
_OFF_WALLS = 0.3


@dataclass(frozen=True, slots=True)
class AfarRoom:
    """A kind of room: the least and greatest width, depth and height, and the distance between
    person and microphone, in metres. ``noise_db`` is how far below the voice its pink noise is.
    """

    name: str
    least: Place
    most: Place
    rt60_s: float
    distance: float
    noise_db: float | None = None


_LIVING: tuple[Place, Place] = ((3.5, 3.5, 2.4), (6.0, 5.5, 2.8))
_BATH: tuple[Place, Place] = ((2.2, 2.0, 2.4), (3.2, 3.0, 2.4))

AFAR_ROOMS: tuple[AfarRoom, ...] = (
    AfarRoom("room, RT60 0.3 s, at 1 m", *_LIVING, 0.3, 1.0),
    AfarRoom("room, RT60 0.5 s, at 2 m", *_LIVING, 0.5, 2.0),
    AfarRoom("… pink noise 20 dB below", *_LIVING, 0.5, 2.0, 20.0),
    AfarRoom("… pink noise 10 dB below", *_LIVING, 0.5, 2.0, 10.0),
    AfarRoom("room, RT60 0.7 s, at 3 m", *_LIVING, 0.7, 3.0),
    AfarRoom("bathroom, RT60 0.9 s, at 1 m", *_BATH, 0.9, 1.0),
)


def afar_streams(
    clips: Iterable[Clip], seed: int, every: int = 1, rooms: Sequence[AfarRoom] = AFAR_ROOMS
) -> Iterator[Stream]:
    """Every command in every room, or about one of ``every``; not the same ones in all rooms.

    Raises ImportError without pyroomacoustics, a development dependency.
    """
    speakers: dict[str, list[Clip]] = {}
    for clip in clips:
        if clip.intent is not None:
            speakers.setdefault(clip.speaker, []).append(clip)
    for room in rooms:
        for speaker, said in speakers.items():
            random = np.random.default_rng([seed, crc32(f"{room.name} {speaker}".encode())])
            response = _response(room, random)
            chosen = [clip for clip in said if _number(seed, room, clip) % every == 0]
            arriving = (replace(clip, sound=_arrived(clip.sound, response)) for clip in chosen)
            for stream in single_streams(arriving, state_of):
                place = replace(stream.place, condition=Condition(room.name, room.noise_db))
                yield Stream(place, _heard(room, stream.sound, random))


def _number(seed: int, room: AfarRoom, clip: Clip) -> int:
    return crc32(f"{seed} {room.name} {clip.name}".encode())


def _response(room: AfarRoom, random: np.random.Generator) -> Waveform:
    """From somebody's mouth to the microphone, both somewhere in the room."""
    while True:
        size = random.uniform(room.least, room.most)
        microphone = random.uniform(_OFF_WALLS, size - _OFF_WALLS)
        microphone[2] = random.uniform(_OFF_WALLS, _HIGHEST)
        angle = random.uniform(0.0, 2 * np.pi)
        mouth = microphone[:2] + room.distance * np.array([np.cos(angle), np.sin(angle)])
        if np.all((mouth > _OFF_WALLS) & (mouth < size[:2] - _OFF_WALLS)):
            there = (*mouth, _LYING)
            (response,) = room_responses(
                _place(size), room.rt60_s, [_place(there)], _place(microphone)
            )
            return response


def _place(metres: Iterable[float]) -> Place:
    x, y, z = map(float, metres)
    return x, y, z


def _arrived(sound: Block, response: Waveform) -> Block:
    arrived = reverberant(sound.astype(np.float64), response)
    arrived *= _LEVEL / active_level(arrived)
    return _whole(arrived)


def _heard(room: AfarRoom, sound: Block, random: np.random.Generator) -> Block:
    noisy = sound + random.normal(0.0, _LEVEL * gain(-_HISS_DB), len(sound))
    if room.noise_db is not None:
        noisy += pink_noise(random, len(sound)) * _LEVEL * gain(-room.noise_db)
    return _whole(noisy)


def _whole(sound: Waveform) -> Block:
    whole: Block = np.clip(np.round(sound), -32768, 32767).astype(np.int16)
    return whole
