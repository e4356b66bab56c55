"""Sounddevice line: two queues between PortAudio's thread and the caller's.

The speaker follows the microphone at a constant distance, ``delay``. Sound that comes too late is
dropped, not played late, so that the echo canceller's far-end signal stays aligned. A device that
refuses 16 kHz runs at its own rate and is resampled, which moves no sample in time and only
lengthens ``delay``.
"""

from __future__ import annotations

import math
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any

import numpy as np
import soxr

from coach.units import RATE_HZ, Block, Samples, samples, silence

LEAD: Samples = samples(0.12)
"""``delay`` at 16 kHz: from a microphone sample to the speaker sample returned for it. Resampling
doubles it."""

LONGEST: Samples = samples(10.0)
"""How much of the microphone may wait to be processed before more is lost."""

STOPPED_SECONDS = 1.2
"""A device without a callback for longer is gone. The coach should notice that within 2 s."""

_LAG_SECONDS, _LAG_BLOCKS = 0.15, 25
"""By how much the device's latency has to grow, and for how many blocks, to count as a lag."""


class Stopped(Exception):  # noqa: N818 - what happened, and nothing a person is shown
    """The device has stopped delivering sound; ``str()`` is a phrase that says why."""


class Line:
    """Sound in both directions: 16 kHz mono for the caller, whatever it needs for the device.

    The device's side is interleaved int16, ``frames`` per block, at ``rate_hz``, with ``channels``
    in and out. ``longest`` is how much may wait to be heard, in 16 kHz samples.
    """

    def __init__(
        self, rate_hz: int, channels: tuple[int, int], block: Samples, longest: Samples = LONGEST
    ) -> None:
        self.frames = round(block * rate_hz / RATE_HZ)
        resampling = 0 if rate_hz == RATE_HZ else round(LEAD * max(1.0, RATE_HZ / rate_hz))
        self.delay: Samples = LEAD + resampling
        self.rate_hz = rate_hz
        self.runs = Event()
        """Set by the first callback."""
        self.channels = channels
        self._block = block
        self._longest = max(1, longest // block)
        self._heard: SimpleQueue[tuple[int, int, bytes] | None] = SimpleQueue()
        self._said: SimpleQueue[bytes] = SimpleQueue()
        # Used in PortAudio's thread alone
        self._sound = bytearray(round(self.delay * rate_hz / RATE_HZ) * channels[1] * 2)
        self._late = self._skipped = self._dropped = self._lagging = 0
        self._shortest = math.inf
        self._adc_due: float | None = None
        # Used in the caller's thread alone
        self._incoming, self._outgoing = (
            Resampler(rate_hz, RATE_HZ),
            Resampler(RATE_HZ, rate_hz),
        )
        self._frames_in = self._samples_out = 0
        self._ends_foreseen = 0

    def callback(self, indata: Any, outdata: Any, frames: int, when: Any, status: Any) -> None:
        """PortAudio's callback, which copies and queues. Both buffers are raw bytes."""
        adc = when.inputBufferAdcTime
        if self._adc_due is not None and (status.input_overflow or self._shortest == math.inf):
            # At least a block, since time stamps are inexact; at most 10 s, since clocks are set.
            gap = round((adc - self._adc_due) * self.rate_hz)
            self._dropped += min(max(gap, frames), 10 * self.rate_hz)
        self._adc_due = adc + frames / self.rate_hz
        trip = when.outputBufferDacTime - adc
        self._shortest = min(self._shortest, trip)
        self._lagging = self._lagging + 1 if trip > self._shortest + _LAG_SECONDS else 0
        self._take(bytes(indata), frames)
        outdata[:] = self._next(len(outdata))

    def hears_alone(self, indata: Any, frames: int, _when: Any, _status: Any) -> None:
        """PortAudio's callback without a speaker: sound for it is dropped in time."""
        self._take(bytes(indata), frames)
        self._next(frames * self.channels[1] * 2)

    def speaks_alone(self, outdata: Any, frames: int, _when: Any, _status: Any) -> None:
        """PortAudio's callback without a microphone, which stands for silence."""
        self._take(bytes(frames * self.channels[0] * 2), frames)
        outdata[:] = self._next(len(outdata))

    def ended(self) -> None:
        """PortAudio's callback at the end of the stream."""
        self._heard.put(None)

    def restart(self) -> None:
        """Start over; call it while the stream is stopped. Sound in between is lost."""
        self._lagging, self._shortest = 0, math.inf
        self._ends_foreseen += 1

    def lags(self) -> bool:
        """Whether sound has piled up in the device after a hitch; only a restart clears that."""
        return self._lagging >= _LAG_BLOCKS

    def hear(self) -> tuple[Samples, Block]:
        """The number of samples that were lost, and the block after them, which may be empty.

        Waits for it. Raises Stopped.
        """
        skipped, dropped, data = self._await()
        missed = 0
        if skipped:
            self._frames_in += skipped
            # The speaker went on meanwhile, and so must its sound. (While the device dropped sound,
            # the speaker stood still.) Sound that the resampler had kept back is lost as well.
            missed = round(self._frames_in * RATE_HZ / self.rate_hz) - self._samples_out
            self._incoming = Resampler(self.rate_hz, RATE_HZ)
            self.say(silence(missed))
        block = self._incoming.resample(np.frombuffer(data, np.int16)[:: self.channels[0]].copy())
        self._frames_in += self.frames
        self._samples_out += missed + len(block)
        return missed + round(dropped * RATE_HZ / self.rate_hz), block

    def say(self, sound: Block) -> None:
        """Queue 16 kHz sound, for every channel of the speaker."""
        self._said.put(np.repeat(self._outgoing.resample(sound), self.channels[1]).tobytes())

    def finish(self, tail: Samples) -> None:
        """Return when all sound and ``tail`` samples of silence were taken by the device.

        What the microphone hears meanwhile is dropped. Raises Stopped.
        """
        for _ in range(0, tail, self._block):
            self.say(silence(self._block))
        while not self._said.empty():
            self.hear()

    def _await(self) -> tuple[int, int, bytes]:
        while True:
            try:
                heard = self._heard.get(timeout=STOPPED_SECONDS)
            except Empty:
                raise Stopped(f"no sound for {STOPPED_SECONDS:g} seconds") from None
            if heard is not None:
                return heard
            if not self._ends_foreseen:
                raise Stopped("the stream ended")
            self._ends_foreseen -= 1

    def _take(self, indata: bytes, frames: int) -> None:
        self.runs.set()
        if self._heard.qsize() >= self._longest:
            self._skipped += frames
        else:
            self._heard.put((self._skipped, self._dropped, indata))
            self._skipped = self._dropped = 0

    def _next(self, size: int) -> bytes:
        """``size`` bytes for the speaker, with silence in place of sound that comes too late."""
        while len(self._sound) < size and not self._said.empty():
            said = self._said.get_nowait()
            late = min(self._late, len(said))
            self._late -= late
            self._sound += said[late:]
        sound = bytes(self._sound[:size])
        del self._sound[:size]
        self._late += size - len(sound)
        return sound + bytes(size - len(sound))


class Resampler:
    """Converts a stream of samples from one rate to another without moving it in time."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        same = from_hz == to_hz
        self._soxr: Any = None if same else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32")

    def resample(self, block: Block) -> Block:
        """The samples that are complete by now, which may be none."""
        if self._soxr is None:
            return block
        wide = self._soxr.resample_chunk(block.astype(np.float32))
        narrow: Block = np.clip(np.rint(wide), -32768, 32767).astype(np.int16)
        return narrow
