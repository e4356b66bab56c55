"""Room duplex: a simulated room. The user's clips, noise, and the coach's own voice come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.devices.audio_file import read_audio
from coach.errors import AudioFileError, DataError
from coach.loudness import active_rms
from coach.rehearsal import Rehearsal, Room, User, clip_names
from coach.units import Block, Samples, gain, samples, silence

_BLOCK: Samples = samples(0.01)
_TAIL: Samples = samples(0.15)
_TAIL_DECAY_SECONDS = 0.04
_DIRECT_TO_TAIL_DB = 6.0
_SELF_NOISE = 3.0
"""RMS of the microphone's own noise, int16 units: about -80 dBFS."""

Sound = NDArray[np.float64]


def load_clips(rehearsal: Rehearsal, path: Path) -> dict[str, Block]:
    """The clip of everything the user says. Raises DataError naming the first that is missing."""
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
    """The noise of the room, None for a quiet one."""
    if room.noise is None:
        return None
    noise = read_audio(path.parent / room.noise)
    if not np.any(noise):
        raise AudioFileError(f"{path.parent / room.noise}: the noise is digital silence")
    return noise


class RoomDuplex:
    """A Duplex of a simulated user in a simulated room; it ends at ``limit_s``.

    ``reference`` is some of the coach's speech, from which its level is taken.
    """

    def __init__(
        self,
        rehearsal: Rehearsal,
        user: User,
        clips: Mapping[str, Block],
        noise: Block | None,
        reference: Block,
        on_block: Callable[[Block, Block], None],
    ) -> None:
        self.delay: Samples = 0
        self._user = user
        self._clips = clips
        self._on_block = on_block
        self._limit = samples(rehearsal.limit_s)
        self._random = np.random.default_rng(rehearsal.seed)
        speech = active_rms(np.concatenate([*clips.values(), silence(0)]))
        self._noise = _scaled_noise(noise, speech, rehearsal.room.snr_db)
        self._echo = _Echo(rehearsal.room, speech / active_rms(reference), self._random)
        self._ahead: Sound = np.zeros(0)
        self.timed_out = False

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        """See Duplex. A simulated room loses no audio: ``lost`` is never called."""
        now = 0
        while now < self._limit:
            microphone = self._microphone(now)
            speaker = process(microphone)
            if speaker is None:
                return
            self._on_block(microphone, speaker)
            self._echo.feed(speaker)
            now += _BLOCK
            for speech in self._user.pop():
                self._add(self._clips[speech.words], max(0, speech.at - now))
        self.timed_out = True

    def _add(self, clip: Block, wait: Samples) -> None:
        missing = wait + len(clip) - len(self._ahead)
        self._ahead = np.concatenate([self._ahead, np.zeros(max(0, missing))])
        self._ahead[wait : wait + len(clip)] += clip

    def _microphone(self, now: Samples) -> Block:
        sound = self._random.normal(0.0, _SELF_NOISE, _BLOCK)
        said = self._ahead[:_BLOCK]
        sound[: len(said)] += said
        self._ahead = self._ahead[_BLOCK:]
        if len(self._noise):
            sound += np.take(self._noise, range(now, now + _BLOCK), mode="wrap")
        sound += self._echo.arriving()
        return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


class _Echo:
    """The coach's voice on its way from the speaker to the microphone.

    Direct sound after the delay, then an exponentially decaying tail of noise 6 dB below it in
    all (Polack's statistical model of late reverberation).
    """

    def __init__(self, room: Room, match: float, random: np.random.Generator) -> None:
        self._path: Sound = np.zeros(0)
        self._delay: Samples = 0
        self._arriving: Sound = np.zeros(_BLOCK)
        if room.echo is None:
            return
        self._delay = samples(room.echo.delay_ms / 1000.0)
        decay = np.exp(-np.arange(_TAIL) / samples(_TAIL_DECAY_SECONDS))
        tail = random.normal(0.0, 1.0, _TAIL) * decay
        tail *= gain(-_DIRECT_TO_TAIL_DB) / np.sqrt(np.sum(tail * tail))
        tail[0] += 1.0
        self._path = tail * match * gain(room.echo.gain_db)
        self._arriving = np.zeros(self._delay + _TAIL + _BLOCK)

    def feed(self, speaker: Block) -> None:
        """The speaker's block that has just been played."""
        if len(self._path) == 0:
            return
        self._arriving = np.concatenate([self._arriving[_BLOCK:], np.zeros(_BLOCK)])
        if np.any(speaker):
            echo = np.convolve(speaker.astype(np.float64), self._path)
            start = self._delay - _BLOCK
            self._arriving[start : start + len(echo)] += echo

    def arriving(self) -> Sound:
        """What of it reaches the microphone in the next block."""
        return self._arriving[:_BLOCK]


def _scaled_noise(noise: Block | None, speech: float, snr_db: float) -> Sound:
    if noise is None:
        return np.zeros(0)
    wide = noise.astype(np.float64)
    level = float(np.sqrt(np.mean(wide * wide)))
    return np.asarray(wide * (speech / level * gain(-snr_db)))
