"""Sounddevice duplex: microphone and speaker as one full-duplex PortAudio stream.

PortAudio's callback copies and queues; ``run`` works in the caller's thread. A device that is lost
is searched for by its name, and the other one goes on meanwhile: the speaker with silence in place
of the microphone, or the microphone alone.
"""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any, Literal

from coach.devices.sound.silent_microphone import SelfGating, SilentMicrophone
from coach.devices.sound.sounddevice_devices import Choice, load_sounddevice, one_line, rescan
from coach.devices.sound.sounddevice_line import LEAD, LONGEST, Stopped
from coach.devices.sound.sounddevice_stream import PATIENCE_SECONDS, Present, Stream, patiently
from coach.devices.system.device_holder import holder_of
from coach.errors import DeviceError
from coach.messages.events import Gone
from coach.ports import DuplexHandler
from coach.units import RATE_HZ, Samples, samples

_LOGGER = logging.getLogger("coach.devices")
_FIRST_SECONDS, _AGAIN_SECONDS = 5.0, 0.7
"""How long a stream may take until its first callback, at first and later on."""

_HITCH_SECONDS, _HITCHES_APART_SECONDS = 2.0, 10.0
"""A break that is shorter than this, and rarer, counts as lost samples and not as a lost device."""

_LOOKS_APART, _SILENT_LOOKS_APART = 3, 10
"""How many ``look_seconds`` lie between two searches while a device is working, because it has to
be closed for a search. The first is for a lost device, the second for a silent microphone."""

_BETWEEN_WORDS: Samples = samples(0.5)
"""The silence of the coach in which a search may begin."""

Side = Literal["microphone", "speaker"]


class SounddeviceDuplex:
    """The Duplex port over PortAudio.

    ``device`` is as for ``choose``; ``block`` and ``longest`` are in 16 kHz samples. Blocks vary in
    length when the device runs at its own rate. Raises DeviceError when a device is missing or busy
    at first, unless ``patient``: then it is searched for every ``look_seconds``. Raises SoundHangs
    when a call of PortAudio takes longer than ``patience_seconds``. ``gating`` knows the
    microphones with a noise gate from earlier sessions.
    """

    def __init__(
        self,
        device: str | int | None = None,
        block: Samples = 320,
        *,
        longest: Samples = LONGEST,
        library: Any = None,
        patient: bool = False,
        look_seconds: float = 1.0,
        patience_seconds: float = PATIENCE_SECONDS,
        gating: SelfGating | None = None,
    ) -> None:
        self.delay: Samples = LEAD
        """The time from a microphone sample's callback to that of the speaker sample for it."""
        self.name: str | None = None
        """The names of both devices, and their rate if they are resampled."""
        self._block, self._longest = block, longest
        self._library = library or load_sounddevice()
        self._choice = Choice(self._library, device)
        self._patient = patient
        self._look_seconds = look_seconds
        self._patience_seconds = patience_seconds
        self._stream: Stream | None = None
        self._gone: frozenset[Side] = frozenset()
        self._silence = SilentMicrophone(gating)
        self._heard_at = self._looked_at = time.monotonic()
        self._hitched_at = self._heard_at - _HITCHES_APART_SECONDS
        if not patient:
            self._choice.choose()
            self._take_name(RATE_HZ)

    def run(self, handler: DuplexHandler) -> None:
        """See the port. It works in the calling thread, and always closes the stream."""
        try:
            self._begin(handler)
            while self._stream is not None:
                why = self._pass_on(self._stream, handler)
                if why is None:
                    return
                self._reopen(handler, why)
        finally:
            self._close()

    def _begin(self, handler: DuplexHandler) -> None:
        """Open both devices; if patient, however long that takes."""
        reported = ""
        while self._stream is None:
            try:
                if reported:
                    self._rescan()
                pair = self._choice.pair or self._choice.choose()
                self._stream = self._open_first(pair)
            except DeviceError as error:
                if not self._patient:
                    raise
                if str(error) != reported:
                    _LOGGER.warning("looking for sound: %s", error)
                    reported = str(error)
                if not self._look_on(handler):
                    return
                self._choice.pair = None
            else:
                self._take_note(self._stream)

    def _open_first(self, pair: Present) -> Stream:
        """Open the devices, a second time if need be: a server that is starting sends no sound."""
        try:
            with contextlib.suppress(Stopped):
                return self._open(pair, _FIRST_SECONDS)
            return self._open(pair, _FIRST_SECONDS)
        except (self._library.PortAudioError, Stopped) as error:
            names = [device.name for device in pair if device is not None]
            roles = " and ".join(
                f"{name!r} as {role}"
                for name, role in zip(names, ("microphone", "speaker"), strict=True)
            )
            holder = next(filter(None, map(holder_of, names)), None)
            held = f"; {holder} is using it" if holder else ""
            raise DeviceError(f"cannot use {roles}: {one_line(error)}{held}") from None

    def _take_note(self, stream: Stream) -> bool:
        """Take over the stream's delay and name, and return whether they have changed."""
        before = self.delay, self.name
        if stream.hears and stream.speaks:
            self.delay = stream.line.delay
            self._take_name(stream.line.rate_hz)
        return before != (self.delay, self.name)

    def _take_name(self, rate_hz: int) -> None:
        if self._choice.pair is not None:
            rate = "" if rate_hz == RATE_HZ else f" at {rate_hz} Hz"
            self.name = " → ".join(device.name for device in self._choice.pair) + rate

    def _pass_on(self, stream: Stream, handler: DuplexHandler) -> str | None:
        """Pass sound on until the stream ends. Returns None when the session is over.

        Otherwise it returns why the stream ended, as a phrase, or "" when a search is due.
        """
        quiet, line = 0, stream.line
        try:
            while True:
                missed, block = line.hear()
                self._heard_at = time.monotonic()
                if missed:
                    handler.lose(missed)
                answer = handler.process(block) if len(block) else block
                if answer is None:
                    break
                line.say(answer)
                quiet = 0 if answer.any() else quiet + len(answer)
                if stream.hears:
                    self._silence.observe(block, answer)
                    self._report(handler, "nothing but zeros come from it")
                if line.lags():
                    stream.restart()
                if self._gone and quiet >= _BETWEEN_WORDS and self._should_look(stream):
                    return ""
        except (self._library.PortAudioError, Stopped) as error:
            return one_line(error)
        with contextlib.suppress(Stopped):
            stream.finish()
        return None

    def _should_look(self, stream: Stream) -> bool:
        """Whether to close the working device for a search: else PortAudio lists no new devices."""
        apart = _LOOKS_APART if not (stream.hears and stream.speaks) else _SILENT_LOOKS_APART
        return time.monotonic() - self._looked_at >= apart * self._look_seconds

    def _reopen(self, handler: DuplexHandler, why: str) -> None:
        """Open whatever is there; search while nothing is."""
        if why:
            _LOGGER.info("the stream broke: %s", why)
        self._close()
        while True:
            self._stream = self._look()
            self._looked_at = now = time.monotonic()
            changed = self._stream is not None and self._take_note(self._stream)
            if why and not changed and self._is_hitch(now):
                self._hitched_at = now
                handler.lose(samples(now - self._heard_at))
                return
            if why and not self._missing():
                # It broke too often or for too long to count as a hitch, or it is another device.
                self._change(handler, frozenset({"microphone", "speaker"}), why)
            self._report(handler, why)
            why = ""
            if self._stream is not None or not self._look_on(handler):
                return

    def _is_hitch(self, now: float) -> bool:
        """Whether the break was short and rare, and all devices are back."""
        short = now - self._heard_at <= _HITCH_SECONDS
        rare = now - self._hitched_at >= _HITCHES_APART_SECONDS
        return short and rare and not self._gone and not self._missing()

    def _look(self) -> Stream | None:
        """Open both chosen devices, or the one that is there; None for neither."""
        try:
            self._rescan()
            microphone, speaker = self._choice.find()
        except DeviceError as error:
            _LOGGER.debug("no sound: %s", one_line(error))
            return None
        whole: list[Present] = [(microphone, speaker)] if microphone and speaker else []
        parts: list[Present] = [(None, speaker), (microphone, None)]
        for present in (*whole, *(part for part in parts if any(part))):
            try:
                return self._open(present, _AGAIN_SECONDS)
            except (self._library.PortAudioError, Stopped) as error:
                _LOGGER.debug("cannot be opened: %s", one_line(error))
        return None

    def _rescan(self) -> None:
        patiently(lambda: rescan(self._library), self._patience_seconds, hushes_itself=True)

    def _open(self, present: Present, limit_seconds: float) -> Stream:
        """A stream whose callback runs. Raises PortAudioError, or Stopped if it does not run."""
        stream = Stream(self._library, present, self._block, self._longest, self._patience_seconds)
        if not stream.line.runs.wait(limit_seconds):
            stream.close()
            raise Stopped(f"no sound for {limit_seconds:g} seconds")
        if present[0] is not None:
            self._silence.reopened(present[0].name)
        return stream

    def _look_on(self, handler: DuplexHandler) -> bool:
        """Wait for the next search; False when the handler wants none."""
        if not handler.looking():
            return False
        time.sleep(self._look_seconds)
        return True

    def _missing(self) -> frozenset[Side]:
        """The devices that are not open."""
        hears = self._stream is not None and self._stream.hears
        speaks = self._stream is not None and self._stream.speaks
        parts: dict[Side, bool] = {"microphone": hears, "speaker": speaks}
        return frozenset(part for part, there in parts.items() if not there)

    def _report(self, handler: DuplexHandler, why: str) -> None:
        """Tell the handler what is gone now, and what is back."""
        missing = self._missing()
        deaf: frozenset[Side] = frozenset({"microphone"} if self._silence.silent else ())
        self._change(handler, missing | deaf, why)

    def _change(self, handler: DuplexHandler, gone: frozenset[Side], why: str) -> None:
        lost, found = gone - self._gone, self._gone - gone
        self._gone = gone
        if lost:
            handler.lose_device(_together(lost), why)
        if found and self._choice.pair is not None:
            names = dict(zip(("microphone", "speaker"), self._choice.pair, strict=True))
            name = " → ".join(names[part].name for part in sorted(found))
            handler.find_device(_together(found), name)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


def _together(parts: frozenset[Side]) -> Gone:
    if len(parts) > 1:
        return "microphone and speaker"
    return "microphone" if "microphone" in parts else "speaker"
