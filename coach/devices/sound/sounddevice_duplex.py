"""Sounddevice duplex: microphone and speaker as one full-duplex PortAudio stream.

PortAudio's callback copies and queues; ``run`` works in the caller's thread. Devices come and go:
what is gone is looked for by its name, and what is left goes on meanwhile, a speaker with silence
for its microphone, a microphone with nobody to hear the answers.
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
_FIRST_SECONDS, _AGAIN_SECONDS = 5.0, 0.7  # until the first sound of a stream
_HITCH_SECONDS, _HITCHES_APART_SECONDS = 2.0, 10.0  # what is shorter and rarer is but lost sound
_LOOKS_APART, _SILENT_LOOKS_APART = 3, 10  # in looks of both: what is there is shut for a look
_BETWEEN_WORDS: Samples = samples(0.5)

Side = Literal["microphone", "speaker"]


class SounddeviceDuplex:
    """The Duplex port over PortAudio. ``device`` as for ``choose``, ``block`` and ``longest`` in
    16 kHz samples; blocks vary in length when the device runs at its own rate. DeviceError, unless
    ``patient``: then what is missing or busy at first is looked for every ``look_seconds``, too.
    SoundHangs when PortAudio does not return within ``patience_seconds``. ``gating`` is what was
    learnt before of microphones that gate themselves.
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
        """Between the callbacks of a microphone sample and its answer, since both are open."""
        self.name: str | None = None
        """Of both devices, and the rate if that lengthens ``delay``."""
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

    def run(self, passage: DuplexHandler) -> None:
        """See the port. Works in the calling thread; what is raised there closes the stream."""
        try:
            self._begin(passage)
            while self._stream is not None:
                why = self._pass_on(self._stream, passage)
                if why is None:
                    return
                self._reopen(passage, why)
        finally:
            self._close()

    def _begin(self, passage: DuplexHandler) -> None:
        """Open both devices; if patient, however long that takes."""
        told = ""
        while self._stream is None:
            try:
                if told:
                    self._rescan()
                pair = self._choice.pair or self._choice.choose()
                self._stream = self._open_first(pair)
            except DeviceError as error:
                if not self._patient:
                    raise
                if str(error) != told:
                    _LOGGER.warning("looking for sound: %s", error)
                    told = str(error)
                if not self._look_on(passage):
                    return
                self._choice.pair = None
            else:
                self._take_note(self._stream)

    def _open_first(self, pair: Present) -> Stream:
        try:
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
        """Go by the stream's delay and name; whether they are others than before."""
        before = self.delay, self.name
        if stream.hears and stream.speaks:
            self.delay = stream.line.delay
            self._take_name(stream.line.rate_hz)
        return before != (self.delay, self.name)

    def _take_name(self, rate_hz: int) -> None:
        if self._choice.pair is not None:
            rate = "" if rate_hz == RATE_HZ else f" at {rate_hz} Hz"
            self.name = " → ".join(device.name for device in self._choice.pair) + rate

    def _pass_on(self, stream: Stream, passage: DuplexHandler) -> str | None:
        """Pass sound on until all is over. Else why it ended: in words, or to have another look."""
        quiet, line = 0, stream.line
        try:
            while True:
                missed, block = line.hear()
                self._heard_at = time.monotonic()
                if missed:
                    passage.lose(missed)
                answer = passage.process(block) if len(block) else block
                if answer is None:
                    break
                line.say(answer)
                quiet = 0 if answer.any() else quiet + len(answer)
                if stream.hears:
                    self._silence.observe(block, answer)
                    self._tell(passage, "nothing but zeros come from it")
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
        """Whether to shut what is there for a moment: PortAudio sees no new devices otherwise."""
        apart = _LOOKS_APART if not (stream.hears and stream.speaks) else _SILENT_LOOKS_APART
        return time.monotonic() - self._looked_at >= apart * self._look_seconds

    def _reopen(self, passage: DuplexHandler, why: str) -> None:
        """Open again what is there; look for it while nothing is."""
        if why:
            _LOGGER.info("the stream broke: %s", why)
        self._close()
        while True:
            self._stream = self._look()
            self._looked_at = now = time.monotonic()
            changed = self._stream is not None and self._take_note(self._stream)
            if why and not changed and self._is_hitch(now):
                self._hitched_at = now
                passage.lose(samples(now - self._heard_at))
                return
            if why and not self._missing():
                # It broke too often or for too long to be passed over, or it is another one
                self._change(passage, frozenset({"microphone", "speaker"}), why)
            self._tell(passage, why)
            why = ""
            if self._stream is not None or not self._look_on(passage):
                return

    def _is_hitch(self, now: float) -> bool:
        short = now - self._heard_at <= _HITCH_SECONDS
        rare = now - self._hitched_at >= _HITCHES_APART_SECONDS
        return short and rare and not self._gone and not self._missing()

    def _look(self) -> Stream | None:
        """Open as much as there is of what was chosen."""
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

    def _open(self, present: Present, seconds: float) -> Stream:
        """A stream that sounds. PortAudioError, Stopped when there is no sound for so long."""
        stream = Stream(self._library, present, self._block, self._longest, self._patience_seconds)
        if not stream.line.runs.wait(seconds):
            stream.close()
            raise Stopped(f"no sound for {seconds:g} seconds")
        if present[0] is not None:
            self._silence.reopened(present[0].name)
        return stream

    def _look_on(self, passage: DuplexHandler) -> bool:
        """Wait for the next look; false when nobody wants one."""
        if not passage.looking():
            return False
        time.sleep(self._look_seconds)
        return True

    def _missing(self) -> frozenset[Side]:
        hears = self._stream is not None and self._stream.hears
        speaks = self._stream is not None and self._stream.speaks
        parts: dict[Side, bool] = {"microphone": hears, "speaker": speaks}
        return frozenset(part for part, there in parts.items() if not there)

    def _tell(self, passage: DuplexHandler, why: str) -> None:
        """Tell what is gone now, and what is back."""
        missing = self._missing()
        deaf: frozenset[Side] = frozenset({"microphone"} if self._silence.silent else ())
        self._change(passage, missing | deaf, why)

    def _change(self, passage: DuplexHandler, gone: frozenset[Side], why: str) -> None:
        lost, found = gone - self._gone, self._gone - gone
        self._gone = gone
        if lost:
            passage.lose_device(_together(lost), why)
        if found and self._choice.pair is not None:
            names = dict(zip(("microphone", "speaker"), self._choice.pair, strict=True))
            name = " → ".join(names[part].name for part in sorted(found))
            passage.find_device(_together(found), name)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


def _together(parts: frozenset[Side]) -> Gone:
    if len(parts) > 1:
        return "microphone and speaker"
    return "microphone" if "microphone" in parts else "speaker"
