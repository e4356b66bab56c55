"""Page attack: what the sound of a session suffers while somebody attacks its page.

``python -m benchmarks.page_attack ROUNDS`` prints it as JSON. A coach runs on a private sound
server, and three kinds of stretches take turns: calm, an attack on its page, and the same attack on
the page of another program, which takes as much of the machine and touches no sound.

The other programs are this one, too: ``session FILE …`` is ``coach run``, with a line of JSON in
FILE for every tenth of a second of its sound; ``decoy PORT FOLDER`` a page of nothing; and ``attack
PORT`` attacks until it is ended.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from coach.devices.page.pairings import PRINTED_DIGITS
from coach.devices.sound import sounddevice_line, sounddevice_stream
from coach.devices.speech import model_store
from tests.app.test_live import KNOWN, events
from tests.app.test_live_page import free_port
from tests.devices.page.conftest import serve
from tests.private_pulse import PrivatePulse, private_pulse, wait_until

STRANGERS = 20
STRETCH_SECONDS = 20.0
_CONNECTIONS = 200
_WRITES_SECONDS = 0.1
_AFTER_SECONDS = 3.0
_SETTLE_SECONDS = 8.0
_LAGGING_SECONDS = 0.1
"""A callback that comes so much later than it is due is late, even if the device had sound left."""


# The session


class WatchedLine(sounddevice_line.Line):
    """A line that writes down how its callbacks come: when, how late, and what was lost."""

    file = Path(os.devnull)

    def callback(self, indata: Any, outdata: Any, frames: int, when: Any, status: Any) -> None:
        """As in Line."""
        late, skipped = self._late, self._skipped
        super().callback(indata, outdata, frames, when, status)
        now = time.monotonic()
        counts = self.__dict__.setdefault("counts", [now, now, 0.0, 0, 0, 0])
        counts[2] = max(counts[2], now - counts[1] - frames / self.rate_hz)
        counts[1] = now
        counts[3] += max(0, self._late - late)
        counts[4] += max(0, self._skipped - skipped)
        counts[5] += bool(status.input_overflow) + bool(status.output_underflow)
        if now - counts[0] >= _WRITES_SECONDS:
            with self.file.open("a", encoding="ascii") as file:
                print(json.dumps([now, *counts[2:]]), file=file)
            self.__dict__["counts"] = [now, now, 0.0, 0, 0, 0]


def _hold_session(arguments: list[str]) -> None:
    from coach.__main__ import main  # noqa: PLC0415 - it reads what is typed

    WatchedLine.file = Path(arguments[0])
    sounddevice_stream.Line = WatchedLine  # type: ignore[attr-defined]
    sys.argv = ["coach", "run", *arguments[1:]]
    main()


# The attack


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody with an address of their own who keeps at it until ``over``."""

    number: int
    port: int
    over: threading.Event

    def connected(self) -> socket.socket:
        # All of 127.0.0.0/8 is this computer, so no two strangers share what one address may have.
        own = (f"127.0.1.{self.number + 1}", 0)
        return socket.create_connection(("127.0.0.1", self.port), timeout=2, source_address=own)

    def attack(self, how: Callable[[Stranger], None]) -> None:
        while not self.over.is_set():
            with suppress(OSError):
                how(self)
            self.over.wait(0.02)


def _look(stranger: Stranger) -> None:
    with stranger.connected() as page:
        page.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while not stranger.over.is_set() and page.recv(65536):
            pass


def _stall(stranger: Stranger) -> None:
    with stranger.connected() as page:
        page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        page.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        stranger.over.wait(3)


def _lie(stranger: Stranger) -> None:
    with stranger.connected() as page:
        head = b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        page.sendall(head + b"Sec-Fetch-Site: none\r\nContent-Length: 9999999\r\n\r\n{")
        page.recv(100)


def _shout(stranger: Stranger) -> None:
    with stranger.connected() as page:
        page.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")
        page.recv(100)


def _crowd(stranger: Stranger) -> None:
    opened: list[socket.socket] = []
    try:
        while len(opened) < _CONNECTIONS:
            opened.append(stranger.connected())
        stranger.over.wait(0.5)
    finally:
        for each in opened:
            each.close()


def _guess(stranger: Stranger) -> None:
    body = json.dumps({"code": "0" * PRINTED_DIGITS}).encode()
    with stranger.connected() as page:
        head = b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        length = f"Sec-Fetch-Site: none\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        page.sendall(head + length + body)
        page.recv(1000)


_WAYS = (_look, _stall, _lie, _shout, _crowd, _guess)


def _attack(port: int) -> None:
    """Let STRANGERS attack the page in every way, in threads, until a signal comes."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    ways = cycle(_WAYS)
    threads = [
        threading.Thread(target=Stranger(number, port, over).attack, args=(next(ways),))
        for number in range(STRANGERS)
    ]
    for thread in threads:
        thread.start()
    over.wait()
    for thread in threads:
        thread.join()


@contextmanager
def _program(*arguments: object) -> Iterator[None]:
    """Another of the programs of this module, which takes only what the coach leaves."""
    command = ["/usr/bin/nice", "-n", "19", sys.executable, "-m", "benchmarks.page_attack"]
    started = subprocess.Popen([*command, *map(str, arguments)])  # noqa: S603 - its own words
    try:
        yield
    finally:
        started.terminate()
        started.wait(20)


# What is measured


@contextmanager
def _session(pulse: PrivatePulse, folder: Path, port: int) -> Iterator[Path]:
    written = folder / "callbacks.jsonl"
    options = ["--journal", str(folder / "journal.jsonl"), "--plain", "--page", str(port), *KNOWN]
    command = [sys.executable, "-m", "benchmarks.page_attack", "session", str(written), *options]
    # Its model and its cues are those that there are; all else is the server's own.
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    env = {**pulse.env, "COACH_MODEL": str(model_store.default_folder()), "XDG_CACHE_HOME": cache}
    coach = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)  # noqa: S603 - as above
    try:
        wait_until(written.exists, "the session", 60)
        yield written
        if coach.poll() is not None:
            raise RuntimeError("the coach did not survive it")
    finally:
        coach.terminate()
        coach.wait(20)


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """The sum of all stretches of each kind."""
    stretches: dict[str, list[tuple[float, float]]] = {}
    with private_pulse() as pulse:
        port, other = free_port(), free_port()
        decoy = _program("decoy", other, pulse.folder)
        with decoy, _session(pulse, pulse.folder, port) as written:
            time.sleep(_SETTLE_SECONDS)
            for _ in range(rounds):
                stretches.setdefault("calm", []).append(_stretch())
                for name, where in (("attack elsewhere", other), ("attack", port)):
                    with _program("attack", where):
                        stretches.setdefault(name, []).append(_stretch())
                    time.sleep(_AFTER_SECONDS)
            lines = [json.loads(line) for line in written.read_text("ascii").splitlines()]
        lost = [each for each in events(pulse.folder) if each["event"] == "audio_lost"]
    found = {name: _summed(lines, spans) for name, spans in stretches.items()}
    found["session"] = {"audio_lost": len(lost)}
    return found


def _stretch() -> tuple[float, float]:
    began = time.monotonic()
    time.sleep(STRETCH_SECONDS)
    return began, time.monotonic()


def _summed(lines: list[list[float]], spans: list[tuple[float, float]]) -> dict[str, float]:
    inside = [line for line in lines if any(begin <= line[0] < end for begin, end in spans)]
    return {
        "seconds": round(sum(end - begin for begin, end in spans), 1),
        "longest_lateness_ms": round(1000 * max(line[1] for line in inside), 1),
        "late_callbacks": sum(line[1] > _LAGGING_SECONDS for line in inside),
        "silence_in_place_of_sound_bytes": sum(line[2] for line in inside),
        "skipped_frames": sum(line[3] for line in inside),
        "overflows": sum(line[4] for line in inside),
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case "session", *typed:
            _hold_session(typed)
        case "attack", where:
            _attack(int(where))
        case "decoy", where, folder:
            serve(Path(folder), int(where))
            signal.pause()
        case _:
            print(json.dumps(measure(int(sys.argv[1])), indent=2))  # noqa: T201
