"""Budget start: from the moment at which ``coach run`` is started to its first spoken word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import IO

import numpy as np

from benchmarks.workers import BenchmarkError
from coach.devices.speech.model_store import default_folder
from tests.private_pulse import PrivatePulse

_PATIENCE_SECONDS = 60.0
_BARE = """
import sys, vosk
vosk.SetLogLevel(-1)
vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)
print("ready", flush=True)
"""


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds since the process was started.

    ``spoken`` is when the first word was handed to the duplex, ``heard`` when its sound came out
    of the speaker, ``bare`` when bare Vosk, started beside nothing, had loaded the same model.
    """

    spoken_seconds: float
    heard_seconds: float
    bare_seconds: float


def start(pulse: PrivatePulse) -> Started:
    """Start it once, and end it."""
    bare = _first_line([sys.executable, "-c", _BARE, str(default_folder())], dict(os.environ), "")
    command = [str(Path(sys.executable).with_name("coach")), "run"]
    environment = {
        **pulse.env,
        "COACH_MODEL": str(default_folder()),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
        "PYTHONUNBUFFERED": "1",
    }
    with _Ear(pulse) as ear:
        began = perf_counter()
        spoken = _first_line(command, environment, " coach ", ear.heard)
    if ear.at is None:
        raise BenchmarkError("nothing came out of the speaker")
    return Started(spoken, ear.at - began, bare)


def _first_line(
    command: list[str],
    environment: dict[str, str],
    containing: str,
    until: threading.Event | None = None,
) -> float:
    """Seconds to the first line with ``containing``; ends the process once ``until`` is set."""
    began = perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - the project's own command
        command, env=environment, stdout=pipe, stderr=pipe, text=True
    ) as process:
        timer = threading.Timer(_PATIENCE_SECONDS, process.kill)
        timer.start()
        try:
            for line in process.stdout or ():
                if containing in line:
                    took = perf_counter() - began
                    if until is not None:
                        until.wait(_PATIENCE_SECONDS)
                    return took
        finally:
            timer.cancel()
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=_PATIENCE_SECONDS)
    raise BenchmarkError(f"{command[0]} ended before its first word: {complaint.strip()}")


class _Ear:
    """Waits for the first sound out of the speaker."""

    def __init__(self, pulse: PrivatePulse) -> None:
        self.heard = threading.Event()
        self.at: float | None = None
        options = ["--rate=16000", "--channels=1", "--format=s16le", "--latency-msec=10"]
        self._process = subprocess.Popen(  # noqa: S603 - the project's own command
            ["parec", *options, "--device=speaker.monitor"],  # noqa: S607 - wherever it is installed
            env=pulse.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=[self._process.stdout])

    def __enter__(self) -> _Ear:
        self._thread.start()
        if not self._open.wait(_PATIENCE_SECONDS):
            raise BenchmarkError("the sound server does not let its speaker be recorded")
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._thread.join()
        self._process.communicate()

    def _listen(self, sound: IO[bytes]) -> None:
        while block := sound.read(320):
            self._open.set()
            if self.at is None and np.any(np.frombuffer(block, np.int16)):
                self.at = perf_counter()
                self.heard.set()
