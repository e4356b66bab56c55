"""Supervision: when a session is ended from outside, and what the engine sees of the devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from coach.app.supervision import Supervision, WatchedDuplex
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
    """By the clock on the wall: without devices no sound goes by."""
    clock = HandClock(minutes=23 * 60)
    watch = Supervision(Plan("straight_leg_lift"), clock, RecordedNotices())
    for event in [StateChanged(0, "waiting", "working", "ready"), *happened]:
        watch(event)
    clock.turn(minutes=minutes)
    assert watch.look() == ends
    assert watch.hear(samples(1.0)) == ends


@dataclass
class Changing:
    """A Duplex that is another one by every call it makes, and a DuplexHandler that looks at what
    is seen of it.
    """

    delay: Samples = 0
    name: str | None = None
    watched: WatchedDuplex | None = None
    seen: list[tuple[Samples, str | None]] = field(default_factory=list)

    def run(self, passage: DuplexHandler) -> None:
        calls: list[Callable[[], object]] = [
            lambda: passage.process(silence(16)),
            lambda: passage.lose(7),
            lambda: passage.lose_device("speaker", "unplugged"),
            lambda: passage.find_device("speaker", "another"),
        ]
        for self.delay, call in enumerate(calls, 1):
            self.name = f"name {self.delay}"
            call()

    def _look(self) -> None:
        assert self.watched is not None
        self.seen.append((self.watched.delay, self.watched.name))

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


def test_whatever_a_session_is_told_first_it_sees_the_duplex_as_it_is_by_then() -> None:
    changing = Changing()
    changing.watched = WatchedDuplex(
        changing, Supervision(Plan("straight_leg_lift"), HandClock(), RecordedNotices())
    )
    changing.watched.run(changing)
    assert changing.seen == [(number, f"name {number}") for number in (1, 2, 3, 4)]
