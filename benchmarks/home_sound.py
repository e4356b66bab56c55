"""Home sound: what a home does to what is played and said in it, block by block.

Rooms are shoe boxes by image sources (Allen and Berkley 1979), computed by pyroomacoustics.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.homes import Clocks, Home, Loudspeaker, Microphone, Place
from coach.audio.loudness import active_rms
from coach.devices.sound.speexdsp import SpeexdspSuppressor
from coach.simulation.echo_path import BLOCK
from coach.units import RATE_HZ, Block, Samples, gain, samples

Waveform = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

_TOGETHER = 24
_HEAD: Samples = _TOGETHER * BLOCK
"""A quarter of a second of the response."""

_MOST_ORDER = 100
"""Reflections beyond are 30 dB down or more in rooms of this size."""
_SINC_HALF: Samples = 16
_SMALL_FROM_HZ = 350.0
"""Below this a loudspeaker of a few centimetres hardly plays."""
_GAIN_CONTROL_TARGET = gain(-20.0) * 32768
_GAIN_CONTROL_MOST = gain(20.0)
_FALLS, _RISES = 0.3, 0.004
"""By which part a gain control comes closer to its target in 10 ms."""


def responses(home: Home) -> tuple[Waveform, Waveform]:
    """From the loudspeaker and from the person to the microphone, float64 at 16 kHz.

    Raises ImportError without pyroomacoustics, a development dependency.
    """
    there = (home.loudspeaker_at, home.person_at)
    of_speaker, of_person = room_responses(home.size, home.rt60_s, there, home.microphone_at)
    return of_speaker, of_person


def room_responses(
    size: Place, rt60_s: float, sources: Sequence[Place], microphone: Place
) -> list[Waveform]:
    """From every source to the microphone, as ``responses``."""
    import pyroomacoustics as pra  # noqa: PLC0415 - a development dependency

    absorption, order = pra.inverse_sabine(rt60_s, size)
    walls = pra.Material(absorption)
    room: Any = pra.ShoeBox(size, fs=RATE_HZ, materials=walls, max_order=min(order, _MOST_ORDER))
    for source in sources:
        room.add_source(source)
    room.add_microphone(microphone)
    room.compute_rir()
    return [np.asarray(response, np.float64) for response in room.rir[0]]


def reverberant(sound: Waveform, response: Waveform) -> Waveform:
    """What is said or played, as it arrives."""
    size = 1 << (len(sound) + len(response) - 1).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.asarray(np.fft.irfft(spectrum, size)[: len(sound) + len(response) - 1])


def active_level(sound: Waveform) -> float:
    """RMS of the active part, in the units of ``sound``."""
    unit = max(1e-9, float(np.abs(sound).max())) / 32767.0
    return unit * active_rms(np.round(sound / unit).astype(np.int16))


class Reverberation:
    """Convolves blocks of BLOCK samples with a room's response, without delay.

    Its beginning is convolved block by block, the rest of it _TOGETHER blocks at a time.
    """

    def __init__(self, response: Waveform) -> None:
        head, tail = response[:_HEAD], response[_HEAD:]
        self._sizes = [_transform(BLOCK + _HEAD), _transform(_HEAD + len(tail))]
        parts = zip((head, tail), self._sizes, strict=True)
        self._head, self._tail = (np.fft.rfft(part, size) for part, size in parts)
        self._ahead = np.zeros(sum(self._sizes) + _HEAD)
        self._together: list[Waveform] = []
        self.arriving: Waveform = np.zeros(BLOCK)
        """What arrives during the block that was fed last."""

    def feed(self, block: Waveform) -> None:
        """Take in a block."""
        self._add(block, self._head, self._sizes[0])
        self.arriving = self._ahead[:BLOCK]
        self._ahead = np.concatenate([self._ahead[BLOCK:], np.zeros(BLOCK)])
        self._together.append(block)
        if len(self._together) == _TOGETHER:
            # The first of these blocks is as old as the rest of the response is late.
            self._add(np.concatenate(self._together), self._tail, self._sizes[1])
            self._together = []

    def _add(self, sound: Waveform, spectrum: Spectrum, size: int) -> None:
        if np.any(np.abs(sound) > 1e-3):
            found = np.fft.irfft(np.fft.rfft(sound, size) * spectrum, size)
            self._ahead[:size] += found


def _transform(length: int) -> int:
    return 1 << (length - 1).bit_length()


class HomeEcho:
    """The coach's voice on its way: its clock, the loudspeaker, the room.

    ``example`` is some of the coach's speech; it arrives with the active level RMS ``level``.
    """

    def __init__(self, home: Home, response: Waveform, example: Block, level: float) -> None:
        self._clocks = home.clocks
        self._base = samples(home.delay_ms / 1000.0)
        self._loudspeaker: Loudspeaker = home.loudspeaker
        self._loudest = float(np.abs(example.astype(np.float64)).max())
        self._played = np.zeros(2 * RATE_HZ)
        self._now: Samples = 0
        self._high_pass = _HighPass()
        arrived = reverberant(self._through(example.astype(np.float64)), response)
        self._room = Reverberation(response * (level / active_level(arrived)))

    def feed(self, speaker: Block) -> None:
        """Take the block that was just handed to the loudspeaker, int16 of BLOCK samples."""
        self._played = np.concatenate([self._played[BLOCK:], speaker.astype(np.float64)])
        self._room.feed(self._through(self._read()))
        self._now += BLOCK

    def arriving(self) -> Waveform:
        """The echo in the microphone's next block, float64 in int16 units."""
        return self._room.arriving

    def _read(self) -> Waveform:
        """What leaves the loudspeaker during the microphone's next block."""
        moments = np.arange(self._now + BLOCK, self._now + 2 * BLOCK)
        late = self._base + shift(self._clocks, moments / RATE_HZ) * RATE_HZ
        late = np.clip(late, BLOCK + _SINC_HALF, len(self._played) - 2 * BLOCK)
        # The last sample that was handed over is that of the moment before the next block.
        places = len(self._played) + np.arange(BLOCK) - late
        whole = np.floor(places).astype(np.int64)
        taps = whole[:, np.newaxis] + np.arange(1 - _SINC_HALF, _SINC_HALF + 1)
        away = places[:, np.newaxis] - taps
        weights = np.sinc(away) * np.cos(away * (np.pi / 2 / _SINC_HALF)) ** 2
        return np.asarray(np.sum(self._played[taps] * weights, axis=1))

    def _through(self, sound: Waveform) -> Waveform:
        if self._loudspeaker == "saturating":
            limit = 0.5 * self._loudest
            return np.asarray(limit * np.tanh(sound / limit))
        if self._loudspeaker == "small":
            return self._high_pass.filter(sound)
        return sound


class _HighPass:
    """What a loudspeaker of a few centimetres leaves, second order (Butterworth)."""

    def __init__(self) -> None:
        import scipy.signal  # noqa: PLC0415 - takes a second

        self._sosfilt = scipy.signal.sosfilt
        self._sections = scipy.signal.butter(
            2, _SMALL_FROM_HZ, "highpass", fs=RATE_HZ, output="sos"
        )
        self._state = np.zeros((len(self._sections), 2))

    def filter(self, sound: Waveform) -> Waveform:
        filtered, self._state = self._sosfilt(self._sections, sound, zi=self._state)
        return np.asarray(filtered)


def shift(clocks: Clocks, at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how many seconds the echo is later than at first."""
    turn = 2 * np.pi / clocks.period_s
    drifted = clocks.ppm * at_s + clocks.wander_ppm / turn * (1 - np.cos(turn * at_s))
    if not clocks.jump_every_s:
        return np.asarray(drifted * 1e-6)
    jumped = np.floor(at_s / clocks.jump_every_s).astype(np.int64) % 2
    return np.asarray(drifted * 1e-6 + jumped * clocks.jump_ms / 1000.0)


class HomeMicrophone:
    """What a microphone, and what its driver, make of sound; ``clips_at`` is an amplitude."""

    def __init__(self, kind: Microphone, clips_at: float) -> None:
        self._kind = kind
        self._clips_at = clips_at if kind == "clipping" else 32767.0
        self._gain = 1.0
        self._suppressor = SpeexdspSuppressor() if kind == "noise suppression" else None

    def record(self, sound: Waveform) -> Block:
        """A block of what arrives, float64 in int16 units, as it is delivered."""
        if self._kind == "gain control":
            sound = sound * self._control(float(np.abs(sound).max()))
        whole = np.clip(np.round(sound), -self._clips_at, self._clips_at).astype(np.int16)
        return whole if self._suppressor is None else self._suppressor.suppress(whole, 0.0)

    def _control(self, peak: float) -> float:
        wanted = min(_GAIN_CONTROL_MOST, 3.0 * _GAIN_CONTROL_TARGET / max(1.0, peak))
        self._gain += (_FALLS if wanted < self._gain else _RISES) * (wanted - self._gain)
        return self._gain
