"""Fake card: stands in for the module sounddevice, and calls back as PortAudio does."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coach.units import RATE_HZ, Block, silence

WHOLE = "Fake card"
MICROPHONE, SPEAKER = "Fake microphone", "Fake speaker"


@dataclass(frozen=True)
class When:
    """PortAudio's time stamps, in seconds."""

    inputBufferAdcTime: float = 0.0  # noqa: N815 - PortAudio's spelling
    outputBufferDacTime: float = 0.1  # noqa: N815


@dataclass(frozen=True)
class Status:
    input_overflow: bool = False


class RefusalError(Exception):
    """Stands in for PortAudioError."""


def hiss(count: int) -> Block:
    """What a real microphone hears of nothing."""
    return np.random.default_rng(7).integers(-2, 3, count).astype(np.int16)


@dataclass
class FakeCard:
    """Stands in for the module sounddevice: plays a sound to the microphone, keeps the speaker's.

    The sound is interleaved at the device's own rate; behind its end there is a hiss. The card
    waits a little for each answer. ``plugged`` are the names of what is there: one device for
    both, or two. As with PortAudio, only who looks anew sees what has changed. ``hangs`` is the
    call that does so, until ``ended`` is set; the calls in ``fails`` do so once for each time.
    """

    rate_hz: int = RATE_HZ
    channels: tuple[int, int] = (1, 1)
    sound: Block = field(default_factory=lambda: silence(0))
    refuse: Callable[[int, Any], int | None] = lambda _rate_hz, _channels: None
    start_fails: bool = False
    blocks: float = math.inf
    trip_seconds: Callable[[int], float] = lambda _block: 0.1
    plugged: set[str] = field(default_factory=lambda: {WHOLE})
    muted: bool = False
    hangs: str = ""
    fails: list[str] = field(default_factory=list)
    PortAudioError: type[Exception] = RefusalError
    tried: list[tuple[int, Any]] = field(default_factory=list)
    played: bytearray = field(default_factory=bytearray)
    open_streams: int = 0
    starts: int = 0
    answered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listed = sorted(self.plugged)
        self._initialised = True

    def reach(self, call: str) -> None:
        """Hang or fail where that is to be."""
        if self.hangs == call:
            self.ended.wait(20.0)
        if call in self.fails:
            self.fails.remove(call)
            raise RefusalError("Unanticipated host error", -9999)

    @dataclass(frozen=True)
    class Default:
        device: tuple[int, int]

    @property
    def default(self) -> Default:
        ears = [i for i, name in enumerate(self._listed) if name != SPEAKER]
        mouths = [i for i, name in enumerate(self._listed) if name != MICROPHONE]
        return self.Default((next(iter(ears), -1), next(iter(mouths), -1)))

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "Fake interface"}]

    def query_devices(self) -> list[dict[str, Any]]:
        if not self._initialised:
            raise RefusalError("PortAudio not initialized", -10000)
        return [
            {
                "name": name.replace(" ", "\n "),
                "max_input_channels": 0 if name == SPEAKER else self.channels[0],
                "max_output_channels": 0 if name == MICROPHONE else self.channels[1],
                "default_samplerate": float(self.rate_hz),
            }
            for name in self._listed
        ]

    def _terminate(self) -> None:
        assert self.open_streams == 0, "PortAudio would take the stream away"
        self.reach("terminate")
        if not self._initialised:
            raise RefusalError("PortAudio not initialized", -10000)
        self._initialised = False

    def _initialize(self) -> None:
        self.reach("initialize")
        self._initialised = True
        self._listed = sorted(self.plugged)

    def unplug(self, name: str) -> None:
        """Every stream of it ends."""
        self.plugged.discard(name)

    def has(self, indices: Any) -> bool:
        """Whether all of these, by number, are plugged in."""
        numbers = indices if isinstance(indices, tuple) else (indices,)
        return all(self._listed[number] in self.plugged for number in numbers)

    def RawStream(self, **options: Any) -> FakeStream:  # noqa: N802 - sounddevice's spelling
        return self._open(options, options["channels"])

    def RawInputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        return self._open(options, (options["channels"], 0))

    def RawOutputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        return self._open(options, (0, options["channels"]))

    def _open(self, options: dict[str, Any], channels: tuple[int, int]) -> FakeStream:
        asked = options["samplerate"], options["channels"]
        self.tried.append(asked)
        code = self.refuse(*asked)
        if code is not None:
            raise RefusalError("Refused", code)
        if not self.has(options["device"]):
            raise RefusalError("Device unavailable", -9985)
        self.open_streams += 1
        return FakeStream(self, options, channels)


class FakeStream:
    def __init__(self, card: FakeCard, options: dict[str, Any], channels: tuple[int, int]) -> None:
        self.latency: Any = (0.04, 0.06) if all(channels) else 0.05
        self._card = card
        self._callback, self._ended = options["callback"], options["finished_callback"]
        self._frames, self._device = options["blocksize"], options["device"]
        self._channels = channels
        self._position = 0
        self._thread: threading.Thread | None = None
        self._over = threading.Event()

    def start(self) -> None:
        self._card.reach("start")
        if self._card.start_fails:
            raise RefusalError("Device unavailable", -9985)
        self._card.starts += 1
        self._over.clear()
        self._thread = threading.Thread(target=self._pump)
        self._thread.start()

    def stop(self) -> None:
        self._card.reach("stop")
        self._end()

    def _end(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        self._end()
        self._card.open_streams -= 1

    def _pump(self) -> None:
        sound = self._card.sound.tobytes()
        size = self._frames * self._channels[0] * 2
        while not self._over.is_set() and self._position < self._card.blocks:
            if not self._card.has(self._device):
                break
            at = self._position * size
            noise = hiss(size // 2).tobytes() if at >= len(sound) else bytes(size)
            heard = sound[at : at + size] + noise[len(sound[at : at + size]) :]
            self._call(bytes(size) if self._card.muted else heard)
            self._position += 1
            self._card.answered.acquire(timeout=0.02)
        if self._position < self._card.blocks:
            self._ended()

    def _call(self, indata: bytes) -> None:
        outdata = bytearray(self._frames * self._channels[1] * 2)
        adc = self._position * self._frames / self._card.rate_hz
        when = When(adc, adc + self._card.trip_seconds(self._position))
        if not self._channels[1]:
            self._callback(indata, self._frames, when, Status())
        elif not self._channels[0]:
            self._callback(outdata, self._frames, when, Status())
        else:
            self._callback(indata, outdata, self._frames, when, Status())
        self._card.played += outdata
