"""Budget decoding: a minute of a microphone through the coach, or through bare Vosk.

Each in a process of its own: ``python -m benchmarks.budget_decoding SYSTEM FILE FROM TO`` prints
what it took as JSON. FILE is int16, 16 kHz, no header; FROM and TO are samples.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.own_memory import peak_bytes
from coach.ports import DuplexHandler
from coach.units import RATE_HZ, Block, Samples, samples

_BLOCK: Samples = samples(0.02)
_BARE_BLOCK: Samples = 4000
"""What Vosk's own examples hand over at a time."""
PHRASES = "phrases.json"


def blocks(path: Path, start: Samples, end: Samples, length: Samples) -> Iterator[Block]:
    """The sound of a file from ``start`` to ``end``, read as it is needed."""
    with path.open("rb") as file:
        file.seek(2 * start)
        for at in range(start, end, length):
            yield np.frombuffer(file.read(2 * min(length, end - at)), np.int16)


def bare(path: Path, start: Samples, end: Samples) -> float:
    """Vosk as its examples use it, with all the words that the model knows."""
    return _decode(path, start, end)


def bare_with_phrases(path: Path, start: Samples, end: Samples) -> float:
    """The same with what the coach listens for, as Vosk's own list of phrases, beside ``path``."""
    return _decode(path, start, end, path.with_name(PHRASES).read_text(encoding="utf-8"))


def _decode(path: Path, start: Samples, end: Samples, *phrases: str) -> float:
    import vosk  # noqa: PLC0415 - which system is measured decides what is loaded

    from coach.devices.speech.model_store import default_folder  # noqa: PLC0415 - the same

    vosk.SetLogLevel(-1)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(default_folder())), RATE_HZ, *phrases)
    began = process_time()
    for block in blocks(path, start, end, _BARE_BLOCK):
        if recogniser.AcceptWaveform(block.tobytes()):
            recogniser.Result()
        else:
            recogniser.PartialResult()
    return process_time() - began


class _Stretch:
    """A Duplex whose microphone is a file; processor time counts from ``start`` on."""

    def __init__(self, path: Path, start: Samples, end: Samples, wait: Callable[[], None]) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self.taken_seconds = 0.0
        self._path, self._start, self._end, self._wait = path, start, end, wait

    def run(self, handler: DuplexHandler) -> None:
        self._wait()
        for block in blocks(self._path, 0, self._start, _BLOCK):
            handler.process(block)
        began = process_time()
        for block in blocks(self._path, self._start, self._end, _BLOCK):
            handler.process(block)
        self.taken_seconds = process_time() - began


def coach(path: Path, start: Samples, end: Samples) -> float:
    """Everything that ``coach run`` has in memory, and works with."""
    from rich.console import Console  # noqa: PLC0415 - which system is measured decides

    from benchmarks.budget_sessions import outputs_in, run_own_session, usual_coach  # noqa: PLC0415
    from coach.app.logs import EventLog  # noqa: PLC0415
    from coach.devices.sound.sounddevice_devices import load_sounddevice  # noqa: PLC0415
    from coach.display.transcript import Transcript  # noqa: PLC0415
    from coach.errors import DeviceError  # noqa: PLC0415

    with suppress(DeviceError):
        load_sounddevice()
    trainer = usual_coach(meanwhile=True)

    def wait() -> None:
        while not trainer.ears.awake or not trainer.ears.awake(0):
            time.sleep(0.05)

    stretch = _Stretch(path, start, end, wait)
    with Path("/dev/null").open("w") as nowhere, outputs_in() as outputs:
        run_own_session(trainer, stretch, outputs, Transcript(Console(file=nowhere)), EventLog())
    return stretch.taken_seconds


SYSTEMS: dict[str, Callable[[Path, Samples, Samples], float]] = {
    "bare vosk": bare,
    "bare vosk, phrase list": bare_with_phrases,
    "coach": coach,
}


def main() -> None:
    """What a system took, on standard output."""
    system, path, start, end = sys.argv[1:]
    seconds = SYSTEMS[system](Path(path), int(start), int(end))
    print(json.dumps({"seconds": seconds, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main()
