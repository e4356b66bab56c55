"""Announce: a DuplexHandler that runs one function, and gives up when a device is lost.

A TolerantAnnouncer goes on for a while with a silent microphone, whose silence is worth measuring.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.errors import DeviceError
from coach.messages.events import Gone
from coach.units import Block, Samples, samples

_TOLERANCE: Samples = samples(30.0)
"""Enough for the introduction, and for a word to be asked for twice."""


def _ignore(_count: Samples) -> None:
    pass


class Announcer:
    """A DuplexHandler made of ``process``, and of ``lose`` where lost samples matter."""

    def __init__(
        self,
        process: Callable[[Block], Block | None],
        lose: Callable[[Samples], None] = _ignore,
    ) -> None:
        self.process = process
        self.lose = lose

    def lose_device(self, device: Gone, why: str) -> None:
        """End the run: raises DeviceError."""
        raise _stopped(device, why)

    def find_device(self, device: Gone, name: str) -> None:
        """Never called, because no device is looked for."""

    def looking(self) -> bool:
        """Always False: a lost device is not looked for."""
        return False


class TolerantAnnouncer(Announcer):
    """An Announcer that goes on for half a minute without a microphone, while blocks still come.

    ``missed`` is the error to report when the microphone is lost and not just muted or gated; None
    while it is there.
    """

    def __init__(
        self, process: Callable[[Block], Block | None], lose: Callable[[Samples], None] = _ignore
    ) -> None:
        super().__init__(self._process_while_tolerable, lose)
        self._process = process
        self._deaf: Samples = 0
        self.missed: DeviceError | None = None

    def lose_device(self, device: Gone, why: str) -> None:
        """Raises DeviceError unless only the microphone is gone."""
        if device != "microphone":
            raise _stopped(device, why)
        self.missed = _stopped(device, why)

    def find_device(self, device: Gone, name: str) -> None:  # noqa: ARG002 - any device will do
        self.missed, self._deaf = None, 0

    def _process_while_tolerable(self, microphone: Block) -> Block | None:
        if self.missed is not None:
            self._deaf += len(microphone)
        return None if self._deaf > _TOLERANCE else self._process(microphone)


def _stopped(device: Gone, why: str) -> DeviceError:
    return DeviceError(f"the {device} stopped: {why}: is it plugged in?")
