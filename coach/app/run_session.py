"""Run session: one session from its first block to its last, with what watches and records it.

Every duplex is recorded here, in the same way: what the engine was handed, and what it answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coach.app.assembly import Coach
from coach.devices.files import calibration_file
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.files.journal_file import JournalFile
from coach.devices.recordings.audio_file import SessionWav
from coach.devices.screen.session_picture import PictureFile
from coach.devices.system.signals import held_back
from coach.echo.canceller import Calibration
from coach.engine import Engine, Observer
from coach.errors import OutputError
from coach.messages.events import Event, Gone
from coach.messages.facts import Outcome, SessionEnded
from coach.messages.journal import Journal
from coach.ports import Duplex
from coach.training.history import Memory
from coach.training.plan import Plan
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


class _LastOutcome:
    def __init__(self) -> None:
        self.outcome: Outcome = "abandoned"

    def __call__(self, event: Event) -> None:
        if isinstance(event, SessionEnded):
            self.outcome = event.outcome


def run_session(
    coach: Coach,
    plan: Plan,
    duplex: Duplex,
    observers: Iterable[Observer],
    outputs: Outputs,
    warn: Callable[[str], None],
    calibration: Calibration | None = None,
    memory: Memory | None = None,
    idle: Callable[[], None] = lambda: None,
    meters: Iterable[Meter] = (),
) -> Outcome:
    """Run a session that begins from ``plan``, and say how it ended.

    ``meters`` hear both sides of it and are to be quick. ``warn`` is told in a line what the
    session goes without. ``calibration`` is known of a duplex that has no name. ``memory`` hears
    of everything; when it fails, the coach says so, which a replay of a recording cannot know.
    ``idle`` is called about every second while a device is looked for. Raises OutputError before
    the session when one of the outputs cannot be made, and after it when one could not be written
    to the end.
    """
    _refuse_to_overwrite(outputs)
    last = _LastOutcome()
    with ExitStack() as stack:
        recording = _Recording(outputs, meters, stack)
        remembering = [] if memory is None else [memory]
        watching: list[Observer] = [*remembering, *observers, last, *recording.observers]
        engine = coach.engine(plan, watching, warn)
        try:
            calibrations = CalibrationFile(outputs.calibrations, warn)
            _run(engine, duplex, recording, calibrations, calibration, memory, idle)
        finally:
            with held_back():
                engine.abandon()
    for file in recording.files:
        if file.failure is not None:
            raise file.failure
    return last.outcome


class _Recording:
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


class _SessionHandler:
    """What passes between a duplex and the engine.

    The engine is told what is known of the duplex as soon as that is final. A block is worked on
    and recorded whole or not at all: at every moment the recording is what the engine has heard.
    """

    def __init__(
        self,
        engine: Engine,
        duplex: Duplex,
        recording: _Recording,
        known: Callable[[], Calibration | None],
        memory: Memory | None,
        idle: Callable[[], None],
    ) -> None:
        self._idle = idle
        self._engine = engine
        self._duplex = duplex
        self._recording = recording
        self._known = known
        self._memory = memory
        self._begun = False
        self._name: str | None = None
        self._delay: Samples | None = None
        self.changed = False
        """Whether it has been another duplex since the session began."""

    def process(self, microphone: Block) -> Block | None:
        with held_back():
            self._begin()
            if self._memory is not None and self._memory.failed:
                self._memory = None
                self._engine.report_memory_failed()
            speaker = self._engine.process(microphone)
            if speaker is not None:
                self._recording.add(microphone, speaker)
        return speaker

    def lose(self, count: Samples) -> None:
        with held_back():
            self._begin()
            self._engine.lose(count)
            self._recording.lose(count)

    def lose_device(self, device: Gone, why: str) -> None:
        with held_back():
            self._begin()
            self._recording.lose_device(device, why)
            self._engine.lose_device(device, why)

    def find_device(self, device: Gone, name: str) -> None:
        with held_back():
            self._begin()
            self._recording.find_device(device, name, self._align())
            self._engine.find_device(device, name)

    def looking(self) -> bool:
        self._idle()
        return not self._engine.over

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._name = self._duplex.name
        self._align()
        known = self._known()
        if known is not None:
            self._engine.calibrate(known)
        self._recording.begin(self._duplex.delay, known)

    def _align(self) -> Samples | None:
        """The duplex's delay where it is another one than before, which the engine is told."""
        self.changed |= self._duplex.name != self._name
        before, self._delay = self._delay, self._duplex.delay
        if before == self._delay:
            return None
        self.changed |= before is not None
        self._engine.align(self._delay)
        return self._delay


def _run(
    engine: Engine,
    duplex: Duplex,
    recording: _Recording,
    calibrations: CalibrationFile,
    calibration: Calibration | None,
    memory: Memory | None,
    idle: Callable[[], None],
) -> None:
    """Let them run, with what is known of the duplex, and keep what is learnt of it."""

    def known() -> Calibration | None:
        return calibration if duplex.name is None else calibrations.find(duplex.name)

    handler = _SessionHandler(engine, duplex, recording, known, memory, idle)
    try:
        duplex.run(handler)
    finally:
        learnt = None if handler.changed else engine.calibration
        if duplex.name is not None and learnt is not None:
            calibrations.keep(duplex.name, learnt)


def _refuse_to_overwrite(outputs: Outputs) -> None:
    taken = {path.resolve() for path in outputs.inputs}
    journal = None if outputs.journal in (None, "-") else Path(str(outputs.journal))
    for output in (journal, outputs.render, outputs.picture):
        if output is None:
            continue
        if output.resolve() in taken:
            raise OutputError(f"{output}: is read or written already; name another file")
        taken.add(output.resolve())
