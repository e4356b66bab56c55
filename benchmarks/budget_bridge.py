"""Budget bridge: what it costs the coach to tell home automation, and what the bridge itself takes.

``python -m benchmarks.budget_bridge FILE SAMPLES`` prints it as JSON, for a session beside a real
broker. FILE is int16, 16 kHz, no header. What is told is told at once, as in a session that takes
its time: the sound waits until the bridge has it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import pytest

from benchmarks.budget_decoding import Stretch, until_awake
from benchmarks.budget_sessions import outputs_in, run_own_session, usual_coach
from benchmarks.own_memory import peak_bytes
from coach.devices.events.event_socket import EventSocket, listen
from coach.display.status import Status, StatusFeed
from coach.messages.events import Event
from tests.mqtt_home import opened_home
from tests.private_pulse import wait_until


class Telling:
    """An observer that tells of events at a socket, and adds up the processor time of that."""

    def __init__(self, path: Path) -> None:
        self.feed = StatusFeed(self._tell)
        self.server = EventSocket(listen(path), lambda: self.feed.status, lambda _name: None)
        self.server.begin()
        self.events = 0
        self._observing = 0.0

    def __call__(self, event: Event) -> None:
        began = time.thread_time()
        self.feed(event)
        self._observing += time.thread_time() - began
        self.events += 1
        while any(each.waiting or each.unsent for each in self.server.programs):
            time.sleep(0.0005)

    @property
    def seconds(self) -> float:
        """Of both threads, so far."""
        return self._observing + self.server.processor_seconds

    def _tell(self, event: Event | None, status: Status) -> None:
        self.server.tell(event, status)


def measure(path: Path, length: int, folder: Path) -> dict[str, float]:
    """Hold the session, with a bridge that listens."""
    trainer = usual_coach(meanwhile=True)
    stretch = Stretch(path, 0, length, lambda: until_awake(trainer))
    with opened_home(folder) as home, outputs_in() as outputs:
        home.broker.start()
        telling = Telling(folder / "events")
        looks_on = home.onlooker()
        bridge = home.bridge()
        looks_on.waits_for("coach", "online")
        before = telling.seconds
        run_own_session(trainer, stretch, outputs, telling)
        told = telling.seconds - before
        wait_until(lambda: len(looks_on.of("state")) > 1, "the session at the broker")
        peak = peak_bytes(bridge.pid)
        telling.server.end()
    return {
        "seconds": stretch.taken_seconds,
        "told_seconds": told,
        "events": telling.events,
        "bridge_peak_bytes": peak,
    }


def main() -> None:
    """Print what was measured."""
    path, length = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        try:
            print(json.dumps(measure(Path(path), int(length), Path(folder))))
        except pytest.skip.Exception as reason:
            sys.exit(str(reason))


if __name__ == "__main__":
    main()
