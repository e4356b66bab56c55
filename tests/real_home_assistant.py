"""Real Home Assistant: does it find the coach through the bridge, and follow and lead a session?

    python -m tests.real_home_assistant ROOT

``scripts/check_home_assistant`` makes the ROOT, a Debian with Home Assistant in it, and calls this.
The session is a rehearsed story with the product's own engine; broker, bridge and Home Assistant
are real. The automations of docs/home-automation.md are in its configuration.
"""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from coach.devices.mqtt.discovery import COMMANDS
from coach.display.status import Status
from coach.messages.facts import EffortRated, PainRated, RepCorrected, RepEnded
from coach.simulation.remembered import Remembered
from tests import documents
from tests.devices.events.test_event_socket import Served
from tests.home_assistant_process import TOLD, HomeAssistant
from tests.mqtt_home import BASE, DEVICE, Home, opened_home
from tests.stories import SESSIONS, rehearsed

STORIES = {"corrected": "stopped", "first_timer": "finished"}
"""Sessions, and how each ends; the last one as the automation wants it."""
_PATIENCE_SECONDS = 30.0
_LAMP = "test/lamp"
_CONFIGURATION = """\
mqtt:
  - light:
      name: Living room
      command_topic: {lamp}
      brightness_command_topic: {lamp}/brightness
command_line:
  - notify:
      name: notify
      command: cat >>{told}
{automation}"""


def say(text: str) -> None:
    sys.stderr.write(f"check_home_assistant: {text}\n")


def expect(what: str, found: Callable[[], object], wanted: object) -> None:
    """Wait until that is what is found. Raises SystemExit with a line when it never is."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while (last := found()) != wanted:
        if time.monotonic() > until:
            sys.exit(f"check_home_assistant: {what}: found {last!r}, wanted {wanted!r}")
        time.sleep(0.02)


def _text(value: object) -> str:
    return "unknown" if value in (None, "") else str(value)


def _as_shown(status: Status) -> dict[str, str]:
    """The state of every entity that has one."""
    sensors = {
        "state": status.state,
        "exercise": _text(status.exercise.replace("_", " ")),
        "set": status.set,
        "rep": status.rep,
        "perfect_reps": status.perfect_reps,
        "turning_point": _text(status.floor),
        "last_session": _text(status.last_session),
        "sessions_this_week": status.sessions_this_week,
    }
    binary = {"session": status.in_session, "problem": bool(status.problems)}
    return {
        **{f"sensor.flatback_{name}": str(value) for name, value in sensors.items()},
        **{
            f"binary_sensor.flatback_{name}": "on" if is_on else "off"
            for name, is_on in binary.items()
        },
    }


class Check:
    """Everything that takes part. Each method is one question."""

    def __init__(self, home: Home, assistant: HomeAssistant) -> None:
        self.home = home
        self.assistant = assistant
        self.looks_on = home.onlooker()
        self.message = ""
        self.coach = Served(home.folder / "events")
        self.coach.feed.remember(Remembered().history(), "2026-11-27", 2)
        home.stack.callback(self.end_coach)

    def end_coach(self) -> None:
        self.coach.server.end()

    def shown(self, names: Mapping[str, str]) -> dict[str, str]:
        states = self.assistant.states()
        return {name: states[name][0] if name in states else "missing" for name in names}

    def is_shown(self, what: str) -> None:
        wanted = _as_shown(self.coach.feed.status)
        expect(what, lambda: self.shown(wanted), wanted)

    def ours(self) -> list[str]:
        """The entities that it shows now."""
        names = [each.split(".")[1] for each in self.assistant.states()]
        return sorted(each for each in names if each.startswith("flatback_"))

    def follow(self) -> None:
        """Every moment of the sessions is seen as it is, and every event once."""
        shown = _as_shown(self.coach.feed.status)
        events = [
            event for name in STORIES for event in rehearsed(SESSIONS / f"{name}.yaml").events
        ]
        for event in events:
            self.coach.feed(event)
            before, shown = shown, _as_shown(self.coach.feed.status)
            if shown != before:
                self.is_shown(f"after {event}")
        reps = [_kind(each) for each in events if isinstance(each, RepEnded | RepCorrected)]
        sessions = [each for outcome in STORIES.values() for each in ("started", outcome)]
        for entity, wanted in (("rep_done", reps), ("session_event", sessions)):
            name = f"event.flatback_{entity}"
            expect(name, lambda name=name: self.assistant.event_types(name), wanted)  # type: ignore[misc]
        say(f"it saw {len(events)} events: {' '.join((*reps, *sessions))}")
        self.message = f"{self.coach.feed.status.perfect_reps} perfect reps"
        self.automations_ran_once()

    def listens(self) -> None:
        """It has asked the broker for every state with QoS 1, as the discovery says."""
        lines = (self.home.broker.folder / "log").read_text().splitlines()
        asked = [line.split()[-2:] for line in lines if f" {BASE}/" in line]
        wanted = {"state", "problem", "event/rep", "event/session"}
        lax = [place for qos, place in asked if qos != "1" and "/" in place]
        found = {place.removeprefix(f"{BASE}/") for _, place in asked}
        assert not lax, lax
        assert wanted <= found, found

    def automations_ran_once(self) -> None:
        """Each for each session: what comes back from nowhere did not happen now."""
        expect("the message", self.assistant.told, self.message)
        expect("the light", lambda: self.looks_on.of(f"{_LAMP}/brightness"), ["76"] * len(STORIES))

    def press(self) -> None:
        """Every button reaches the coach, once."""
        for name in COMMANDS:
            self.assistant.call("button/press", f"button.flatback_{name}")
            expect(f"the button {name}", lambda: self.coach.commands[-1:], [name])
        assert self.coach.commands == list(COMMANDS)

    def is_gone(self, what: str) -> None:
        """Every entity is unavailable."""

        def found() -> set[str]:
            states = self.assistant.states()
            return {state for name, (state, _) in states.items() if ".flatback_" in name}

        began = time.monotonic()
        expect(what, found, {"unavailable"})
        say(f"{what}: every entity is unavailable after {time.monotonic() - began:.1f} s")


def _kind(event: RepEnded | RepCorrected) -> str:
    if isinstance(event, RepCorrected):
        return "corrected"
    return "perfect" if event.perfect else "lost"


def _health(check: Check) -> None:
    """What may be told while it is allowed is not there any more afterwards."""
    plain = check.ours()
    bridge = check.home.bridge(check.home.settings(health=True))
    expect("pain and effort", lambda: len(check.ours()), len(plain) + 2)
    for event in (PainRated(0, 6), EffortRated(0, 4)):
        check.coach.feed(event)
    numbers = {"sensor.flatback_pain": "6", "sensor.flatback_effort": "4"}
    expect("the numbers", lambda: check.shown(numbers), numbers)
    check.home.end(bridge)
    bridge = check.home.bridge()
    expect("no pain and no effort", check.ours, plain)
    check.home.end(bridge)


def _comes_and_goes(check: Check) -> None:
    bridge = check.home.bridge()
    check.is_shown("the bridge")
    check.home.end(bridge, signal.SIGKILL)
    check.is_gone("SIGKILL of the bridge")
    check.home.bridge()
    check.is_shown("the bridge again")
    check.end_coach()
    check.is_gone("the end of the coach")
    check.coach = Served(check.home.folder / "events")
    check.is_shown("the coach again")
    check.home.broker.stop()
    check.is_gone("the end of the broker")
    check.home.broker.start()
    check.is_shown("a broker that has forgotten everything")
    check.assistant.stop()
    check.assistant.start()
    check.is_shown("Home Assistant started again")


def _registry(check: Check) -> None:
    """What Home Assistant has written down."""
    entities = [each for each in check.assistant.registered("entity") if each["platform"] == "mqtt"]
    ours = [each for each in entities if str(each["unique_id"]).startswith(DEVICE)]
    devices = [each for each in check.assistant.registered("device") if each["name"] == "Flatback"]
    say(f"registered: {len(devices)} device, {len(ours)} entities")
    for each in sorted(ours, key=lambda each: str(each["entity_id"])):
        say(f"  {each['entity_id']}: {each['original_name']}")
    assert len(devices) == 1
    assert {each["device_id"] for each in ours} == {devices[0]["id"]}


@contextmanager
def _taking_part(root: Path, folder: Path) -> Iterator[Check]:
    with opened_home(folder) as home, socket.create_server(("127.0.0.1", 0)) as taken:
        log = home.broker.folder / "log"
        home.broker.start("allow_anonymous true", "log_type subscribe", f"log_dest file {log}")
        port = taken.getsockname()[1]
        taken.close()
        (automation,) = documents.written_in(documents.ROOT / "docs/home-automation.md", "yaml")
        assistant = HomeAssistant(root, port)
        assistant.log.unlink(missing_ok=True)
        more = _CONFIGURATION.format(lamp=_LAMP, told=TOLD, automation=automation)
        assistant.configure(home.broker.port, more)
        home.stack.callback(assistant.stop)
        assistant.start()
        say(f"Home Assistant {assistant.ask('config')['version']} is up")
        yield Check(home, assistant)


def main() -> None:
    """Ask everything; the exit status is 1 for the first thing that is wrong."""
    with tempfile.TemporaryDirectory(prefix="flatback-") as folder:
        try:
            with _taking_part(Path(sys.argv[1]), Path(folder)) as check:
                bridge = check.home.bridge()
                check.is_shown("the coach at first")
                say(f"it found {len(check.ours())} entities")
                check.listens()
                check.follow()
                check.press()
                check.home.end(bridge)
                check.is_gone("the end of the bridge")
                _health(check)
                _comes_and_goes(check)
                check.automations_ran_once()
                check.assistant.stop()
                _registry(check)
                complaints = list(check.assistant.complaints())
        except (pytest.skip.Exception, OSError) as reason:
            sys.exit(f"check_home_assistant: {reason}")
    for line in complaints:
        say(f"its log: {line}")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
