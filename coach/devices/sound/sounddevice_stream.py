"""Sounddevice stream: an open PortAudio stream and its line, in the first form that is accepted.

That is mono at 16 kHz, or more channels or another rate if a device insists. Calls of PortAudio are
limited in time, because a plugin of ALSA hangs when its sound server does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from threading import Thread
from typing import Any, TypeVar

from coach.devices.sound.sounddevice_devices import SoundDevice
from coach.devices.sound.sounddevice_line import Line
from coach.errors import SoundHangs
from coach.units import RATE_HZ, Samples, samples

_LOGGER = logging.getLogger("coach.devices")
_REFUSED = (-9997, -9998)
"""PortAudio's codes for an invalid sample rate and number of channels: another form may do."""

_TAIL: Samples = samples(0.25)
"""Silence after the last sound: PortAudio drops what was not played when a stream is closed."""

PATIENCE_SECONDS = 10.0
"""How long a call of PortAudio may take."""

Present = tuple[SoundDevice | None, SoundDevice | None]
"""The microphone and the speaker, None for one that is missing; at least one is there."""


class Stream:
    """A stream that runs until it is closed.

    Every method may raise the library's PortAudioError, or SoundHangs when a call never returns.
    ``block`` and ``longest`` are in 16 kHz samples; see Line.
    """

    def __init__(
        self,
        library: Any,
        present: Present,
        block: Samples,
        longest: Samples,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.present = present
        self._patience_seconds = patience_seconds
        self._stream, self.line = _open(library, present, block, longest, patience_seconds)
        try:
            self._patiently(self._stream.start)
        except BaseException:
            self.close()
            raise
        latency = self._stream.latency
        shown = latency if isinstance(latency, tuple) else (latency,)
        milliseconds = " and ".join(f"{each * 1000:.0f} ms" for each in shown)
        names = " → ".join("none" if device is None else device.name for device in present)
        _LOGGER.info("opened %s at %d Hz, latency %s", names, self.line.rate_hz, milliseconds)

    @property
    def hears(self) -> bool:
        return self.present[0] is not None

    @property
    def speaks(self) -> bool:
        return self.present[1] is not None

    def restart(self) -> None:
        """Drop the sound that has piled up in the device."""
        self._patiently(self._stream.stop)
        self.line.restart()
        self._patiently(self._stream.start)

    def finish(self) -> None:
        """Return when all sound has been played. Raises Stopped."""
        latency = self._stream.latency
        out = latency[1] if isinstance(latency, tuple) else latency
        self.line.finish(_TAIL + samples(out))

    def close(self) -> None:
        """Close it at once; sound that is not played yet is dropped."""
        self._patiently(self._stream.close)

    def _patiently(self, call: Callable[[], Any]) -> None:
        patiently(call, self._patience_seconds)


def patiently(
    call: Callable[[], Any], limit_seconds: float = PATIENCE_SECONDS, *, hushes_itself: bool = False
) -> Any:
    """Make a call within a time limit, and keep its messages off standard error.

    A call that ``hushes_itself`` redirects standard error on its own, and restores it however late
    it returns. Raises SoundHangs.
    """
    try:
        with _stderr_kept(hushed=not hushes_itself):
            return within(limit_seconds, call)
    except TimeoutError as error:
        raise SoundHangs(f"the sound library hangs: {error}: start again") from None


@contextlib.contextmanager
def _stderr_kept(*, hushed: bool) -> Iterator[None]:
    """Silence standard error, to which ALSA and PortAudio report all that they do not find."""
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError):
        yield
        return
    try:
        if hushed:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _open(
    library: Any, present: Present, block: Samples, longest: Samples, patience_seconds: float
) -> tuple[Any, Line]:
    microphone, speaker = present
    there = [device for device in present if device is not None]
    inputs = 1 if microphone is None else microphone.inputs
    outputs = 1 if speaker is None else speaker.outputs
    rates = dict.fromkeys((RATE_HZ, *(device.rate_hz for device in there)))
    forms = list(product(rates, sorted({1, 2, max(inputs, outputs)})))
    while True:
        rate_hz, width = forms.pop(0)
        line = Line(rate_hz, (min(width, inputs), min(width, outputs)), block, longest)
        try:
            return patiently(partial(_stream, library, present, line), patience_seconds), line
        except library.PortAudioError as error:
            if not forms or not set(_REFUSED) & set(error.args):
                raise
            _LOGGER.info("refused: %d Hz, %d channels", rate_hz, width)


def _stream(library: Any, present: Present, line: Line) -> Any:
    microphone, speaker = present
    options = {
        "samplerate": line.rate_hz,
        "blocksize": line.frames,
        "dtype": "int16",
        "finished_callback": line.ended,
    }
    if microphone is None and speaker is not None:
        ways = {"device": speaker.index, "channels": line.channels[1]}
        return library.RawOutputStream(**options, **ways, callback=line.speaks_alone)
    if speaker is None and microphone is not None:
        ways = {"device": microphone.index, "channels": line.channels[0]}
        return library.RawInputStream(**options, **ways, callback=line.hears_alone)
    pair = tuple(None if device is None else device.index for device in present)
    return library.RawStream(**options, device=pair, channels=line.channels, callback=line.callback)


Result = TypeVar("Result")


def within(limit_seconds: float, call: Callable[[], Result]) -> Result:
    """Return or raise what ``call`` does, in a thread of its own, so that Ctrl-C is not blocked.

    Raises TimeoutError when it takes longer; the thread is then left behind.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as failure:  # raised again in the caller's thread
            failures.append(failure)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(limit_seconds)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError(f"no answer for {limit_seconds:g} seconds")
    return results[0]
