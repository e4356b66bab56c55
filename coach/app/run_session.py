"""Run session: one session from its first block to its last, with what watches and records it.

Every duplex is recorded here, in the same way: what the engine was handed, and what it answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from coach.app.assembly import Coach
from coach.app.outputs import Meter, Outputs, Recording, refuse_to_overwrite
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.system.signals import held_back
from coach.echo.canceller import Calibration
from coach.engine import Engine, Observer
from coach.messages.events import Event, Gone
from coach.messages.facts import Outcome, SessionEnded
from coach.ports import Duplex
from coach.training.history import Memory
from coach.training.plan import Plan
from coach.units import Block, Samples


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
    refuse_to_overwrite(outputs)
    last = _LastOutcome()
    with ExitStack() as stack:
        recording = Recording(outputs, meters, stack)
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


class _Passage:
    """What passes between a duplex and the engine.

    The engine is told what is known of the duplex as soon as that is final. A block is worked on
    and recorded whole or not at all: at every moment the recording is what the engine has heard.
    """

    def __init__(
        self,
        engine: Engine,
        duplex: Duplex,
        recording: Recording,
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
                self._engine.tell_memory_failed()
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
    recording: Recording,
    calibrations: CalibrationFile,
    calibration: Calibration | None,
    memory: Memory | None,
    idle: Callable[[], None],
) -> None:
    """Let them run, with what is known of the duplex, and keep what is learnt of it."""

    def known() -> Calibration | None:
        return calibration if duplex.name is None else calibrations.find(duplex.name)

    passage = _Passage(engine, duplex, recording, known, memory, idle)
    try:
        duplex.run(passage)
    finally:
        learnt = None if passage.changed else engine.calibration
        if duplex.name is not None and learnt is not None:
            calibrations.keep(duplex.name, learnt)
