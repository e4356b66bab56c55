"""Wav duplex: a recording in place of the microphone, played as fast as the machine can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, assert_never

from coach.messages.events import DeviceFound, DeviceLost
from coach.ports import DuplexHandler
from coach.units import Block, Samples, samples

_BLOCK: Samples = samples(0.02)


class Sound(Protocol):
    """A block, or something that is read in the same way."""

    def __len__(self) -> int: ...

    def __getitem__(self, wanted: slice) -> Block:
        """The samples of a slice."""


class WavDuplex:
    """A Duplex whose microphone is a recording, and whose speaker nobody hears.

    ``delay`` is that of the duplex that was recorded. ``losses`` says at which samples how many
    were lost, ``devices`` when devices were lost and found, in order, and ``delays`` to what
    ``delay`` changed when one was found. At each of ``edges`` a block begins.
    """

    def __init__(
        self,
        recording: Sound,
        delay: Samples = 0,
        losses: Mapping[Samples, Samples] | None = None,
        devices: Sequence[DeviceLost | DeviceFound] = (),
        delays: Mapping[Samples, Samples] | None = None,
        edges: Sequence[Samples] = (),
    ) -> None:
        self.delay = delay
        self.name: str | None = None
        self._recording = recording
        self._losses = losses or {}
        self._devices = devices
        self._delays = delays or {}
        self._edges = edges

    def run(self, handler: DuplexHandler) -> None:
        """See Duplex."""
        now, devices = 0, [*self._devices]
        while True:
            # A device that came or went at the sample of a loss did so before it.
            while devices and devices[0].at <= now:
                self._pass_on(handler, devices.pop(0))
            if now >= len(self._recording):
                return
            if now in self._losses:
                handler.lose(self._losses[now])
                now += self._losses[now]
                continue
            places = (*self._losses, *self._edges, *(event.at for event in devices))
            end = min([now + _BLOCK, *(at for at in places if at > now)])
            if handler.process(self._recording[now:end]) is None:
                return
            now = end

    def _pass_on(self, handler: DuplexHandler, event: DeviceLost | DeviceFound) -> None:
        match event:
            case DeviceLost():
                handler.lose_device(event.device, event.why)
            case DeviceFound():
                self.delay = self._delays.get(event.at, self.delay)
                handler.find_device(event.device, event.name)
            case _:
                assert_never(event)
