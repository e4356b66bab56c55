"""Bridge: with a real broker that comes and goes, and a coach that does."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client

from coach.devices.mqtt.discovery import COMMANDS
from coach.messages.facts import (
    EffortRated,
    FloorFound,
    PainRated,
    RepEnded,
    SessionEnded,
    StateChanged,
)
from coach.messages.states import STATES
from tests.devices.events.test_event_socket import Served
from tests.devices.mqtt.home_assistant import Button, EventEntity, Sensor, removed, understood
from tests.mqtt_home import BASE, DISCOVERY, Home, Onlooker
from tests.private_pulse import wait_until

pytestmark = pytest.mark.slow

OPENED = StateChanged(0, None, "waiting", None)
SECRET = "opens-all-doors"  # noqa: S105 - of a broker that is gone with its test


def begin(coach: Served) -> None:
    coach.feed(StateChanged(0, "waiting", "working", "ready"))


def rep(number: int, *, perfect: bool) -> RepEnded:
    reason = None if perfect else "arched"
    return RepEnded(0, "dead_bug", 1, number, 10, perfect, reason, 3.0)


def test_home_assistant_finds_the_coach_and_follows_a_session(home: Home) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    home.bridge()
    entities = understood(looks_on.discovery()).cmps
    assert len({entity.unique_id for entity in entities.values()}) == len(entities) == 16
    looks_on.waits_for("coach", "online")
    looks_on.waits_for("session", "OFF")
    begin(coach)
    looks_on.waits_for("session", "ON")
    coach.feed(rep(1, perfect=True))
    coach.feed(rep(2, perfect=False))
    looks_on.waits_for("perfect_reps", "1")
    coach.feed(SessionEnded(0, "finished", 1, 2.5))
    looks_on.waits_for("session", "OFF")
    wait_until(lambda: len(looks_on.of("event/session")) == 2, "the end")
    happened = [json.loads(text)["event_type"] for text in looks_on.of("event/session")]
    assert happened == ["started", "finished"]
    assert [json.loads(text) for text in looks_on.of("event/rep")] == [
        {"event_type": kind, "exercise": "dead bug", "set": 1, "rep": number, "reps": 10}
        for number, kind in ((1, "perfect"), (2, "lost"))
    ]
    for entity in entities.values():
        if isinstance(entity, Sensor) and entity.options is not None:
            assert entity.options == list(STATES)
        if isinstance(entity, EventEntity):
            assert {"perfect", "lost"} <= set(entity.event_types) or {*happened} <= set(
                entity.event_types
            )


def test_states_are_kept_by_the_broker_and_events_never(home: Home) -> None:
    home.broker.start()
    coach, first = home.coach(), home.onlooker()
    coach.feed(OPENED)
    home.bridge()
    first.waits_for("coach", "online")
    begin(coach)
    coach.feed(rep(1, perfect=True))
    wait_until(lambda: len(first.of("event/rep")) == 1, "the rep")
    first.waits_for("session", "ON")
    later = home.onlooker()
    later.waits_for("session", "ON")
    kept = {message.topic for message in later.heard if message.retain}
    assert {DISCOVERY, f"{BASE}/state", f"{BASE}/bridge", f"{BASE}/coach"} <= kept
    assert [topic for topic in kept if "event/" in topic or "command" in topic] == []
    coach.feed(FloorFound(0, "dead_bug", 2.5))  # no exercise is chosen, so nothing is new
    coach.feed(StateChanged(0, "working", "resting", "played"))
    later.waits_for("state", "resting")
    assert first.of("session") == ["OFF", "ON"]


def test_a_button_is_pressed_once_and_never_for_somebody_of_yesterday(home: Home) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    looks_on.publish(f"{BASE}/command", "stop", retain=True)
    home.bridge()
    looks_on.waits_for("coach", "online")
    buttons = understood(looks_on.discovery()).cmps.values()
    presses = {
        each.command_topic: [other.payload_press for other in buttons if isinstance(other, Button)]
        for each in buttons
        if isinstance(each, Button)
    }
    assert presses == {f"{BASE}/command": list(COMMANDS)}
    for said in ("dance", "", "x" * 10_000, "stop\nstop", *COMMANDS):
        looks_on.publish(f"{BASE}/command", said)
    wait_until(lambda: len(coach.commands) >= len(COMMANDS), "the commands")
    assert coach.commands == list(COMMANDS)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0), (signal.SIGINT, 130)],
)
def test_when_the_bridge_is_gone_everybody_is_told(home: Home, number: int, status: int) -> None:
    home.broker.start()
    looks_on = home.onlooker()
    bridge = home.bridge()
    looks_on.waits_for("bridge", "online")
    looks_on.discovery()
    home.end(bridge, number)
    looks_on.waits_for("bridge", "offline")
    assert looks_on.of("bridge") == ["online", "offline"]
    assert bridge.returncode == status


def test_a_broker_that_was_away_is_told_everything_anew(home: Home) -> None:
    """It had forgotten it. What happened meanwhile is not told late, as if it were now."""
    coach = home.coach()
    coach.feed(OPENED)
    bridge = home.bridge()
    wait_until(lambda: bool(coach.server.programs), "the bridge")
    home.broker.start()
    looks_on = home.onlooker()
    looks_on.waits_for("coach", "online")
    home.broker.stop()
    begin(coach)
    coach.feed(rep(1, perfect=True))
    home.broker.start()
    again = home.onlooker()
    again.waits_for("session", "ON")
    assert again.of("bridge")[-1] == "online"
    understood(again.discovery())
    coach.feed(rep(2, perfect=True))
    again.waits_for("perfect_reps", "2")
    assert [json.loads(text)["rep"] for text in again.of("event/rep")] == [2]
    told = home.end(bridge)
    assert told.count("Connection refused; trying again") <= 2


def test_at_home_assistants_birth_it_is_told_everything_anew(home: Home) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    home.bridge(home.settings(discovery_prefix="ha/own"))
    looks_on.waits_for("coach", "online")
    place = DISCOVERY.replace("homeassistant", "ha/own")
    for number, birth in enumerate(("homeassistant/status", "ha/own/status"), start=2):
        looks_on.publish(birth, "offline")
        looks_on.publish(birth, "online")
        wait_until(lambda number=number: len(looks_on.of(place)) == number, birth)  # type: ignore[misc]
        wait_until(lambda number=number: looks_on.of("state") == ["waiting"] * number, birth)  # type: ignore[misc]


def password_file(home: Home) -> str:
    file = home.broker.folder / "passwords"
    command = ["mosquitto_passwd", "-b", "-c", str(file), "flatback", SECRET]
    subprocess.run(command, check=True, capture_output=True)
    return f"password_file {file}"


def test_a_wrong_password_is_told_once_and_the_right_one_is_told_nobody(home: Home) -> None:
    home.broker.start("allow_anonymous false", password_file(home))
    looks_on = home.onlooker(lambda client: client.username_pw_set("flatback", SECRET))
    refused = home.bridge(home.settings(username="flatback", password=SECRET[:-1]))
    assert refused.stderr is not None
    line = refused.stderr.readline()
    while "the broker" not in line:
        line = refused.stderr.readline()
    assert "Not authorized; trying again" in line
    told = home.end(refused)
    assert "the broker" not in told
    assert SECRET[:-1] not in line + told
    assert looks_on.of("bridge") == []
    welcome = home.bridge(home.settings(username="flatback", password=SECRET))
    looks_on.waits_for("bridge", "online")
    assert SECRET not in home.end(welcome)


def certificates(folder: Path) -> None:
    """One of a home that signs for itself, and another one."""
    folder.mkdir()
    for name in ("own", "other"):
        key, file = folder / f"{name}.key", folder / f"{name}.pem"
        command = [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-keyout", str(key), "-out", str(file)),
            *("-subj", "/CN=broker.home", "-addext", "subjectAltName=DNS:broker.home"),
        ]
        subprocess.run(command, check=True, capture_output=True)


def test_a_broker_that_shows_a_certificate_is_trusted_and_no_other(home: Home) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    folder = home.broker.folder / "certificates"
    certificates(folder)
    own = f"cafile {folder}/own.pem", f"certfile {folder}/own.pem", f"keyfile {folder}/own.key"
    home.broker.start("allow_anonymous true", *own)

    def trust(client: Client) -> None:
        client.tls_set(str(folder / "own.pem"))
        client.tls_insecure_set(True)

    looks_on = home.onlooker(trust)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"ca_file": str(folder / "other.pem")}, "CERTIFICATE_VERIFY_FAILED"),
        ({"host": "stranger.home"}, "CERTIFICATE_VERIFY_FAILED"),
        ({"tls": False}, "trying again"),
    ]
    right: dict[str, Any] = {
        "host": "broker.home",
        "address": "127.0.0.1",
        "tls": True,
        "ca_file": str(folder / "own.pem"),
    }
    for changed, problem in wrong:
        bridge = home.bridge(home.settings(**{**right, **changed}))
        assert bridge.stderr is not None
        line = ""
        while "the broker" not in line:
            line = bridge.stderr.readline()
        assert problem in line
        home.end(bridge)
    assert looks_on.of("bridge") == []
    home.bridge(home.settings(**right))
    looks_on.waits_for("bridge", "online")


@pytest.mark.parametrize("health", [False, True])
def test_pain_and_effort_leave_only_when_they_may(home: Home, health: bool) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    looks_on.publish(f"{BASE}/pain", "7", retain=True)  # from when it was allowed
    home.bridge(home.settings(health=health))
    looks_on.waits_for("coach", "online")
    looks_on.waits_for("pain", "None" if health else "")
    begin(coach)
    looks_on.waits_for("session", "ON")
    coach.feed(PainRated(0, 6))
    coach.feed(EffortRated(0, 4))
    coach.feed(SessionEnded(0, "pain", 1, 2.5))
    looks_on.waits_for("session", "OFF")
    wait_until(lambda: len(looks_on.of("event/session")) == 2, "the end")
    entities = understood(looks_on.discovery()).cmps
    assert removed(looks_on.discovery()) == (set() if health else {"pain", "effort"})
    ended = json.loads(looks_on.of("event/session")[-1])["event_type"]
    assert ("pain" in entities, "effort" in entities) == (health, health)
    assert ended == ("pain" if health else "stopped")
    assert looks_on.of("pain")[1:] == (["None", "6"] if health else [""])
    assert looks_on.of("effort")[-1] == ("4" if health else "")


def test_the_coach_comes_and_goes_under_the_bridge(home: Home) -> None:
    home.broker.start()
    looks_on = home.onlooker()
    bridge = home.bridge()
    looks_on.waits_for("coach", "offline")
    for _ in range(2):
        coach = Served(home.folder / "events")
        coach.feed(OPENED)
        looks_on.waits_for("coach", "online")
        begin(coach)
        looks_on.waits_for("session", "ON")
        coach.server.end()
        looks_on.waits_for("coach", "offline")
        looks_on.publish(f"{BASE}/command", "stop")  # nobody is there
    told = home.end(bridge)
    assert told.count("the coach is there") == 2
    assert "stop: the coach is not there" in told


def press_on(coach: Served, looks_on: Onlooker, most: int) -> int:
    """Events as fast as they can be made; the last perfect rep of them."""
    for number in range(1, most + 1):
        coach.feed(rep(number, perfect=True))
    return most


def test_a_thousand_events_a_second_end_with_what_is_true(home: Home) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    home.bridge()
    looks_on.waits_for("coach", "online")
    begin(coach)
    for _ in range(10):
        coach.feed(StateChanged(0, "working", "resting", "played"))
        for number in range(200):
            coach.feed(FloorFound(0, "", number / 2))
        coach.feed(StateChanged(0, "resting", "working", "ready"))
        press_on(coach, looks_on, 20)
    wait_until(lambda: looks_on.of("turning_point")[-1:] == ["99.5"], "the last state")
    looks_on.waits_for("perfect_reps", "20")
    looks_on.waits_for("state", "working")


def test_a_broker_that_hangs_holds_nobody_up(home: Home) -> None:
    home.broker.start()
    coach, looks_on = home.coach(), home.onlooker()
    coach.feed(OPENED)
    bridge = home.bridge()
    looks_on.waits_for("coach", "online")
    begin(coach)
    looks_on.waits_for("session", "ON")
    home.broker.send_signal(signal.SIGSTOP)
    for number in range(2000):
        coach.feed(FloorFound(0, "", number / 2))
        if number % 100 == 0:  # the bridge still reads what the coach tells
            wait_until(lambda: not any(each.waiting for each in coach.server.programs), "it")
    assert len(coach.server.programs) == 1
    home.broker.send_signal(signal.SIGCONT)
    looks_on.waits_for("turning_point", "999.5")
    assert len(looks_on.of("turning_point")) < 200
    assert bridge.poll() is None
