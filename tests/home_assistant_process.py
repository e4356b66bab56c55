"""Home Assistant process: a real Home Assistant in a Debian of its own, and its interfaces.

It is reached as any program reaches it: by its REST interface and by its log; what it has
registered is read from its files.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER, PASSWORD = "flatback", "opens-all-doors"
TOLD = "/config/told"
"""Where its configuration is to write what it tells a person."""

_PROGRAM = "/ha/bin/hass"
_INDEXES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX")
_START_SECONDS = 300.0
"""The first start installs what its parts need."""

_ENTRY: Mapping[str, Any] = {
    "created_at": "2026-01-01T00:00:00+00:00",
    "modified_at": "2026-01-01T00:00:00+00:00",
    "disabled_by": None,
    "discovery_keys": {},
    "domain": "mqtt",
    "entry_id": "01JMQTT0000000000000000000",
    "options": {},
    "pref_disable_new_entities": False,
    "pref_disable_polling": False,
    "source": "user",
    "subentries": [],
    "title": "the broker",
    "unique_id": None,
    "version": 1,
    "minor_version": 2,
}
_OWN = ("mqtt", "flatback", "automation", "sensor", "binary_sensor", "event", "button")
"""What a line of the log concerns that concerns the coach."""


@dataclass
class HomeAssistant:
    """Home Assistant in the Debian at ``root``, at ``port`` of this computer."""

    root: Path
    port: int
    happened: list[Mapping[str, Any]] = field(default_factory=list)
    """Every change of a state, in order, since the stream was opened."""

    def __post_init__(self) -> None:
        self._config = self.root / "config"
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""

    @property
    def log(self) -> Path:
        return self.root / "hass.log"

    def configure(self, broker_port: int, more: str) -> None:
        """Forget everything; ``more`` is added to the configuration. Raises OSError when Home
        Assistant does not run."""
        subprocess.run(["rm", "-rf", self._config], check=True)
        storage = self._config / ".storage"
        storage.mkdir(parents=True)
        head = f"http:\n  server_host: 127.0.0.1\n  server_port: {self.port}\n"
        calm = "logger:\n  default: info\n"
        (self._config / "configuration.yaml").write_text(f"{head}{calm}{more}")
        entry = {**_ENTRY, "data": {"broker": "127.0.0.1", "port": broker_port}}
        stored = {"entries": [entry]}
        kept = {"version": 1, "minor_version": 4, "key": "core.config_entries", "data": stored}
        (storage / "core.config_entries").write_text(json.dumps(kept))
        added = ["--script", "auth", "-c", "/config", "add", USER, PASSWORD]
        done = subprocess.run(
            [*self._command(), *added], check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise OSError(f"Home Assistant does not run: {done.stderr.strip().splitlines()[-1:]}")

    def _command(self) -> list[str]:
        certificates = "/etc/ssl/certs/ca-certificates.crt"
        env = ["PATH=/ha/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]
        env += [f"{name}={certificates}" for name in ("SSL_CERT_FILE", "PIP_CERT")]
        env += [f"{name}={os.environ[name]}" for name in _INDEXES if name in os.environ]
        return ["env", "-i", *env, "chroot", str(self.root), _PROGRAM]

    def start(self) -> None:
        """Start it, and log in. Raises TimeoutError."""
        with self.log.open("ab") as log:
            command = [*self._command(), "-c", "/config"]
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        until = time.monotonic() + _START_SECONDS
        while not self._is_up():
            if time.monotonic() > until or self._process.poll() is not None:
                raise TimeoutError("Home Assistant does not start")
            time.sleep(0.5)
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=120)
            self._process = None

    def _is_up(self) -> bool:
        with suppress(OSError, KeyError):
            self._token = self._token or self._log_in()
            return bool(self.ask("config")["state"] == "RUNNING")
        return False

    def _log_in(self) -> str:
        client = f"http://127.0.0.1:{self.port}/"
        asked = {"client_id": client, "redirect_uri": client, "handler": ["homeassistant", None]}
        flow = self._post("/auth/login_flow", asked)["flow_id"]
        who = {"client_id": client, "username": USER, "password": PASSWORD}
        code = self._post(f"/auth/login_flow/{flow}", who)["result"]
        grant = {"client_id": client, "grant_type": "authorization_code", "code": code}
        form = urllib.parse.urlencode(grant).encode()
        return str(
            self._open("/auth/token", form, "application/x-www-form-urlencoded")["access_token"]
        )

    def _post(self, path: str, body: object) -> Any:
        return self._open(path, json.dumps(body).encode(), "application/json")

    def _request(self, path: str, body: bytes | None, kind: str) -> urllib.request.Request:
        headers = {"Content-Type": kind}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)

    def _open(self, path: str, body: bytes | None, kind: str) -> Any:
        request = self._request(path, body, kind)
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - own computer
            return json.load(answer)

    def ask(self, what: str) -> Any:
        """What its REST interface answers."""
        return self._open(f"/api/{what}", None, "application/json")

    def call(self, service: str, entity: str) -> None:
        """Call a service, such as ``button/press``."""
        self._post(f"/api/services/{service}", {"entity_id": entity})

    def _follow(self) -> None:
        """Read what happens, until Home Assistant is stopped."""
        request = self._request("/api/stream?restrict=state_changed", None, "text/plain")
        opened = urllib.request.urlopen(request, timeout=600)  # noqa: S310 - own computer
        with suppress(OSError), closing(opened) as stream:
            for line in stream:
                text = line.decode().removeprefix("data: ").strip()
                if text.startswith("{"):
                    self.happened.append(json.loads(text)["data"])

    def states(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """The state and the attributes of every entity."""
        return {
            each["entity_id"]: (each["state"], each["attributes"]) for each in self.ask("states")
        }

    def event_types(self, entity: str) -> list[str]:
        """What an event entity told, in order."""
        changes = [each["new_state"] for each in self.happened if each["entity_id"] == entity]
        told = [
            each for each in changes if each and each["state"] not in ("unknown", "unavailable")
        ]
        seen = dict.fromkeys((each["state"], each["attributes"]["event_type"]) for each in told)
        return [kind for _, kind in seen]

    def told(self) -> str:
        """What it has told a person."""
        path = self.root / TOLD.lstrip("/")
        return path.read_text().strip() if path.exists() else ""

    def registered(self, what: str) -> list[Mapping[str, Any]]:
        """What it has registered: ``entity`` or ``device``; written down when it is stopped."""
        path = self._config / ".storage" / f"core.{what}_registry"
        data = json.loads(path.read_text())["data"]
        found: list[Mapping[str, Any]] = data["entities" if what == "entity" else "devices"]
        return found

    def complaints(self) -> Iterator[str]:
        """The lines of its log that warn of anything that concerns the coach. That the broker was
        gone is no fault."""
        for line in self.log.read_text(errors="replace").lower().splitlines():
            is_warning = " warning " in line or " error " in line
            if is_warning and "connection" not in line and any(word in line for word in _OWN):
                yield line
