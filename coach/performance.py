"""Performance: one session from its first block to its last, with what watches and records it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from coach.devices import calibration_file
from coach.devices.audio_file import SessionWav
from coach.devices.calibration_file import CalibrationFile
from coach.devices.journal_file import JournalFile
from coach.engine import Engine, Observer
from coach.errors import OutputError
from coach.facts import Outcome, SessionEnded
from coach.journal import Journal
from coach.messages import Event
from coach.plan import Plan
from coach.ports import Duplex
from coach.units import Block, silence
from coach.wiring import Coach

OnBlock = Callable[[Block, Block], None]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a session is written: ``journal`` is a path or ``-``, ``render`` a stereo WAV.

    ``inputs`` are what it is made from, which no output may replace. ``calibrations`` is where
    what is learnt of devices that have a name is kept for their next session.
    """

    journal: str | None = None
    render: Path | None = None
    inputs: tuple[Path, ...] = ()
    calibrations: Path = field(default_factory=calibration_file.default_path)


class _LastOutcome:
    def __init__(self) -> None:
        self.outcome: Outcome = "abandoned"

    def __call__(self, event: Event) -> None:
        if isinstance(event, SessionEnded):
            self.outcome = event.outcome


def perform(
    coach: Coach,
    plan: Plan,
    make_duplex: Callable[[OnBlock], Duplex],
    observers: Iterable[Observer],
    outputs: Outputs,
    warn: Callable[[str], None],
) -> Outcome:
    """Run a session that begins from ``plan``, and say how it ended.

    ``warn`` is told in a line what the session goes without. Raises OutputError before the session
    when one of them cannot be made, and after it when one could not be written to the end.
    """
    _refuse_to_overwrite(outputs)
    last = _LastOutcome()
    with ExitStack() as stack:
        files: list[JournalFile | SessionWav] = []
        watching: list[Observer] = [*observers, last]
        on_block: OnBlock = _drop
        if outputs.journal is not None:
            lines = stack.enter_context(JournalFile(outputs.journal))
            files.append(lines)
            watching.append(Journal(lines.write))
        if outputs.render is not None:
            wav = stack.enter_context(SessionWav(outputs.render))
            files.append(wav)
            on_block = wav.write
        engine = coach.engine(plan, watching, warn)
        try:
            _run(engine, make_duplex(on_block), CalibrationFile(outputs.calibrations, warn))
        finally:
            engine.abandon()
    for file in files:
        if file.failure is not None:
            raise file.failure
    return last.outcome


def _run(engine: Engine, duplex: Duplex, calibrations: CalibrationFile) -> None:
    """Tell the engine what is known of the duplex as soon as that is final, and let them run."""
    first = True

    def process(microphone: Block) -> Block | None:
        nonlocal first
        if first:
            first = False
            engine.align(duplex.delay)
            if duplex.name is not None and (kept := calibrations.find(duplex.name)):
                engine.calibrate(kept)
        return engine.process(microphone)

    try:
        duplex.run(process, engine.lose)
    finally:
        if duplex.name is not None and (learnt := engine.calibration):
            calibrations.keep(duplex.name, learnt)


def _refuse_to_overwrite(outputs: Outputs) -> None:
    taken = {path.resolve() for path in outputs.inputs}
    journal = None if outputs.journal in (None, "-") else Path(str(outputs.journal))
    for output in (journal, outputs.render):
        if output is None:
            continue
        if output.resolve() in taken:
            raise OutputError(f"{output}: is read or written already; name another file")
        taken.add(output.resolve())


def _drop(_microphone: Block, _speaker: Block) -> None:
    """Nobody records this session."""


def announce(sound: Block, duplex: Duplex) -> None:
    """Play ``sound`` through the speaker, deaf to the microphone."""
    left = sound

    def process(microphone: Block) -> Block | None:
        nonlocal left
        if len(left) == 0:
            return None
        speaker = silence(len(microphone))
        speaker[: len(left)] = left[: len(microphone)]
        left = left[len(microphone) :]
        return speaker

    duplex.run(process, lambda _lost: None)
