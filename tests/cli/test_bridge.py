"""Bridge: the command ``coach bridge mqtt``, as a person types it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from coach.cli.bridge import INSTALL
from tests.cli.test_main import Command, command
from tests.devices.mqtt.conftest import home
from tests.mqtt_home import Home

__all__ = ["command", "home"]

NOT_LOADED = {"numpy", "pydantic", "ruamel", "vosk", "typer", "rich", "sounddevice", "asyncio"}


@pytest.mark.slow
def test_it_becomes_a_bridge_that_shows_no_password(home: Home) -> None:
    config = home.folder / "mqtt.toml"
    config.write_text(
        f'host = "localhost"\naddress = "127.0.0.1"\nport = {home.broker.port}\n'
        'username = "flatback"\npassword = "opens-all-doors"\n'
    )
    home.broker.start()
    looks_on, events = home.onlooker(), home.folder / "events"
    home.coach()
    options = "--config", str(config), "--events", str(events)
    bridge = home.run(["-m", "coach", "bridge", "mqtt", *options])
    looks_on.waits_for("coach", "online")
    shown = Path(f"/proc/{bridge.pid}/cmdline").read_bytes()
    shown += Path(f"/proc/{bridge.pid}/environ").read_bytes()
    assert b"mqtt_bridge" in shown
    assert b"opens-all-doors" not in shown + home.end(bridge).encode()


def test_the_process_that_bridges_loads_next_to_nothing() -> None:
    program = "import sys, coach.app.mqtt_bridge; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert "paho" in loaded
    assert loaded & NOT_LOADED == set()


def test_without_settings_it_says_how_to_get_some(command: Command, tmp_path: Path) -> None:
    ran = command("bridge", "mqtt", "--config", tmp_path / "mqtt.toml")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"coach: {tmp_path}/mqtt.toml: there is no such file: ")
    assert "install_pi --mqtt" in ran.err
    assert ran.err.count("\n") == 1


def test_a_mistake_in_the_settings_is_a_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mqtt.toml").write_text('hots = "broker.home"\n')
    ran = command("bridge", "mqtt", "--config", tmp_path / "mqtt.toml")
    told = f"coach: {tmp_path}/mqtt.toml: hots: this key is not known here: did you mean 'host'?\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)


def test_without_the_package_it_says_how_to_install_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    ran = command("bridge", "mqtt")
    told = f"coach: the bridge needs paho-mqtt, which is not installed: {INSTALL}\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)


def test_only_a_service_tells_of_events(command: Command, tmp_path: Path) -> None:
    ran = command("run", "--events", tmp_path / "events")
    assert (ran.status, ran.out) == (2, "")
    assert "--events tells of a service: write --service, too" in ran.err
    assert ran.err.count("\n") == 1
