"""Live events: a service without a network, led by home automation through the bridge."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.app.test_live import Systemd, service
from tests.mqtt_home import BASE, opened_home
from tests.private_pulse import private_pulse, wait_until

pytestmark = [
    pytest.mark.device,
    pytest.mark.model,
    pytest.mark.usefixtures("voice_folder"),
]


@pytest.mark.thorough
def test_home_automation_leads_a_session(tmp_path: Path) -> None:
    systemd = Systemd(tmp_path / "notify")
    with private_pulse() as pulse, opened_home(tmp_path) as home:
        home.broker.start()
        looks_on = home.onlooker()
        home.bridge()
        looks_on.waits_for("coach", "offline")
        events = home.folder / "events"
        coach = service(pulse, systemd, "--events", str(events), "--journal", "-")
        try:
            wait_until(lambda: systemd.was_told("READY=1"), "the service to be up", seconds=60)
            looks_on.waits_for("state", "waiting")
            for command, state in (
                *(("start", "planning"), ("start", "planning"), ("pause", "paused")),
                *(("resume", "planning"), ("stop", "waiting")),
            ):
                looks_on.publish(f"{BASE}/command", command)
                wait_until(lambda state=state: looks_on.of("state")[-1] == state, state, 60)  # type: ignore[misc]
            assert "stopped" in looks_on.of("state")
            coach.send_signal(signal.SIGTERM)
            journal, err = coach.communicate(timeout=20)
        finally:
            coach.kill()
        looks_on.waits_for("coach", "offline")
        happened = [json.loads(text)["event_type"] for text in looks_on.of("event/session")]
    systemd.socket.close()
    assert (coach.returncode, events.exists()) == (0, False), err
    heard = [line for line in map(json.loads, journal.splitlines()) if line["event"] == "heard"]
    sent = [line["intent"] for line in heard if line["origin"] == "bridge"]
    assert sent == ["ready", "pause", "resume", "stop"]
    assert all(line["accepted"] for line in heard if line["origin"] == "bridge")
    assert happened == ["started", "stopped"]
