"""Live page: ``coach run --page`` on a private sound server, with somebody looking on."""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.devices.page.pairings import Pairings
from coach.devices.page.remote import COOKIE
from tests.app.test_live import Systemd, answer, called, coach_run, events, service
from tests.private_pulse import private_pulse, wait_until

pytestmark = [
    pytest.mark.device,
    pytest.mark.model,
    pytest.mark.usefixtures("voice_folder"),
]


class Onlooker:
    """A page, which looks on until the end."""

    def __init__(self, url: str) -> None:
        self.lines: dict[int, dict[str, Any]] = {}
        self.states: list[str] = []
        self.over = False
        self.ended = threading.Thread(target=self._look, args=(url,))
        self.ended.start()

    def _look(self, url: str) -> None:
        with urllib.request.urlopen(f"{url}live", timeout=30) as stream:  # noqa: S310
            for name, content in _events(stream):
                self.over |= name == "over"
                self.states += [content["state"]] if "state" in content else []
                self.lines.update({line["n"]: line for line in content.get("lines", [])})


def _events(stream: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in stream:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            name = text[len("event: ") :]
        elif text.startswith("data: "):
            yield name, json.loads(text[len("data: ") :])


def press(place: str, button: str, token: str) -> None:
    """Press a button as the page does, on a device that is paired."""
    headers = {
        "Content-Type": "application/json",
        "Cookie": f"{COOKIE}={token}",
        "Origin": place.rstrip("/"),
    }
    content = json.dumps({"button": button}).encode()
    asked = urllib.request.Request(f"{place}press", content, headers)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        assert answer.status == 200


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_who_looks_on_reads_what_the_journal_holds_and_presses_buttons(tmp_path: Path) -> None:
    with private_pulse() as pulse:
        coach = coach_run(pulse, tmp_path, "--plain", "--page", str(free_port()))
        assert coach.stdout is not None
        place = re.search(r"The page: (http://127\.0\.0\.1:\d+/)$", coach.stdout.readline().strip())
        assert place is not None
        looks_on = Onlooker(place[1])
        answer(pulse, tmp_path, "waiting")
        pairings = Pairings(Path(pulse.env["XDG_DATA_HOME"]) / "flatback" / "page.json")
        token = pairings.redeem(pairings.offer())
        assert token is not None
        press(place[1], "pause", token)
        answer(pulse, tmp_path, "paused")
        press(place[1], "stop", token)
        wait_until(lambda: coach.poll() is not None, "the end", seconds=60)
        coach.communicate()
    assert coach.returncode == 0
    looks_on.ended.join()
    assert looks_on.over
    journal = [event for event in events(tmp_path) if event["event"] in ("said", "heard")]
    shown = [line for line in looks_on.lines.values() if line["kind"] != "tone"]
    key = [(round(event["at_s"], 2), event["text"]) for event in journal]
    assert sorted((line["at"], line["text"]) for line in shown) == sorted(key)
    assert {"heard", "said"} <= {line["kind"] for line in shown}
    heard = [(event["origin"], event["intent"]) for event in journal if event["event"] == "heard"]
    assert [each for each in heard if each[0] == "page"] == [("page", "pause"), ("page", "stop")]
    assert {("voice", "ready"), ("voice", "resume")} <= set(heard)


@pytest.mark.thorough
def test_a_service_shows_session_after_session_and_takes_buttons(tmp_path: Path) -> None:
    systemd, port = Systemd(tmp_path / "notify"), str(free_port())
    place = f"http://127.0.0.1:{port}/"
    with private_pulse() as pulse:
        coach = service(
            *(pulse, systemd, "--page", port), module="coach", XDG_STATE_HOME=str(tmp_path)
        )
        try:
            wait_until(lambda: systemd.was_told("READY=1"), "the service to be up", seconds=60)
            looks_on = Onlooker(place)
            pairings = Pairings(Path(pulse.env["XDG_DATA_HOME"]) / "flatback" / "page.json")
            token = pairings.redeem(pairings.offer())
            assert token is not None
            called(pulse, systemd)
            press(place, "stop", token)
            ended = ["waiting", "planning", "stopped", "waiting"]
            wait_until(
                lambda: looks_on.states[-1:] == ["waiting"] and "stopped" in looks_on.states,
                "the next",
                60,
            )
            coach.send_signal(signal.SIGTERM)
            _, err = coach.communicate(timeout=20)
        finally:
            coach.kill()
    systemd.socket.close()
    assert coach.returncode == 0, err
    assert "Traceback" not in err
    assert f"the page: {place}" in err
    looks_on.ended.join()
    assert looks_on.over
    assert looks_on.states == ended
