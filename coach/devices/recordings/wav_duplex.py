"""Wav duplex: a recording as the microphone. It runs as fast as the machine can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coach.messages.events import DeviceFound, DeviceLost
from coach.ports import DuplexHandler
from coach.units import Block, Samples, samples

_BLOCK: Samples = samples(0.02)


class WavDuplex:
    """A Duplex whose microphone is a recording; what the coach says is heard by nobody.

    ``delay`` is that of the duplex that was recorded. ``losses`` are the places in the recording
    at which so many samples were lost, ``devices`` what became of its devices, in order, and
    ``delays`` what ``delay`` was since one was found there.
    """

    def __init__(
        self,
        recording: Block,
        delay: Samples = 0,
        losses: Mapping[Samples, Samples] | None = None,
        devices: Sequence[DeviceLost | DeviceFound] = (),
        delays: Mapping[Samples, Samples] | None = None,
    ) -> None:
        self.delay = delay
        self.name: str | None = None
        self._recording = recording
        self._losses = losses or {}
        self._devices = devices
        self._delays = delays or {}

    def run(self, passage: DuplexHandler) -> None:
        """See Duplex."""
        now, devices = 0, [*self._devices]
        while True:
            # A device came or went before what was lost at the same sample: time stood still
            while devices and devices[0].at <= now:
                self._tell(passage, devices.pop(0))
            if now >= len(self._recording):
                return
            if now in self._losses:
                passage.lose(self._losses[now])
                now += self._losses[now]
                continue
            places = (*self._losses, *(event.at for event in devices))
            end = min([now + _BLOCK, *(at for at in places if at > now)])
            if passage.process(self._recording[now:end]) is None:
                return
            now = end

    def _tell(self, passage: DuplexHandler, event: DeviceLost | DeviceFound) -> None:
        match event:
            case DeviceLost():
                passage.lose_device(event.device, event.why)
            case DeviceFound():
                self.delay = self._delays.get(event.at, self.delay)
                passage.find_device(event.device, event.name)
