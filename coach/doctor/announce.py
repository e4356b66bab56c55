"""Announce: a DuplexHandler for who needs the sound alone, and gives up when a device goes.

One kind bears with a microphone that is deaf for a while: what it sends tells something as well.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.errors import DeviceError
from coach.messages.events import Gone
from coach.units import Block, Samples, samples

_FORBEARANCE: Samples = samples(30.0)
"""Time to be asked twice for a word, with what the doctor says before."""


def _let_go(_count: Samples) -> None:
    pass


class Announcer:
    """See DuplexHandler: ``process`` is its own, ``lose`` as well if what is lost matters."""

    def __init__(
        self,
        process: Callable[[Block], Block | None],
        lose: Callable[[Samples], None] = _let_go,
    ) -> None:
        self.process = process
        self.lose = lose

    def lose_device(self, device: Gone, why: str) -> None:
        """Raises DeviceError."""
        raise _stopped(device, why)

    def find_device(self, device: Gone, name: str) -> None:
        """Nothing is ever looked for."""

    def looking(self) -> bool:
        """Not worth it."""
        return False


class ForbearingAnnouncer(Announcer):
    """Goes on for half a minute without a microphone, as long as there are blocks to go on with.

    ``missed`` is the error to be raised if the microphone is missed for another reason than that
    it is muted, or gates itself; None while it is there.
    """

    def __init__(
        self, process: Callable[[Block], Block | None], lose: Callable[[Samples], None] = _let_go
    ) -> None:
        super().__init__(self._forbear, lose)
        self._process = process
        self._deaf: Samples = 0
        self.missed: DeviceError | None = None

    def lose_device(self, device: Gone, why: str) -> None:
        """Raises DeviceError unless it is the microphone alone."""
        if device != "microphone":
            raise _stopped(device, why)
        self.missed = _stopped(device, why)

    def find_device(self, device: Gone, name: str) -> None:  # noqa: ARG002 - any will do
        self.missed, self._deaf = None, 0

    def _forbear(self, microphone: Block) -> Block | None:
        if self.missed is not None:
            self._deaf += len(microphone)
        return None if self._deaf > _FORBEARANCE else self._process(microphone)


def _stopped(device: Gone, why: str) -> DeviceError:
    return DeviceError(f"the {device} stopped: {why}: is it plugged in?")
