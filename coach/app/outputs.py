"""Outputs: the files that a session is written to, and the recorder that writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coach.devices.files import calibration_file
from coach.devices.files.journal_file import JournalFile
from coach.devices.recordings.session_wav import MOST_BYTES, SessionWav
from coach.devices.screen.session_picture import PictureFile
from coach.display.buttons import Press
from coach.echo.canceller import Calibration
from coach.engine import Observer
from coach.errors import OutputError
from coach.messages.events import Gone
from coach.messages.journal import Journal
from coach.units import Block, Samples, silence

if TYPE_CHECKING:
    from coach.devices.recordings.sidecar_file import Sidecar, SidecarFile

Meter = Callable[[Block, Block], None]
"""Receives each block of the microphone, with that of the speaker at the same samples."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a session is written.

    ``journal`` is a path or ``-`` for standard output, ``render`` a stereo WAV (left the
    microphone, right the speaker), and ``picture`` a PNG that is drawn at the end. ``sidecar`` is
    written beside ``render``, with all that an exact replay needs. ``inputs`` are the files that
    the session is made from: no output may replace one. ``calibrations`` is the file that holds
    what was measured of named devices, for their next session. A ``render`` that would have more
    than ``most_bytes`` goes on in another file, which the sidecar names.
    """

    journal: str | None = None
    render: Path | None = None
    inputs: tuple[Path, ...] = ()
    calibrations: Path = field(default_factory=calibration_file.default_path)
    sidecar: Sidecar | None = None
    picture: Path | None = None
    most_bytes: int = MOST_BYTES


def refuse_to_overwrite(outputs: Outputs) -> None:
    """Raise OutputError when an output is an input, or another output."""
    taken = {path.resolve() for path in outputs.inputs}
    journal = None if outputs.journal in (None, "-") else Path(str(outputs.journal))
    for output in (journal, outputs.render, outputs.picture):
        if output is None:
            continue
        if output.resolve() in taken:
            raise OutputError(f"{output}: is read or written already; name another file")
        taken.add(output.resolve())


class Recorder:
    """Writes the sound and the events of a session to its outputs.

    ``observers`` are to be called with every event of the session. ``colours`` are those of the
    states in a picture. ``stack`` closes the files. More ``meters`` may be appended later. A file
    that can no longer be written holds its error in ``failure``. Raises OutputError when a file
    cannot be made.
    """

    def __init__(
        self,
        outputs: Outputs,
        meters: Iterable[Meter],
        colours: Mapping[str, str],
        stack: ExitStack,
    ) -> None:
        self.files: list[JournalFile | SessionWav | SidecarFile | PictureFile] = []
        self.observers: list[Observer] = []
        self.meters = list(meters)
        self._wav: SessionWav | None = None
        self._sidecar: SidecarFile | None = None
        self._now: Samples = 0
        if outputs.render is not None and outputs.sidecar is not None:
            stack.callback(_remove_empty, outputs.render)
        if outputs.journal is not None:
            lines = stack.enter_context(JournalFile(outputs.journal))
            self.files.append(lines)
            self.observers.append(Journal(lines.write))
        if outputs.render is not None:
            self._wav = stack.enter_context(
                SessionWav(outputs.render, outputs.most_bytes, self._go_on)
            )
            self.files.append(self._wav)
        if outputs.render is not None and outputs.sidecar is not None:
            self._open_sidecar(outputs.render.with_suffix(".json"), outputs.sidecar)
        if outputs.picture is not None:
            picture = stack.enter_context(PictureFile(outputs.picture, colours))
            self.files.append(picture)
            self.observers.append(picture.trace)
            self.meters.append(picture.trace.add)

    def _open_sidecar(self, path: Path, content: Sidecar) -> None:
        from coach.devices.recordings.sidecar_file import SidecarFile  # noqa: PLC0415 - only for recordings

        self._sidecar = SidecarFile(path, content)
        self.files.append(self._sidecar)
        self.observers.append(self._sidecar.observe)

    @property
    def now(self) -> Samples:
        """How much was added so far."""
        return self._now

    def begin(self, delay: Samples, calibration: Calibration | None) -> None:
        """Note the delay of the duplex, and the calibration that the session begins with."""
        if self._sidecar is not None:
            self._sidecar.begin(delay, calibration)

    def add(self, microphone: Block, speaker: Block) -> None:
        """Write a block of each, of the same length."""
        self._now += len(microphone)
        if self._wav is not None:
            self._wav.write(microphone, speaker)
        for meter in self.meters:
            meter(microphone, speaker)

    def _go_on(self, part: Path) -> None:
        if self._sidecar is not None:
            self._sidecar.go_on(part)

    def lose(self, count: Samples) -> None:
        """Write silence for ``count`` lost samples, which is what the engine processes."""
        if self._sidecar is not None:
            self._sidecar.lose(self._now, count)
        self.add(silence(count), silence(count))

    def press(self, press: Press) -> None:
        """Note that a button was pressed."""
        if self._sidecar is not None:
            self._sidecar.press(self._now, press)

    def lose_device(self, device: Gone, why: str) -> None:
        """Note that a device is gone."""
        if self._sidecar is not None:
            self._sidecar.lose_device(self._now, device, why)

    def find_device(self, device: Gone, name: str, delay: Samples | None) -> None:
        """Note that a device is back; ``delay`` is that of the duplex if it has changed."""
        if self._sidecar is not None:
            self._sidecar.find_device(self._now, device, name, delay)


def _remove_empty(render: Path) -> None:
    """Remove the empty files of a recorded session that never began."""
    for suffix in (render.suffix, ".json", ".jsonl"):
        path = render.with_suffix(suffix)
        if path.is_file() and path.stat().st_size == 0:
            path.unlink()
