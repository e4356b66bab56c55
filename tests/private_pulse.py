"""Private pulse: a sound card for one test, made of PulseAudio's null sinks.

What is played into the sink ``room`` is what the microphone hears, with a faint hiss as a real
microphone has; the sink ``speaker`` is what the coach says. PortAudio opens its devices once a
process, so whoever is to use them runs as a subprocess in ``env``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pytest
import soundfile

_PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec", "sox")
_SINKS = ("speaker", "room")
_DEADLINE_SECONDS = 10.0
_HISS_SECONDS = 300
_ALSA = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


@dataclass(slots=True)
class PrivatePulse:
    """A running server. ``folder`` goes away with it; ``env`` leads a subprocess to it."""

    folder: Path
    env: dict[str, str]
    server: subprocess.Popen[bytes]
    stack: ExitStack

    def control(self, *words: str) -> str:
        """What ``pactl`` answers."""
        command = ["pactl", *words]
        return subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True, timeout=10
        ).stdout

    def play(self, path: Path, *, sink: str = "room", wait: bool = True) -> None:
        """Play a WAV or FLAC file; without ``wait`` the test goes on while it sounds."""
        command = ["paplay", "--latency-msec=30", f"--device={sink}", str(path)]
        player = self.stack.enter_context(_process(command, self.env))
        if wait and player.wait(timeout=60) != 0:
            raise RuntimeError(f"paplay cannot play {path}")

    @contextmanager
    def recording(self, path: Path, *, source: str = "speaker.monitor") -> Iterator[None]:
        """Record to a WAV file, 16 kHz mono, from the first sample on until the block is left."""
        raw = path.with_suffix(".raw")
        command = ["parec", "--rate=16000", "--channels=1", "--format=s16le", "--latency-msec=20"]
        with raw.open("wb") as out, _process([*command, f"--device={source}"], self.env, out):
            wait_until(lambda: raw.stat().st_size > 0, "the recording to begin")
            yield
        form = ["-t", "raw", "-r", "16000", "-c", "1", "-e", "signed", "-b", "16"]
        subprocess.run(["sox", *form, str(raw), str(path)], check=True, timeout=30)

    def record(self, path: Path, seconds: float, *, source: str = "speaker.monitor") -> Path:
        """Record that many seconds to a WAV file, 16 kHz mono."""
        raw = path.with_suffix(".raw")
        with self.recording(path, source=source):
            size = round(seconds * 16_000) * 2
            wait_until(lambda: raw.stat().st_size >= size, "the recording", seconds)
        return path

    def hiss(self, sink: str = "room") -> None:
        """What is in a sink is never digital silence from now on."""
        path = self.folder / "hiss.wav"
        if not path.exists():
            noise = np.random.default_rng(7).integers(-3, 4, 16_000 * _HISS_SECONDS)
            soundfile.write(path, noise.astype(np.int16), 16_000)
        self.play(path, sink=sink, wait=False)

    def kill(self) -> None:
        """Pull the plug."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(timeout=10)

    def start_again(self) -> None:
        """The server is back, with everything it had."""
        (self.folder / "native").unlink(missing_ok=True)
        log = self.stack.enter_context((self.folder / "pulseaudio.log").open("ab"))
        command = _command(self.folder, sinks=True)
        self.server = self.stack.enter_context(_process(command, self.env, log, log))
        wait_until(lambda: _ready(self, sinks=True), "PulseAudio to start")
        self.settle()

    def remove_sinks(self) -> None:
        """Neither microphone nor speaker is left, but the server is."""
        for line in self.control("list", "short", "modules").splitlines():
            number, name, *_ = line.split("\t")
            if name == "module-null-sink":
                self.control("unload-module", number)

    def add_sinks(self) -> None:
        """Both are back."""
        for name in _SINKS:
            self.control("load-module", "module-null-sink", *_null_sink(name).split())
        self.settle()

    def settle(self) -> None:
        """Make the sinks what a session uses, and the room a room."""
        self.control("set-default-sink", "speaker")
        self.control("set-default-source", "room.monitor")
        self.hiss()


@contextmanager
def private_pulse(
    *, echo: bool = False, echo_db: float = 0.0, sinks: bool = True
) -> Iterator[PrivatePulse]:
    """A server of one's own; with ``echo`` the microphone hears the speaker, so loud.

    Without ``sinks`` it has neither microphone nor speaker. Skips the test where PulseAudio or
    ALSA's plugin for it is missing.
    """
    _skip_unless_installed()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pulse-")))
        env = _environment(folder)
        log = stack.enter_context((folder / "pulseaudio.log").open("wb"))
        server = stack.enter_context(_process(_command(folder, sinks=sinks), env, log, log))
        pulse = PrivatePulse(folder, env, server, stack)
        wait_until(lambda: _ready(pulse, sinks=sinks), "PulseAudio to start")
        if sinks:
            pulse.settle()
        if echo:
            words = ("source=speaker.monitor", "sink=room", "latency_msec=30")
            pulse.control("load-module", "module-loopback", *words)
            inputs = pulse.control("list", "short", "sink-inputs").splitlines()
            (loop,) = [line for line in inputs if "module-loopback" in line]
            pulse.control("set-sink-input-volume", loop.split()[0], f"{echo_db:g}dB")
        yield pulse


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 0.0) -> None:
    """Poll until the condition holds; raises TimeoutError ``seconds`` and a deadline later."""
    deadline = time.monotonic() + seconds + _DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.02)


def _command(folder: Path, *, sinks: bool) -> list[str]:
    options = [
        "-n",
        "--daemonize=no",
        "--exit-idle-time=-1",
        "--disable-shm=yes",
        "--realtime=no",
        "--high-priority=no",
        "--use-pid-file=no",
        f"--load=module-native-protocol-unix auth-anonymous=1 socket={folder}/native",
    ]
    # An idle null sink sleeps for two seconds at a time; without rewinds, for a twentieth
    wanted = _SINKS if sinks else ()
    null = [f"--load=module-null-sink {_null_sink(name)}" for name in wanted]
    return ["pulseaudio", *options, *null]


def _null_sink(name: str) -> str:
    return f"sink_name={name} rate=48000 norewinds=1"


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's: no home, no server, no ALSA configuration."""
    (folder / "asound.conf").write_text(_ALSA, encoding="ascii")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
    return {
        **own,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_RUNTIME_PATH": str(folder),
        "PULSE_SERVER": f"unix:{folder}/native",
        "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
    }


def _ready(pulse: PrivatePulse, *, sinks: bool) -> bool:
    if pulse.server.poll() is not None:
        log = (pulse.folder / "pulseaudio.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"PulseAudio ended by itself: {log}")
    try:
        listed = pulse.control("list", "short", "sinks")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False
    return not sinks or all(name in listed for name in _SINKS)


@contextmanager
def _process(
    command: list[str],
    env: dict[str, str],
    out: IO[bytes] | None = None,
    err: IO[bytes] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process group of its own that is gone afterwards, come what may."""
    process = subprocess.Popen(
        command, env=env, stdout=out, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=3)


def _skip_unless_installed() -> None:
    for program in _PROGRAMS:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt install pulseaudio pulseaudio-utils sox")
    places = [Path(place) for place in ("/usr/lib", "/usr/lib64")]
    if not any(any(place.rglob("libasound_module_pcm_pulse.so")) for place in places):
        pytest.skip("ALSA's plugin for PulseAudio is missing: apt install libasound2-plugins")
