"""Errors: what can go wrong that a person can put right. One line each; exit status 2.

::

    CoachError
    ├── DataError           a grammar, prompt, programme or rehearsal file is wrong
    ├── ModelError          the speech model is missing, incomplete or altered
    ├── VoiceError          the voice cannot be loaded or cannot speak a wording
    ├── AudioFileError      a recording is missing, empty or not audio
    ├── DeviceError         no microphone, no speaker, or one that cannot be opened
    │   └── NoDeviceError   there is none at all
    ├── SoundHangs          a call of the sound library never returns: only a new process helps
    ├── OutputError         a journal, a recording or a plot cannot be written
    ├── MemoryFileError     the file with past training cannot be used
    ├── PageError           the page cannot be served
    └── BridgeError         home automation cannot be told what happens
"""

from __future__ import annotations

_LONGEST_PLACE = 200
_LONGEST_PROBLEM = 1500
"""Characters: a key that is quoted may fill the file."""


class CoachError(Exception):
    """Something a person can put right. ``str()`` is a line: what happened, why, what to do."""


class DataError(CoachError):
    """A data file is wrong; the message says where, what was expected and what was found."""

    def __init__(self, path: str, where: str, problem: str) -> None:
        where, problem = _in_short(where, _LONGEST_PLACE), _in_short(problem, _LONGEST_PROBLEM)
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
    """There is no microphone or no speaker at all, so that one has to be plugged in."""


class SoundHangs(CoachError):  # noqa: N818 - what the library does
    """A call of the sound library never returns.

    The library would block the exit of the process as well, so it has to be ended by force.
    """


class OutputError(CoachError):
    """A file that a command writes cannot be written."""


class MemoryFileError(CoachError):
    """The file with past training cannot be read or written."""


class PageError(CoachError):
    """The page cannot be served."""


class BridgeError(CoachError):
    """Home automation cannot be told what happens: the bridge or its socket cannot work."""


def _in_short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
