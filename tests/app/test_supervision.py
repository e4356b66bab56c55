"""Supervision: when a session is ended from outside, and what the engine sees of the devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from coach.app.supervision import SupervisedDuplex, Supervision
from coach.messages.events import DeviceFound, DeviceLost, Event, Gone
from coach.messages.facts import StateChanged
from coach.ports import DuplexHandler
from coach.training.plan import Plan
from coach.units import Block, Samples, samples, silence
from tests.app.notices import RecordedNotices
from tests.memories import HandClock

PAUSE = StateChanged(0, "working", "paused", "device_lost")


@pytest.mark.parametrize(
    ("happened", "minutes", "ends"),
    [
        ([PAUSE, DeviceLost(0, "microphone", "unplugged")], 31, True),
        ([PAUSE, DeviceLost(0, "microphone", "unplugged")], 24 * 60 + 1, True),
        ([PAUSE, DeviceLost(0, "microphone", "unplugged")], 29, False),
        ([PAUSE], 31, False),
        ([DeviceLost(0, "speaker", "")], 31, False),
        ([PAUSE, DeviceLost(0, "speaker", ""), DeviceFound(0, "speaker", "it")], 31, False),
        (
            [
                PAUSE,
                DeviceLost(0, "microphone and speaker", ""),
                DeviceFound(0, "speaker", "it"),
            ],
            31,
            True,
        ),
    ],
)
def test_a_session_paused_for_a_lost_device_ends_after_half_an_hour(
    happened: list[Event], minutes: float, ends: bool
) -> None:
    """A steady clock counts: without devices no sound is processed, and the other may be set."""
    clock = HandClock(minutes=23 * 60)
    supervision = Supervision(Plan("straight_leg_lift"), clock, RecordedNotices())
    for event in [StateChanged(0, "waiting", "working", "ready"), *happened]:
        supervision(event)
    clock.jump(minutes=-600)
    clock.turn(minutes=minutes)
    assert supervision.while_looking() == ends
    assert supervision.after_sound(samples(1.0)) == ends


@dataclass
class Changing:
    """A Duplex that has a new delay and name at every call it makes, and the DuplexHandler that
    notes what the supervised duplex shows of them.
    """

    delay: Samples = 0
    name: str | None = None
    supervised: SupervisedDuplex | None = None
    seen: list[tuple[Samples, str | None]] = field(default_factory=list)

    def run(self, handler: DuplexHandler) -> None:
        calls: list[Callable[[], object]] = [
            lambda: handler.process(silence(16)),
            lambda: handler.lose(7),
            lambda: handler.lose_device("speaker", "unplugged"),
            lambda: handler.find_device("speaker", "another"),
        ]
        for self.delay, call in enumerate(calls, 1):
            self.name = f"name {self.delay}"
            call()

    def _look(self) -> None:
        assert self.supervised is not None
        self.seen.append((self.supervised.delay, self.supervised.name))

    def process(self, microphone: Block) -> Block | None:
        self._look()
        return microphone

    def lose(self, _count: Samples) -> None:
        self._look()

    def lose_device(self, _device: Gone, _why: str) -> None:
        self._look()

    def find_device(self, _device: Gone, _name: str) -> None:
        self._look()

    def looking(self) -> bool:
        return True


def test_every_call_sees_the_delay_and_the_name_that_the_duplex_has_by_then() -> None:
    changing = Changing()
    changing.supervised = SupervisedDuplex(
        changing, Supervision(Plan("straight_leg_lift"), HandClock(), RecordedNotices())
    )
    changing.supervised.run(changing)
    assert changing.seen == [(number, f"name {number}") for number in (1, 2, 3, 4)]
