"""Outputs: the files that a session is written to, and what writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coach.devices.files import calibration_file
from coach.devices.files.journal_file import JournalFile
from coach.devices.recordings.audio_file import SessionWav
from coach.devices.screen.session_picture import PictureFile
from coach.echo.canceller import Calibration
from coach.engine import Observer
from coach.errors import OutputError
from coach.messages.events import Gone
from coach.messages.journal import Journal
from coach.units import Block, Samples, silence

Meter = Callable[[Block, Block], None]
"""Takes a block of the microphone, and the one of the speaker at the same samples."""

if TYPE_CHECKING:
    from coach.devices.recordings.sidecar_file import Sidecar, SidecarFile


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a session is written: ``journal`` is a path or ``-``, ``render`` a stereo WAV.

    ``picture`` is a PNG that is drawn when it is over.
    ``sidecar`` is what is to lie beside ``render``, so that it replays exactly. ``inputs`` are what
    it is made from, which no output may replace. ``calibrations`` is where what is learnt of
    devices that have a name is kept for their next session.
    """

    journal: str | None = None
    render: Path | None = None
    inputs: tuple[Path, ...] = ()
    calibrations: Path = field(default_factory=calibration_file.default_path)
    sidecar: Sidecar | None = None
    picture: Path | None = None


class Recording:
    """The files of a session: what is kept of it, of sound and of events. Raises OutputError."""

    def __init__(self, outputs: Outputs, meters: Iterable[Meter], stack: ExitStack) -> None:
        self.files: list[JournalFile | SessionWav | SidecarFile | PictureFile] = []
        self._meters = list(meters)
        self.observers: list[Observer] = []
        self._wav: SessionWav | None = None
        self._sidecar: SidecarFile | None = None
        self._now: Samples = 0
        if outputs.render is not None and outputs.sidecar is not None:
            stack.callback(_remove_unbegun, outputs.render)
        if outputs.journal is not None:
            lines = stack.enter_context(JournalFile(outputs.journal))
            self.files.append(lines)
            self.observers.append(Journal(lines.write))
        if outputs.render is not None:
            self._wav = stack.enter_context(SessionWav(outputs.render))
            self.files.append(self._wav)
        if outputs.render is not None and outputs.sidecar is not None:
            from coach.devices.recordings.sidecar_file import SidecarFile  # noqa: PLC0415 - only to be replayed

            path = outputs.render.with_suffix(".json")
            self._sidecar = SidecarFile(path, outputs.sidecar)
            self.files.append(self._sidecar)
            self.observers.append(self._sidecar.observe)
        if outputs.picture is not None:
            picture = stack.enter_context(PictureFile(outputs.picture))
            self.files.append(picture)
            self.observers.append(picture.trace)
            self._meters.append(picture.trace.add)

    def begin(self, delay: Samples, calibration: Calibration | None) -> None:
        if self._sidecar is not None:
            self._sidecar.begin(delay, calibration)

    def add(self, microphone: Block, speaker: Block) -> None:
        self._now += len(microphone)
        if self._wav is not None:
            self._wav.write(microphone, speaker)
        for meter in self._meters:
            meter(microphone, speaker)

    def lose(self, count: Samples) -> None:
        """What was lost is silence in the recording, as it was to the engine."""
        if self._sidecar is not None:
            self._sidecar.lose(self._now, count)
        self.add(silence(count), silence(count))

    def lose_device(self, device: Gone, why: str) -> None:
        if self._sidecar is not None:
            self._sidecar.lose_device(self._now, device, why)

    def find_device(self, device: Gone, name: str, delay: Samples | None) -> None:
        """``delay`` is the duplex's if that has changed."""
        if self._sidecar is not None:
            self._sidecar.find_device(self._now, device, name, delay)


def _remove_unbegun(render: Path) -> None:
    """A session that never began leaves no empty files where it was to be kept."""
    for suffix in (render.suffix, ".json", ".jsonl"):
        path = render.with_suffix(suffix)
        if path.is_file() and path.stat().st_size == 0:
            path.unlink()


def refuse_to_overwrite(outputs: Outputs) -> None:
    taken = {path.resolve() for path in outputs.inputs}
    journal = None if outputs.journal in (None, "-") else Path(str(outputs.journal))
    for output in (journal, outputs.render, outputs.picture):
        if output is None:
            continue
        if output.resolve() in taken:
            raise OutputError(f"{output}: is read or written already; name another file")
        taken.add(output.resolve())
