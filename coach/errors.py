"""Errors: what can go wrong that a person can mend. One line each; exit status 2.

::

    CoachError
    ├── DataError           a grammar, prompt, programme or rehearsal file is wrong
    ├── ModelError          the speech model is missing, incomplete or altered
    ├── VoiceError          the voice cannot be loaded or cannot speak a wording
    ├── AudioFileError      a recording is missing, empty or not audio
    ├── DeviceError         no microphone, no speaker, or one that cannot be opened
    │   └── NoDeviceError   there is none at all
    ├── SoundHangs          the sound library never returns: only a new process helps
    ├── OutputError         a journal, a recording or a plot cannot be written
    └── MemoryFileError     what is remembered of past training cannot be used
"""

from __future__ import annotations


class CoachError(Exception):
    """Something a person can mend. ``str()`` is one line: what happened, why, what to do."""


class DataError(CoachError):
    """A data file is wrong: where, what was expected and what was found."""

    def __init__(self, path: str, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}" if where else f"{path}: {problem}")
        self.path = path
        self.where = where
        self.problem = problem


class ModelError(CoachError):
    """The speech model cannot be used as it is."""


class VoiceError(CoachError):
    """The voice cannot be loaded or cannot speak a wording."""


class AudioFileError(CoachError):
    """A recording cannot be read."""


class DeviceError(CoachError):
    """The sound card cannot be used."""


class NoDeviceError(DeviceError):
    """There is no microphone or no speaker, whatever it is called: one has to be plugged in."""


class SoundHangs(CoachError):  # noqa: N818 - what the library does
    """The sound library never returns, not even when the process exits: end it by force."""


class OutputError(CoachError):
    """A file that a command writes cannot be written."""


class MemoryFileError(CoachError):
    """What is remembered of past training cannot be read, or cannot be changed."""
