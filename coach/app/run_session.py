"""Run session: one session, from its first block to its last.

The engine and the recorder are given the same blocks, whatever duplex they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack

from coach.app.assembly import Coach
from coach.app.outputs import Meter, Outputs, Recorder, refuse_to_overwrite
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.system.signals import held_back
from coach.display.buttons import Press
from coach.echo.canceller import Calibration
from coach.echo.monitor_watch import MonitorWatch
from coach.engine import Engine, Observer
from coach.errors import OutputError
from coach.messages.events import Event, Gone
from coach.messages.facts import Outcome, SessionEnded
from coach.ports import Duplex
from coach.training.history import Memory
from coach.training.plan import Plan
from coach.units import Block, Samples

HEARS_NO_ROOM = (
    "the microphone hears exactly what the speaker plays, and no room, so nobody is heard: "
    "it is the speaker's own monitor: run `coach doctor`, and choose a microphone"
)


TakePress = Callable[[Samples], Press | None]


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
    presses: TakePress = lambda _now: None,
) -> Outcome:
    """Run a session that begins from ``plan``, and return how it ended.

    ``meters`` receive the sound of both sides, and must return quickly. ``warn`` is called with
    one line for everything that the session has to do without. ``calibration`` is used where the
    duplex has no name to look one up by (a replay). ``memory`` observes every event; when it fails,
    the coach says so, which the replay of a recording does not repeat. ``idle`` is called about
    once a second while a device is looked for. ``presses`` returns the next button that was pressed
    until a sample, None for none, at once. Raises OutputError before the session when an output
    cannot be made, and after it when an output could not be written to its end.
    """
    refuse_to_overwrite(outputs)
    last = _LastOutcome()
    with ExitStack() as stack:
        recorder = Recorder(outputs, meters, coach.ears.pack.signs.colours, stack)
        remembering = [] if memory is None else [memory]
        observing: list[Observer] = [*remembering, *observers, last, *recorder.observers]
        engine = coach.engine(plan, observing, warn)
        try:
            calibrations = CalibrationFile(outputs.calibrations, warn)
            watch = MonitorWatch(lambda: warn(HEARS_NO_ROOM))
            devices = duplex, recorder, watch, calibrations
            _run(engine, *devices, calibration, memory, idle, presses)
        finally:
            with held_back():
                engine.abandon()
    _raise_failures([file.failure for file in recorder.files if file.failure is not None], warn)
    return last.outcome


def _raise_failures(failures: Sequence[OutputError], warn: Callable[[str], None]) -> None:
    """Raise the first failure, after a warning of every other one."""
    for failure in failures[1:]:
        warn(str(failure))
    if failures:
        raise failures[0]


def _run(
    engine: Engine,
    duplex: Duplex,
    recorder: Recorder,
    watch: MonitorWatch,
    calibrations: CalibrationFile,
    calibration: Calibration | None,
    memory: Memory | None,
    idle: Callable[[], None],
    presses: TakePress,
) -> None:
    """Run the duplex, and afterwards keep the calibration that the engine measured."""

    def known() -> Calibration | None:
        return calibration if duplex.name is None else calibrations.find(duplex.name)

    handler = _SessionHandler(engine, duplex, recorder, watch, known, memory, idle, presses)
    try:
        duplex.run(handler)
    finally:
        measured = None if handler.changed else engine.calibration
        if duplex.name is not None and measured is not None:
            calibrations.keep(duplex.name, measured)


class _SessionHandler:
    """The DuplexHandler of a session: it passes every call on to the engine and the recorder.

    A block is processed and recorded as a whole or not at all, so that the recording always holds
    exactly what the engine has heard. The delay of the duplex and its calibration, ``known``, are
    given to the engine at the first call, when they are final. ``watch`` sees the sound of real
    devices. ``presses`` is asked before every block. ``idle`` is called about once a second while
    a device is looked for. ``changed`` is whether the duplex has got another name or delay since
    the session began.
    """

    def __init__(
        self,
        engine: Engine,
        duplex: Duplex,
        recorder: Recorder,
        watch: MonitorWatch,
        known: Callable[[], Calibration | None],
        memory: Memory | None,
        idle: Callable[[], None],
        presses: TakePress,
    ) -> None:
        self._presses = presses
        self._engine = engine
        self._duplex = duplex
        self._recorder = recorder
        self._watch = watch
        self._known = known
        self._memory = memory
        self._idle = idle
        self._begun = False
        self._name: str | None = None
        self._delay: Samples | None = None
        self.changed = False

    def process(self, microphone: Block) -> Block | None:
        with held_back():
            self._begin()
            if self._memory is not None and self._memory.failed:
                self._memory = None
                self._engine.report_memory_failed()
            while (press := self._presses(self._recorder.now)) is not None:
                self._recorder.press(press)
                self._engine.press(press.intent, press.text, press.origin)
            speaker = self._engine.process(microphone)
            if speaker is not None:
                self._recorder.add(microphone, speaker)
        return speaker

    def lose(self, count: Samples) -> None:
        with held_back():
            self._begin()
            self._engine.lose(count)
            self._recorder.lose(count)

    def lose_device(self, device: Gone, why: str) -> None:
        with held_back():
            self._begin()
            self._recorder.lose_device(device, why)
            self._engine.lose_device(device, why)

    def find_device(self, device: Gone, name: str) -> None:
        with held_back():
            self._begin()
            self._recorder.find_device(device, name, self._align())
            self._engine.find_device(device, name)

    def looking(self) -> bool:
        self._idle()
        return not self._engine.over

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._name = self._duplex.name
        if self._name is not None:  # a recording and a simulated room have no name
            self._recorder.meters.append(self._watch)
        self._align()
        known = self._known()
        if known is not None:
            self._engine.calibrate(known)
        self._recorder.begin(self._duplex.delay, known)

    def _align(self) -> Samples | None:
        """Pass the delay of the duplex on to the engine, and return it, if it has changed."""
        self.changed |= self._duplex.name != self._name
        before, self._delay = self._delay, self._duplex.delay
        if before == self._delay:
            return None
        self.changed |= before is not None
        self._engine.align(self._delay)
        return self._delay
