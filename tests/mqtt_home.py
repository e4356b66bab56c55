"""Mqtt home: a real broker on a port of this computer, a bridge, and somebody who looks on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from coach.app.language_files import load_language
from coach.devices.mqtt.broker_settings import BrokerSettings, Task
from coach.devices.mqtt.device_id import device_id
from tests.devices.events.test_event_socket import Served
from tests.private_pulse import wait_until

DEVICE = device_id()
BASE = f"flatback/{DEVICE}"
DISCOVERY = f"homeassistant/device/{DEVICE}/config"
_SPREAD_SECONDS = 0.1
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))


class Broker:
    """Debian's mosquitto, which forgets everything when it is stopped."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port: int = taken.getsockname()[1]
        self._more: tuple[str, ...] = ("allow_anonymous true",)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Start it; ``more`` are lines of its configuration, the first time."""
        self._more = more or self._more
        # Who is root becomes somebody else otherwise, who cannot read the folder of a test
        as_root = ["user root"] if os.geteuid() == 0 else []
        own = (f"listener {self.port} 127.0.0.1", "log_type none", *as_root, *self._more)
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(own) + "\n")
        self._process = subprocess.Popen([self._program, "-c", config], cwd=self.folder)
        wait_until(self._answers, "the broker")

    def _answers(self) -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        return False

    def send_signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Onlooker:
    """Home automation: hears everything that a broker is sent, in order."""

    def __init__(self, port: int, configure: Callable[[Client], object]) -> None:
        self.heard: list[MQTTMessage] = []
        self.client = Client(CallbackAPIVersion.VERSION2)
        configure(self.client)
        self.client.on_message = lambda _client, _userdata, message: self.heard.append(message)
        self.client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def of(self, topic: str) -> list[str]:
        """The payloads of a topic, which may be below the device's own."""
        names = (topic, f"{BASE}/{topic}")
        return [message.payload.decode() for message in self.heard if message.topic in names]

    def waits_for(self, topic: str, payload: str) -> None:
        """Wait until that is what a topic was last told."""
        wait_until(lambda: self.of(topic)[-1:] == [payload], f"{topic}: {payload}")

    def discovery(self) -> Any:
        wait_until(lambda: bool(self.of(DISCOVERY)), "the discovery")
        return json.loads(self.of(DISCOVERY)[-1])

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, 1, retain).wait_for_publish(20)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@dataclass
class Home:
    """A computer with a coach, and a home with a broker. What is opened is closed."""

    broker: Broker
    folder: Path
    stack: ExitStack
    bridges: list[subprocess.Popen[str]] = field(default_factory=list)

    def coach(self) -> Served:
        served = Served(self.folder / "events")
        self.stack.callback(served.server.end)
        return served

    def settings(self, **changed: Any) -> BrokerSettings:
        return replace(BrokerSettings("127.0.0.1", self.broker.port), **changed)

    def bridge(self, settings: BrokerSettings | None = None) -> subprocess.Popen[str]:
        """The process that bridges, as ``coach bridge mqtt`` becomes it."""
        names = load_language().home.model_dump()
        task = Task(
            settings or self.settings(),
            str(self.folder / "events"),
            names,
            spread_seconds=_SPREAD_SECONDS,
        )
        handed = self.folder / f"task-{len(self.bridges)}"
        handed.write_bytes(task.to_json())
        with handed.open("rb") as file:
            return self.run(["-m", "coach.app.mqtt_bridge", str(file.fileno())], [file.fileno()])

    def run(self, arguments: Sequence[str], files: Sequence[int] = ()) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments], pass_fds=files, stderr=subprocess.PIPE, text=True
        )
        self.bridges.append(process)
        self.stack.callback(self.end, process)
        return process

    def end(self, bridge: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
        """End a bridge, and return its log; it may have ended before."""
        if bridge.stderr is None or bridge.stderr.closed:
            return ""
        with bridge:
            bridge.send_signal(number)
            _, told = bridge.communicate(timeout=30)
        if number == signal.SIGTERM:
            assert bridge.returncode == 0, told
        assert "Traceback" not in told
        return told

    def onlooker(self, configure: Callable[[Client], object] = lambda _client: None) -> Onlooker:
        looks_on = Onlooker(self.broker.port, configure)
        self.stack.callback(looks_on.close)
        return looks_on


@contextmanager
def opened_home(folder: Path) -> Iterator[Home]:
    """A home in an empty folder; the test is skipped where there is no broker."""
    program = shutil.which("mosquitto", path=_PLACES)
    if program is None:
        pytest.skip("no mosquitto here: apt-get install mosquitto")
    own = folder / "broker"
    own.mkdir()
    broker = Broker(program, own)
    with ExitStack() as stack:
        stack.callback(broker.stop)
        yield Home(broker, folder, stack)
