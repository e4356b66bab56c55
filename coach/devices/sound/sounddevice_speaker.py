"""Sounddevice speaker: plays a sound to its end; no microphone is needed for that."""

from __future__ import annotations

from typing import Any

from coach.devices.sound.sounddevice_devices import (
    SoundDevice,
    choose_speaker,
    list_devices,
    load_sounddevice,
    one_line,
)
from coach.devices.sound.sounddevice_line import LONGEST, Stopped
from coach.devices.sound.sounddevice_stream import Stream
from coach.devices.system.device_holder import holder_of
from coach.errors import DeviceError
from coach.units import Block, Samples

_BLOCK: Samples = 320


class SounddeviceSpeaker:
    """A speaker, chosen as ``choose_speaker`` does; ``library`` stands in for sounddevice.

    Raises DeviceError when there is none, and SoundHangs when PortAudio hangs.
    """

    def __init__(self, device: str | int | None = None, library: Any = None) -> None:
        self._library = library or load_sounddevice()
        self._device: SoundDevice = choose_speaker(list_devices(self._library), device)

    def play(self, sound: Block) -> None:
        """Play it, and return when all of it was heard. Raises DeviceError."""
        try:
            stream = Stream(self._library, (None, self._device), _BLOCK, LONGEST)
            try:
                _play(stream, sound)
            finally:
                stream.close()
        except (self._library.PortAudioError, Stopped) as error:
            holder = holder_of(self._device.name)
            held = f"; {holder} is using it" if holder else ""
            problem = f"cannot use {self._device.name!r} as speaker: {one_line(error)}{held}"
            raise DeviceError(problem) from None


def _play(stream: Stream, sound: Block) -> None:
    at = 0
    while at < len(sound):
        # Without a microphone the line delivers silence, which paces this loop
        missed, silence = stream.line.hear()
        at += missed
        stream.line.say(sound[at : at + len(silence)])
        at += len(silence)
    stream.finish()
