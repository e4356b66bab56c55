"""Sound passage: a Passage for who needs the sound alone, and gives up when a device goes."""

from __future__ import annotations

from collections.abc import Callable

from coach.errors import DeviceError
from coach.messages import Gone
from coach.ports import Duplex
from coach.units import Block, Samples, silence


def _let_go(_count: Samples) -> None:
    pass


class SoundPassage:
    """See Passage: ``process`` is its own, ``lose`` as well if what is lost matters."""

    def __init__(
        self,
        process: Callable[[Block], Block | None],
        lose: Callable[[Samples], None] = _let_go,
    ) -> None:
        self.process = process
        self.lose = lose

    def lose_device(self, device: Gone, why: str) -> None:
        """Raises DeviceError."""
        raise DeviceError(f"the {device} stopped: {why}: is it plugged in?")

    def find_device(self, device: Gone, name: str) -> None:
        """Nothing is ever looked for."""

    def looking(self) -> bool:
        """Not worth it."""
        return False


def announce(sound: Block, duplex: Duplex) -> None:
    """Play ``sound`` through the speaker, deaf to the microphone."""
    left = sound

    def process(microphone: Block) -> Block | None:
        nonlocal left
        if len(left) == 0:
            return None
        speaker = silence(len(microphone))
        speaker[: len(left)] = left[: len(microphone)]
        left = left[len(microphone) :]
        return speaker

    duplex.run(SoundPassage(process))
