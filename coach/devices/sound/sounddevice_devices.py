"""Sounddevice devices: lists the sound devices, chooses two, and finds them again when lost.

A lost device is searched for by its name. Another one takes its place only if the person named
none and the system's default has changed. Every choice is logged.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from coach.errors import DeviceError, NoDeviceError

_LOGGER = logging.getLogger("coach.devices")

_SERVERS = ("pulse", "pipewire")
"""The ALSA devices of sound servers, which PortAudio lists only while the server answers."""

_CARD = re.compile(r"\s*\((plug)?hw:\d+,\d+\)$")
"""The card number in a name, which depends on the order in which cards were plugged in."""


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A device that PortAudio lists. ``inputs`` and ``outputs`` are numbers of channels."""

    index: int
    name: str
    inputs: int
    outputs: int
    rate_hz: int
    default_input: bool
    default_output: bool


Pair = tuple[SoundDevice, SoundDevice]
"""Microphone and speaker."""


def load_sounddevice(load: Callable[[str], Any] = importlib.import_module) -> Any:
    """The module sounddevice, whose import opens PortAudio. Raises DeviceError."""
    try:
        return load("sounddevice")
    except Exception as error:  # OSError without the library, else PortAudioError, not yet at hand
        cure = ": run `apt install libportaudio2`" if isinstance(error, OSError) else ""
        raise DeviceError(f"no sound: {one_line(error)}{cure}") from None


def list_devices(library: Any = None) -> tuple[SoundDevice, ...]:
    """Every device, in PortAudio's order. Raises DeviceError.

    ``library`` stands in for the module sounddevice.
    """
    library = library or load_sounddevice()
    try:
        microphone, speaker = library.default.device
        found_devices = library.query_devices()
    except library.PortAudioError as error:
        raise DeviceError(f"no sound: {one_line(error)}") from None
    return tuple(
        SoundDevice(
            index,
            one_line(found["name"]),
            int(found["max_input_channels"]),
            int(found["max_output_channels"]),
            round(found["default_samplerate"]),
            index == microphone,
            index == speaker,
        )
        for index, found in enumerate(found_devices)
    )


def rescan(library: Any) -> None:
    """Make PortAudio list the devices again, which it does only when it starts.

    No stream may be open. Raises DeviceError.
    """
    # If PortAudio could not be initialised the last time, it cannot be terminated either.
    with contextlib.suppress(library.PortAudioError):
        library._terminate()
    try:
        library._initialize()
    except library.PortAudioError as error:
        raise DeviceError(f"no sound: {one_line(error)}") from None


def choose(devices: Sequence[SoundDevice], wanted: str | int | None) -> Pair:
    """The devices named by a number, a part of a name, or "IN,OUT"; see ``prefer`` for None.

    Raises DeviceError, whose message lists the devices.
    """
    microphones = [device for device in devices if device.inputs]
    speakers = [device for device in devices if device.outputs]
    if wanted is None:
        pairs = [prefer(microphones, speakers)]
    else:
        pairs = [
            (_named(microphones, ear), _named(speakers, mouth)) for ear, mouth in _names(wanted)
        ]
    chosen = next((pair for pair in pairs if all(pair)), pairs[0])
    microphone = _only("microphone", chosen[0], devices, wanted)
    return microphone, _only("speaker", chosen[1], devices, wanted)


def choose_speaker(devices: Sequence[SoundDevice], wanted: str | int | None) -> SoundDevice:
    """The speaker that ``choose`` takes, also where there is no microphone. Raises DeviceError."""
    mouths = [device for device in devices if device.outputs]
    if wanted is None:
        ears = [device for device in devices if device.inputs]
        found = prefer(ears, mouths)[1] if ears else _servers(mouths) or prefer([], mouths)[1]
    else:
        named = [_named(mouths, mouth) for _, mouth in _names(wanted)]
        found = next(filter(None, named), [])
    return _only("speaker", found, devices, wanted)


def _names(wanted: str | int) -> list[tuple[str, str]]:
    """The pairs of names that may be meant for microphone and speaker.

    Any comma may separate the two, because ALSA's "hw:1,0" has one as well.
    """
    parts = str(wanted).split(",")
    cuts = [(",".join(parts[:at]), ",".join(parts[at:])) for at in range(1, len(parts))]
    return [(str(wanted), str(wanted)), *cuts]


def _only(
    role: str,
    found: Sequence[SoundDevice],
    devices: Sequence[SoundDevice],
    wanted: str | int | None,
) -> SoundDevice:
    if len({device.name for device in found}) == 1:
        return found[0]
    problem = f"{'more than one' if found else 'no'} {role}"
    called = "" if wanted is None else f" called {str(wanted)!r}"
    known = ", ".join(f"{device.index} {device.name!r}" for device in devices) or "none"
    kind = NoDeviceError if not found and (wanted is None or not devices) else DeviceError
    raise kind(f"{problem}{called}; the sound devices are: {known}")


def prefer(
    microphones: Sequence[SoundDevice], speakers: Sequence[SoundDevice]
) -> tuple[list[SoundDevice], list[SoundDevice]]:
    """The best microphone and the best speaker, each alone in a list that is empty without one.

    A sound server comes first, then ALSA's default if it has both directions. Without either a USB
    device is preferred, since it was plugged in on purpose and the default may be a screen.
    """
    both = _servers([device for device in microphones if device in speakers])
    if both:
        return both, both
    microphone = sorted(microphones, key=_rank_microphone)[:1]
    speaker = sorted(speakers, key=lambda device: _rank_speaker(device, microphone))[:1]
    return microphone, speaker


def _servers(devices: Sequence[SoundDevice]) -> list[SoundDevice]:
    """The best device of a sound server, else ALSA's default, in a list; empty without either."""
    ways = [device for name in (*_SERVERS, "default") for device in devices if device.name == name]
    return ways[:1]


def _rank_microphone(device: SoundDevice) -> tuple[bool, ...]:
    """A key by which the best microphone sorts first."""
    return (not _is_usb(device), not _CARD.search(device.name), not device.default_input)


def _rank_speaker(device: SoundDevice, beside: Sequence[SoundDevice]) -> tuple[bool, ...]:
    """A key by which the best speaker sorts first.

    The microphone's own device is the best of all, because both then have one clock.
    """
    screen = "hdmi" in device.name.casefold()
    own = device in beside
    card = _CARD.search(device.name)
    return (not own, not _is_usb(device), screen, not device.default_output, not card)


def _is_usb(device: SoundDevice) -> bool:
    return "usb" in device.name.casefold()


def _named(devices: Sequence[SoundDevice], wanted: str) -> list[SoundDevice]:
    name = wanted.strip().casefold()
    if not any(letter.isalpha() for letter in name):
        return [device for device in devices if str(device.index) == name]
    exact = [device for device in devices if device.name.casefold() == name]
    return exact or [device for device in devices if name in device.name.casefold()]


def one_line(what: object) -> str:
    """A text without line breaks, for a message."""
    return " ".join(str(what).split())


class Choice:
    """The devices of a session, chosen once and then found again.

    ``library`` is the module sounddevice. ``wanted`` is as for ``choose``.
    """

    def __init__(self, library: Any, wanted: str | int | None) -> None:
        self._library = library
        self._wanted = wanted
        self._defaults: tuple[str, ...] = ()
        self._known: tuple[SoundDevice, ...] | None = None
        self.pair: Pair | None = None

    def choose(self) -> Pair:
        """Choose both devices. Raises DeviceError when one of them is missing."""
        devices = list_devices(self._library)
        if devices != self._known:
            self._known = devices
            _log(self._library, devices)
        self.pair = choose(devices, self._wanted)
        self._defaults = _default_names(devices)
        why = "by preference" if self._wanted is None else f"asked for as {str(self._wanted)!r}"
        names = f"microphone {self.pair[0].name!r}, speaker {self.pair[1].name!r}"
        _LOGGER.info("chosen %s: %s", why, names)
        return self.pair

    def find(self) -> tuple[SoundDevice | None, SoundDevice | None]:
        """The chosen microphone and speaker as listed now, None for one that is missing."""
        devices = list_devices(self._library)
        if self._wanted is None and _default_names(devices) not in ((), self._defaults):
            _LOGGER.warning("the default devices have changed")
            with contextlib.suppress(DeviceError):
                return self.choose()
        if self.pair is None:
            return None, None
        microphones = [device for device in devices if device.inputs]
        speakers = [device for device in devices if device.outputs]
        return _same(microphones, self.pair[0].name), _same(speakers, self.pair[1].name)


def _same(devices: Sequence[SoundDevice], name: str) -> SoundDevice | None:
    """The device of that name; it may have another card number now."""
    bare = _CARD.sub("", name)
    exact = [device for device in devices if device.name == name]
    alike = [device for device in devices if _CARD.sub("", device.name) == bare]
    return next(iter([*exact, *alike]), None)


def _default_names(devices: Sequence[SoundDevice]) -> tuple[str, ...]:
    """The names of the system's default microphone and speaker; empty unless it has both."""
    microphones = [device.name for device in devices if device.default_input and device.inputs]
    speakers = [device.name for device in devices if device.default_output and device.outputs]
    return (microphones[0], speakers[0]) if microphones and speakers else ()


def _log(library: Any, devices: Sequence[SoundDevice]) -> None:
    interfaces = ", ".join(api["name"] for api in library.query_hostapis())
    _LOGGER.info("PortAudio knows %d devices of %s", len(devices), interfaces or "nothing")
    for device in devices:
        ways = f"{device.inputs} in, {device.outputs} out, {device.rate_hz} Hz"
        stars = "".join(
            f", default {role}"
            for role, is_default in (
                ("microphone", device.default_input),
                ("speaker", device.default_output),
            )
            if is_default
        )
        _LOGGER.info("device %d %r: %s%s", device.index, device.name, ways, stars)
