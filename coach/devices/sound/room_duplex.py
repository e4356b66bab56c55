"""Room duplex: a simulated room, whose microphone hears a user, noise and the coach's echo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np

from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import read_audio
from coach.errors import AudioFileError, DataError
from coach.ports import DuplexHandler
from coach.simulation.echo_path import BLOCK, EchoPath, Waveform
from coach.simulation.rehearsal import Rehearsal, Room, UserSpeech, clip_names
from coach.units import Block, Samples, gain, samples, silence


def load_clips(rehearsal: Rehearsal, path: Path) -> dict[str, Block]:
    """The clip of everything the user says. Raises DataError for the first that is missing."""
    folder = path.parent / rehearsal.clips
    clips = {}
    for index, entry in enumerate(rehearsal.user):
        if entry.says in clips:
            continue
        files = [folder / name for name in clip_names(entry.says)]
        found = next((file for file in files if file.is_file()), None)
        if found is None:
            problem = f"there is no clip for {entry.says!r}: looked for {files[0]} and .wav"
            raise DataError(str(path), rehearsal.where("user", index, "says"), problem)
        clips[entry.says] = read_audio(found)
    return clips


def load_noise(room: Room, path: Path) -> Block | None:
    """The noise of the room, or None for a quiet room."""
    if room.noise is None:
        return None
    noise = read_audio(path.parent / room.noise)
    if not np.any(noise):
        raise AudioFileError(f"{path.parent / room.noise}: the noise is digital silence")
    return noise


class Talker(Protocol):
    """The user in the room."""

    def pop(self) -> Iterable[UserSpeech]:
        """What the user has decided to say since the last call."""
        ...


class RoomDuplex:
    """A Duplex of a simulated user in a simulated room, which ends after the rehearsal's limit.

    ``coach_speech`` is some of the coach's speech, by which the level of its echo is set.
    """

    def __init__(
        self,
        rehearsal: Rehearsal,
        user: Talker,
        clips: Mapping[str, Block],
        noise: Block | None,
        coach_speech: Block,
    ) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._user = user
        self._clips = clips
        self._limit = samples(rehearsal.limit_s)
        self._random = np.random.default_rng(rehearsal.seed)
        speech = active_rms(np.concatenate([*clips.values(), silence(0)]))
        self._noise = _scaled_noise(noise, speech, rehearsal.room.snr_db)
        self._room = rehearsal.room
        self._echo: EchoPath | None = None
        if self._room.echo is not None:
            level = speech / active_rms(coach_speech)
            self._echo = EchoPath(self._room.echo, level, self._random)
        self._ahead: Waveform = np.zeros(0)
        self._to_lose: list[Samples] = []
        """For each block that is still to be lost, the sample from which on it may be."""
        self.timed_out = False
        """Whether the limit was reached before the session was over."""

    def run(self, handler: DuplexHandler) -> None:
        """See Duplex. Sound is lost in whole blocks, during which the speaker is silent."""
        now = 0
        while now < self._limit:
            now += self._lose(handler, now)
            microphone = self._microphone(now)
            speaker = handler.process(microphone)
            if speaker is None:
                return
            if self._echo is not None:
                self._echo.feed(speaker)
            now += BLOCK
            for speech in self._user.pop():
                begins = max(now, speech.at)
                self._to_lose += [begins] * (speech.lost // BLOCK)
                self._add(self._clips[speech.words], begins + speech.lost - now)
        self.timed_out = True

    def _lose(self, handler: DuplexHandler, now: Samples) -> Samples:
        """Lose the blocks that are due; return how many samples that were."""
        lost = BLOCK * sum(begins <= now for begins in self._to_lose)
        self._to_lose = [begins for begins in self._to_lose if begins > now]
        if lost:
            handler.lose(lost)
        for at in range(now, now + lost, BLOCK):
            self._microphone(at)
            if self._echo is not None:
                self._echo.feed(silence(BLOCK))
        return lost

    def _add(self, clip: Block, wait: Samples) -> None:
        missing = wait + len(clip) - len(self._ahead)
        self._ahead = np.concatenate([self._ahead, np.zeros(max(0, missing))])
        self._ahead[wait : wait + len(clip)] += clip

    def _microphone(self, now: Samples) -> Block:
        sound = self._random.normal(0.0, self._room.self_noise, BLOCK)
        said = self._ahead[:BLOCK]
        sound[: len(said)] += said
        self._ahead = self._ahead[BLOCK:]
        if len(self._noise):
            sound += np.take(self._noise, range(now, now + BLOCK), mode="wrap")
        if self._echo is not None:
            sound += self._echo.arriving()
        loudest = self._room.saturation
        return np.clip(np.round(sound), -loudest - 1, loudest).astype(np.int16)


def _scaled_noise(noise: Block | None, speech: float, snr_db: float) -> Waveform:
    """The noise, so many dB below ``speech``, which is an RMS in int16 units."""
    if noise is None:
        return np.zeros(0)
    wide = noise.astype(np.float64)
    level = float(np.sqrt(np.mean(wide * wide)))
    return np.asarray(wide * (speech / level * gain(-snr_db)))
