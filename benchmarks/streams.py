"""Streams: clips, talk and noise -> the sound that every system listens to.

A stream of clips is a room: one speaker says clip after clip, the noise never stops, and the system
that listens keeps its state from one word to the next, as in a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import Clip, Talk
from coach.audio.loudness import active_rms
from coach.messages.states import State
from coach.units import RATE_HZ, Block, Samples, gain, rms, samples

Kind = Literal["clips", "talk", "noise"]

_LEAD: Samples = samples(2.0)
_GAP: Samples = samples(1.5)
_SELF_NOISE = 3.0
"""RMS of a quiet room and its microphone, int16 units: about -80 dBFS."""
_CONVERTER_NOISE = 0.5
"""RMS of what 16 bits add by themselves, however low the microphone is set; half a step."""
_SPEECH_LEVEL = gain(-26.0) * 32768
"""What every clip is brought to where noise is mixed in or the microphone is set too low, RMS over
its active part."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What speech is heard in: a noise so many dB below it, or a quiet room; and how much quieter
    than it should be the microphone is set.
    """

    noise: str = ""
    snr_db: float | None = None
    quieter_db: float = 0.0

    def __str__(self) -> str:
        if self.quieter_db:
            return f"{self.quieter_db:g} dB quieter"
        return "clean" if self.snr_db is None else f"{self.noise} {self.snr_db:g} dB"


CLEAN = Condition()


@dataclass(frozen=True, slots=True)
class Spot:
    """A clip's place in a stream: its speech, times in samples from the stream's beginning."""

    clip: Clip
    start: Samples
    end: Samples


@dataclass(frozen=True, slots=True)
class Place:
    """What a stream is: ``name`` is the speaker's or the recording's, ``group`` its folder.

    ``length`` is that of the recordings in it, without the quiet around them. ``state`` is that of
    the session in which it is heard; everything is wanted if that is None.
    """

    kind: Kind
    name: str
    length: Samples
    group: str = ""
    condition: Condition = CLEAN
    spots: tuple[Spot, ...] = ()
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Something to listen to in one go."""

    place: Place
    sound: Block


def clip_streams(
    clips: Iterable[Clip],
    noises: Mapping[str, Block],
    snrs_db: Sequence[float],
    quieter_db: Sequence[float] = (),
) -> Iterator[Stream]:
    """One stream a speaker: as recorded in a quiet room, then in every noise at every ratio, and
    in the quiet room with a microphone that is set so much too low.

    The ratio is that of active speech to the whole noise, RMS.
    """
    speakers: dict[str, list[Clip]] = {}
    for clip in clips:
        speakers.setdefault(clip.speaker, []).append(clip)
    for speaker, said in speakers.items():
        yield _in_quiet(speaker, said)
    for name, noise in noises.items():
        for snr_db in snrs_db:
            for speaker, said in speakers.items():
                yield _in_noise(speaker, said, Condition(name, snr_db), noise)
    for by_db in quieter_db:
        for speaker, said in speakers.items():
            yield _too_low(speaker, said, Condition(quieter_db=by_db))


def _in_quiet(speaker: str, clips: Sequence[Clip]) -> Stream:
    order = _shuffled(clips)
    speech = _said([clip.sound.astype(np.float64) for clip in order])
    return Stream(_place(speaker, order, CLEAN), _heard(speech, len(clips)))


def _in_noise(speaker: str, clips: Sequence[Clip], condition: Condition, noise: Block) -> Stream:
    order = _shuffled(clips)
    speech = _said([levelled(clip.sound) for clip in order])
    level = _SPEECH_LEVEL * gain(-(condition.snr_db or 0.0)) / rms(noise)
    begin = np.random.default_rng(len(clips)).integers(len(noise))
    speech += np.take(noise * level, np.arange(len(speech)) + begin, mode="wrap")
    return Stream(_place(speaker, order, condition), _heard(speech, len(clips)))


def _too_low(speaker: str, clips: Sequence[Clip], condition: Condition) -> Stream:
    """A quiet room with all sound so much softer, except for the noise of the converter."""
    order = _shuffled(clips)
    speech = _said([levelled(clip.sound) for clip in order])
    random = np.random.default_rng(len(clips))
    room = (speech + random.normal(0.0, _SELF_NOISE, len(speech))) * gain(-condition.quieter_db)
    sound = np.round(room + random.normal(0.0, _CONVERTER_NOISE, len(speech)))
    place = _place(speaker, order, condition)
    return Stream(place, np.clip(sound, -32768, 32767).astype(np.int16))


def levelled(sound: Block) -> NDArray[np.float64]:
    """The same at the level that every clip is brought to, int16 units."""
    return sound.astype(np.float64) * (_SPEECH_LEVEL / active_rms(sound))


def _shuffled(clips: Sequence[Clip]) -> list[Clip]:
    """The same order in every condition, and not one wording of an intent after the other."""
    return [clips[index] for index in np.random.default_rng(len(clips)).permutation(len(clips))]


def _said(sounds: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    gap = np.zeros(_GAP)
    return np.concatenate([np.zeros(_LEAD), *(part for each in sounds for part in (each, gap))])


def _place(speaker: str, order: Sequence[Clip], condition: Condition) -> Place:
    spots, now = [], _LEAD
    for clip in order:
        spots.append(Spot(clip, now + clip.speech[0], now + clip.speech[1]))
        now += len(clip.sound) + _GAP
    length = sum(len(clip.sound) for clip in order)
    return Place("clips", speaker, length, condition=condition, spots=tuple(spots))


def single_streams(
    clips: Iterable[Clip], state_of: Callable[[Clip], State | None]
) -> Iterator[Stream]:
    """Every clip by itself in a quiet room, heard in its state."""
    for clip in clips:
        place = replace(_place(clip.speaker, [clip], CLEAN), state=state_of(clip))
        yield Stream(place, _heard(_said([clip.sound.astype(np.float64)]), len(clip.sound)))


def talk_streams(talks: Iterable[Talk]) -> Iterator[Stream]:
    """Every recording by itself, with the quiet of a room around it."""
    for talk in talks:
        place = Place("talk", talk.name, len(talk.sound), talk.group)
        sound = _said([talk.sound.astype(np.float64)])
        yield Stream(place, _heard(sound, len(talk.sound)))


def noise_streams(noises: Mapping[str, Block]) -> Iterator[Stream]:
    """Every noise alone, as it was recorded."""
    for name, noise in noises.items():
        yield Stream(Place("noise", name, len(noise)), noise)


def pink_noise(random: np.random.Generator, length: Samples) -> NDArray[np.float64]:
    """Noise of RMS 1 with as much energy in every octave from 50 Hz on."""
    spectrum = np.fft.rfft(random.normal(0.0, 1.0, length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[: round(length * 50 / RATE_HZ)] = 0.0
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / np.sqrt(np.mean(noise * noise)))


def _heard(sound: NDArray[np.float64], seed: int) -> Block:
    """What the microphone makes of a sound: its own noise, and 16 bits."""
    noisy = sound + np.random.default_rng(seed).normal(0.0, _SELF_NOISE, len(sound))
    whole: Block = np.clip(np.round(noisy), -32768, 32767).astype(np.int16)
    return whole
