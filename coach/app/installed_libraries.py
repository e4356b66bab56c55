"""Installed libraries: the versions of the libraries that the coach uses."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from coach.devices.sound.sounddevice_devices import load_sounddevice
from coach.devices.sound.speexdsp import speexdsp
from coach.devices.speech.pyttsx3_synthesiser import espeak_version
from coach.errors import DeviceError, VoiceError

_PACKAGES = ("vosk", "sounddevice", "pyttsx3", "soxr", "numpy")


def library_versions() -> dict[str, str | None]:
    """Versions by name, Python packages first.

    None stands for a library that is missing, an empty string for one that has no version.
    """
    found = {package: _package(package) for package in _PACKAGES}
    return {
        **found,
        "PortAudio": _portaudio(),
        "eSpeak NG": _espeak(),
        "libspeexdsp": _speexdsp(),
    }


def _package(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _portaudio() -> str | None:
    try:
        reported = str(load_sounddevice().get_portaudio_version()[1])
    except DeviceError:
        return None
    # "PortAudio V19.7.0-devel, revision 147dd722548358763a8b649b3e4b41dfffbcfbb6"
    return reported.split(",", maxsplit=1)[0].removeprefix("PortAudio ").removeprefix("V")


def _espeak() -> str | None:
    try:
        return espeak_version()
    except VoiceError:
        return None


def _speexdsp() -> str | None:
    try:
        speexdsp()
    except DeviceError:
        return None
    return ""
