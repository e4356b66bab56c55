"""Torture card: ``coach run`` itself, on a sound card that is simulated and as fast as the machine.

``python -m benchmarks.torture_card FOLDER SEED PROFILE DEATH`` is the command with ``--keep-audio
FOLDER``. All of it is the product's own, PortAudio apart: in its place stands a card in a simulated
room, in which somebody answers what the session's journal says. DEATH is for ``die_later``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic, sleep
from typing import Any

from benchmarks.torture_death import die_later
from benchmarks.torture_session import REPS, rehearsal_of
from coach.cli.main import main as coach_main
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.messages.events import SpeechBegan
from coach.messages.facts import StateChanged
from coach.simulation.rehearsal import Rehearsal, User, UserSpeech
from coach.units import RATE_HZ, Block, samples, silence

_FRAME_BYTES = 4
_AHEAD = samples(0.08)
"""How far the card is ahead of the recording; within the ``LEAD`` of a line, so that no sound of
the coach comes too late."""
_PATIENCE_SECONDS = 0.05
"""A card goes on, whether it is answered or not."""


class PortAudioError(Exception):
    """The card refuses nothing, but the coach asks for the name."""


class _Listener:
    """The person in the room, who follows the journal of the newest session in a folder."""

    def __init__(self, rehearsal: Rehearsal, folder: Path) -> None:
        self._user, self._folder = User(rehearsal), folder
        self._before = set(folder.glob("*"))
        self._journal: Any = None
        self._recording: Path | None = None

    def pop(self) -> Iterator[UserSpeech]:
        """What is to be said after all that the journal has told since the last call."""
        self._look()
        for line in self._journal or ():
            self._observe(json.loads(line))
        yield from self._user.pop()

    def recorded(self) -> int:
        """How many samples of this session are in its recording."""
        self._look()
        size = 0 if self._recording is None else self._recording.stat().st_size
        return max(0, size - 44) // _FRAME_BYTES

    def _look(self) -> None:
        if self._journal is None:
            new = [path for path in self._folder.glob("*.jsonl") if path not in self._before]
            if new:
                self._journal = new[0].open(encoding="utf-8")
                self._recording = new[0].with_suffix(".wav")

    def _observe(self, record: dict[str, Any]) -> None:
        if record["event"] == "state":
            at = samples(record["at_s"])
            self._user(StateChanged(at, record["from"], record["to"], record["trigger"]))
        elif record["event"] == "said":
            self._user(SpeechBegan(record["prompt"], record["text"], samples(record["end_s"])))


@dataclass(frozen=True, slots=True)
class _When:
    """PortAudio's time stamps, in seconds."""

    inputBufferAdcTime: float  # noqa: N815 - PortAudio's spelling
    outputBufferDacTime: float  # noqa: N815


@dataclass(frozen=True, slots=True)
class _Status:
    input_overflow: bool = False


class _Stream:
    """A stream of the card: the handler of a simulated room, whose sound it calls back with."""

    latency = (0.01, 0.01)

    def __init__(self, room: RoomDuplex, listener: _Listener, options: dict[str, Any]) -> None:
        self._room, self._listener = room, listener
        self._callback: Callable[..., None] = options["callback"]
        self._frames: int = options["blocksize"]
        self._heard, self._played = bytearray(), 0
        self._over = Flag()
        self._thread = Thread(target=self._room.run, args=(self,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    stop = close

    def process(self, microphone: Block) -> Block | None:
        """See DuplexHandler: a block of the room."""
        self._heard += microphone.tobytes()
        size = self._frames * 2
        while len(self._heard) >= size and not self._over.is_set():
            self._wait()
            at = self._played / RATE_HZ
            said = bytearray(size)
            self._callback(
                bytes(self._heard[:size]), said, self._frames, _When(at, at + 0.02), _Status()
            )
            self._played += self._frames
            del self._heard[:size]
        return None if self._over.is_set() else silence(len(microphone))

    def lose(self, count: int) -> None:
        """See DuplexHandler: nothing is lost in this room."""

    def _wait(self) -> None:
        until = monotonic() + _PATIENCE_SECONDS
        while self._played - self._listener.recorded() > _AHEAD and monotonic() < until:
            sleep(0.0005)


class SimulatedCard:
    """Stands in for the module sounddevice; there is one card, and one stream of it."""

    PortAudioError = PortAudioError

    def __init__(self, folder: Path, seed: int) -> None:
        rehearsal, source = rehearsal_of(seed)
        self._listener = _Listener(rehearsal, folder)
        clips = load_clips(rehearsal, source)
        self._room = RoomDuplex(rehearsal, self._listener, clips, None, silence(1))

    @property
    def default(self) -> Any:
        return _Default()

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "Simulated"}]

    def query_devices(self) -> list[dict[str, Any]]:
        channels = {"max_input_channels": 1, "max_output_channels": 1}
        return [{"name": "Simulated card", **channels, "default_samplerate": float(RATE_HZ)}]

    def _terminate(self) -> None:
        """PortAudio is started anew where a card seems to be gone; this one never is."""

    def _initialize(self) -> None:
        """See ``_terminate``."""

    def RawStream(self, **options: Any) -> _Stream:  # noqa: N802 - sounddevice's spelling
        return _Stream(self._room, self._listener, options)


@dataclass(frozen=True, slots=True)
class _Default:
    device: tuple[int, int] = (0, 0)


def main() -> None:
    """Lead a short session, as the command line of ``coach run`` does; exits with its status."""
    folder, seed, profile, death = sys.argv[1:]
    die_later(death)
    Path(folder).mkdir(parents=True, exist_ok=True)
    sys.modules["sounddevice"] = SimulatedCard(Path(folder), int(seed))  # type: ignore[assignment]
    short = ["--sets", "1", "--reps", str(REPS), "--verbosity", "short", "--skip-screening"]
    sys.argv = ["coach", "run", *short, "--keep-audio", folder, "--profile", profile, "--quiet"]
    coach_main()


if __name__ == "__main__":
    main()
