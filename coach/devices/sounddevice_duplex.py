"""Sounddevice duplex: microphone and speaker as one full-duplex PortAudio stream.

PortAudio's callback copies and queues; ``run`` works in the caller's thread. The speaker follows
the microphone at a constant distance, ``delay``: a late answer is dropped, not played late, to
keep an echo canceller's reference true. What refuses 16 kHz runs at its own rate, resampled:
that moves no sample in time and only lengthens ``delay``.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from coach.devices.soxr_resampler import Resampler
from coach.errors import DeviceError
from coach.units import RATE_HZ, Block, Samples, samples, silence

LEAD: Samples = samples(0.12)
"""``delay`` at 16 kHz: how long a block may take to answer. Resampling holds back as much again."""

LONGEST: Samples = samples(10.0)  # what may wait for ``process`` before more is lost
_TAIL: Samples = samples(0.25)  # PortAudio drops what is unplayed when a stream is closed
_FIRST_SECONDS, _STOPPED_SECONDS = 5.0, 2.0  # a device silent for longer is gone
_REFUSED = (-9997, -9998)  # "Invalid sample rate", "Invalid number of channels": others may do
_LAG_SECONDS, _LAG_BLOCKS = 0.15, 25  # how much longer from air to air, and for how many blocks


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A device PortAudio knows. ``inputs`` and ``outputs`` count channels."""

    index: int
    name: str
    inputs: int
    outputs: int
    rate_hz: int
    default_input: bool
    default_output: bool


def load_sounddevice(load: Callable[[str], Any] = importlib.import_module) -> Any:
    """The module; importing it opens PortAudio. Raises DeviceError."""
    try:
        return load("sounddevice")
    except Exception as error:  # OSError without the library, else PortAudioError, not yet at hand
        cure = ": run `apt install libportaudio2`" if isinstance(error, OSError) else ""
        raise DeviceError(f"no sound: {_one_line(error)}{cure}") from None


def list_devices(library: Any = None) -> tuple[SoundDevice, ...]:
    """Every device, in PortAudio's order; ``library`` stands in for sounddevice. DeviceError."""
    library = library or load_sounddevice()
    microphone, speaker = library.default.device
    return tuple(
        SoundDevice(
            index,
            _one_line(found["name"]),
            int(found["max_input_channels"]),
            int(found["max_output_channels"]),
            round(found["default_samplerate"]),
            index == microphone,
            index == speaker,
        )
        for index, found in enumerate(library.query_devices())
    )


def choose(
    devices: Sequence[SoundDevice], wanted: str | int | None
) -> tuple[SoundDevice, SoundDevice]:
    """Microphone and speaker: the defaults for None, else by number, part of a name, or "IN,OUT".

    Raises DeviceError, which lists the devices.
    """
    ears = [device for device in devices if device.inputs]
    mouths = [device for device in devices if device.outputs]
    if wanted is None:
        ears = [device for device in ears if device.default_input]
        pairs = [(ears, [device for device in mouths if device.default_output])]
    else:
        # Any comma may part two names, for ALSA's "hw:1,0" has one as well
        parts = str(wanted).split(",")
        cuts = [(",".join(parts[:at]), ",".join(parts[at:])) for at in range(1, len(parts))]
        names = [(str(wanted), str(wanted)), *cuts]
        pairs = [(_named(ears, ear), _named(mouths, mouth)) for ear, mouth in names]
    chosen = next((pair for pair in pairs if all(pair)), pairs[0])
    for role, found in zip(("microphone", "speaker"), chosen, strict=True):
        if len({device.name for device in found}) != 1:
            problem = f"{'more than one' if found else 'no'} {role}"
            called = "" if wanted is None else f" called {str(wanted)!r}"
            known = ", ".join(f"{device.index} {device.name!r}" for device in devices) or "none"
            raise DeviceError(f"{problem}{called}; the sound devices are: {known}")
    return chosen[0][0], chosen[1][0]


def _named(devices: Sequence[SoundDevice], wanted: str) -> list[SoundDevice]:
    name = wanted.strip().casefold()
    if not any(letter.isalpha() for letter in name):
        return [device for device in devices if str(device.index) == name]
    exact = [device for device in devices if device.name.casefold() == name]
    return exact or [device for device in devices if name in device.name.casefold()]


def _one_line(what: object) -> str:
    return " ".join(str(what).split())


class Line:
    """Two queues between PortAudio's thread and the caller's, who hears and speaks 16 kHz mono.

    The device's side is int16, interleaved, ``frames`` a block, at ``rate_hz``, with ``channels``
    in and out. ``longest`` is what may wait to be heard, in 16 kHz samples.
    """

    def __init__(
        self, rate_hz: int, channels: tuple[int, int], block: Samples, longest: Samples = LONGEST
    ) -> None:
        self.frames = round(block * rate_hz / RATE_HZ)
        resampling = 0 if rate_hz == RATE_HZ else round(LEAD * max(1.0, RATE_HZ / rate_hz))
        self.delay: Samples = LEAD + resampling
        self.rate_hz = rate_hz
        self._block, self._channels = block, channels
        self._longest = max(1, longest // block)
        self._heard: SimpleQueue[tuple[int, int, bytes]] = SimpleQueue()
        self._said: SimpleQueue[bytes] = SimpleQueue()
        # PortAudio's thread
        self._sound = bytearray(round(self.delay * rate_hz / RATE_HZ) * channels[1] * 2)
        self._late = self._skipped = self._dropped = self._lagging = 0
        self._shortest = math.inf
        self._adc_due: float | None = None
        # The caller's thread
        self._ear, self._mouth = Resampler(rate_hz, RATE_HZ), Resampler(RATE_HZ, rate_hz)
        self._frames_in = self._samples_out = 0
        self._wait_seconds = _FIRST_SECONDS

    def callback(self, indata: Any, outdata: Any, frames: int, when: Any, status: Any) -> None:
        """PortAudio's thread: copies and queues. ``indata`` and ``outdata`` are raw buffers."""
        adc = when.inputBufferAdcTime
        if self._adc_due is not None and (status.input_overflow or self._shortest == math.inf):
            # At least a block, for time stamps err; at most ten seconds, for clocks are set
            gap = round((adc - self._adc_due) * self.rate_hz)
            self._dropped += min(max(gap, frames), 10 * self.rate_hz)
        self._adc_due = adc + frames / self.rate_hz
        trip = when.outputBufferDacTime - adc
        self._shortest = min(self._shortest, trip)
        self._lagging = self._lagging + 1 if trip > self._shortest + _LAG_SECONDS else 0
        if self._heard.qsize() >= self._longest:
            self._skipped += frames
        else:
            self._heard.put((self._skipped, self._dropped, bytes(indata)))
            self._skipped = self._dropped = 0
        outdata[:] = self._next(len(outdata))

    def restart(self) -> None:
        """To be called while the stream stands still: what goes by until it runs again is lost."""
        self._lagging, self._shortest = 0, math.inf

    def lags(self) -> bool:
        """Whether sound piles up in the device since a hitch, which only a restart clears."""
        return self._lagging >= _LAG_BLOCKS

    def hear(self) -> tuple[Samples, Block]:
        """How many samples were lost, and the sound since, which may be empty. DeviceError."""
        try:
            skipped, dropped, data = self._heard.get(timeout=self._wait_seconds)
        except Empty:
            gone = f"no sound for {self._wait_seconds:g} seconds"
            raise DeviceError(f"the sound device stopped: {gone}: is it plugged in?") from None
        self._wait_seconds = _STOPPED_SECONDS
        missed = 0
        if skipped:
            self._frames_in += skipped
            # The speaker ran on meanwhile, and so must its sound. (For what the device dropped
            # the speaker stood still.) What the resampler held back is lost as well.
            missed = round(self._frames_in * RATE_HZ / self.rate_hz) - self._samples_out
            self._ear = Resampler(self.rate_hz, RATE_HZ)
            self.say(silence(missed))
        block = self._ear.resample(np.frombuffer(data, np.int16)[:: self._channels[0]].copy())
        self._frames_in += self.frames
        self._samples_out += missed + len(block)
        return missed + round(dropped * RATE_HZ / self.rate_hz), block

    def say(self, sound: Block) -> None:
        """Queue 16 kHz sound for every channel of the speaker."""
        self._said.put(np.repeat(self._mouth.resample(sound), self._channels[1]).tobytes())

    def finish(self, tail: Samples) -> None:
        """Return when all is said and ``tail`` more; the microphone goes unheard."""
        for _ in range(0, tail, self._block):
            self.say(silence(self._block))
        while not self._said.empty():
            self.hear()

    def _next(self, size: int) -> bytes:
        """``size`` bytes for the speaker, with silence for what comes too late."""
        while len(self._sound) < size and not self._said.empty():
            said = self._said.get_nowait()
            late = min(self._late, len(said))
            self._late -= late
            self._sound += said[late:]
        sound = bytes(self._sound[:size])
        del self._sound[:size]
        self._late += size - len(sound)
        return sound + bytes(size - len(sound))


class SounddeviceDuplex:
    """The Duplex port over PortAudio. ``device`` as for ``choose``, ``block`` and ``longest`` in
    16 kHz samples; blocks vary in length when the device runs at its own rate. DeviceError.
    """

    def __init__(
        self,
        device: str | int | None = None,
        block: Samples = 320,
        *,
        longest: Samples = LONGEST,
        library: Any = None,
    ) -> None:
        self.delay: Samples = LEAD
        """Between the callbacks of a microphone sample and its answer; final once it is open."""
        self._block = block
        self._longest = longest
        self._library = library or load_sounddevice()
        self._microphone, self._speaker = choose(list_devices(self._library), device)
        self.name: str | None = f"{self._microphone.name} → {self._speaker.name}"
        """Of both devices, and the rate if that lengthens ``delay``; final once it is open."""

    def run(
        self, process: Callable[[Block], Block | None], lost: Callable[[Samples], None]
    ) -> None:
        """See the port. Works in the calling thread; what is raised there closes the stream."""
        library, microphone, speaker = self._library, self._microphone, self._speaker
        try:
            stream, line = self._open(library, microphone, speaker)
            self.delay = line.delay
            if line.rate_hz != RATE_HZ:
                self.name = f"{microphone.name} → {speaker.name} at {line.rate_hz} Hz"
            with closing(stream):
                stream.start()
                while True:
                    missed, block = line.hear()
                    if missed:
                        lost(missed)
                    if (answer := process(block) if len(block) else block) is None:
                        break
                    line.say(answer)
                    if line.lags():
                        stream.stop()
                        line.restart()
                        stream.start()
                line.finish(_TAIL + samples(stream.latency[1]))
        except library.PortAudioError as error:
            names = f"{microphone.name!r} as microphone and {speaker.name!r} as speaker"
            raise DeviceError(f"cannot use {names}: {_one_line(error)}") from None

    def _open(
        self, library: Any, microphone: SoundDevice, speaker: SoundDevice
    ) -> tuple[Any, Line]:
        """Mono at 16 kHz, or more channels or another rate if the device insists."""
        rates = dict.fromkeys((RATE_HZ, microphone.rate_hz, speaker.rate_hz))
        widths = sorted({1, 2, max(microphone.inputs, speaker.outputs)})
        formats = list(product(rates, widths))
        while True:
            rate_hz, width = formats.pop(0)
            channels = min(width, microphone.inputs), min(width, speaker.outputs)
            line = Line(rate_hz, channels, self._block, self._longest)
            try:
                return library.RawStream(
                    samplerate=rate_hz,
                    blocksize=line.frames,
                    device=(microphone.index, speaker.index),
                    channels=channels,
                    dtype="int16",
                    callback=line.callback,
                ), line
            except library.PortAudioError as error:
                if not formats or not set(_REFUSED) & set(error.args):
                    raise
