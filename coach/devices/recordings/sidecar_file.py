"""Sidecar file: what the replay of a session needs beside the recording of its sound.

It lies beside the recording, with the same name and ``.json``. A new field needs another FORMAT,
unless it may be missing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from coach import __version__
from coach.datafile import Strict, without_mark
from coach.devices.files.bounded_file import read_bounded
from coach.devices.files.private_file import open_private, replace_private
from coach.devices.speech.piper_synthesiser import SUFFIX as VOICE_SUFFIX
from coach.dialogue.verbosity import Verbosity
from coach.display.buttons import Press
from coach.echo.canceller import Calibration
from coach.echo.delay_estimator import LONGEST
from coach.errors import DataError, OutputError
from coach.messages.events import DeviceFound, DeviceLost, Event, Gone, Origin, RecogniserReady
from coach.messages.intents import Intent
from coach.plain_tree import MOST_JSON_BYTES, refuse_wide
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples, seconds

FORMAT: Literal[1] = 1
"""The version of the file's format."""

SUFFIX = ".json"

_NAME = r"^[^/\x00]+$"
"""The name of a file, and no way to another folder."""


def absolute_voice(voice: str) -> str:
    """The voice, with an absolute path if it is a file."""
    is_path = voice.endswith(VOICE_SUFFIX)
    return str(Path(voice).expanduser().resolve()) if is_path else voice


DelaySeconds = Annotated[float, Field(ge=0.0, le=seconds(LONGEST))]


class Loss(Strict):
    """So many ``samples`` of the microphone were lost, from ``at_s`` seconds on."""

    at_s: float = Field(ge=0.0)
    samples: int = Field(gt=0)


class DeviceGone(Strict):
    """A device was lost at ``at_s`` seconds."""

    at_s: float = Field(ge=0.0)
    lost: Gone
    why: str


class DeviceBack(Strict):
    """A device was found at ``at_s`` seconds; ``delay_s`` is the duplex's delay, if it changed."""

    at_s: float = Field(ge=0.0)
    found: Gone
    name: str
    delay_s: DelaySeconds | None = None


class Pressed(Strict):
    """A button was pressed at ``at_s`` seconds; ``text`` is what one would have said instead."""

    at_s: float = Field(ge=0.0)
    button: Intent
    text: str
    origin: Origin = "page"


class Sidecar(Strict):
    """Everything that a session depended on, apart from its sound.

    ``programme`` is what was trained, with sets and reps. ``gain_db`` is how loud the coach began,
    relative to its usual loudness. ``delay_s`` is the delay of the duplex,
    ``calibration_s`` that of the calibration with which the session began. ``listening_since_s`` is
    when the recogniser could be used, None if it never could. ``parts`` are the names of the files
    beside it in which the recording goes on, in order.
    """

    format: Literal[1] = FORMAT
    version: str = __version__
    programme: Programme
    verbosity: Verbosity = "full"
    gain_db: Annotated[float, Field(ge=-60.0, le=20.0)] = 0.0
    voice: Annotated[str, AfterValidator(absolute_voice)]
    rate_wpm: int
    language: str = "en"
    plan: Plan | None = None
    delay_s: DelaySeconds = 0.0
    calibration_s: DelaySeconds | None = None
    listening_since_s: Annotated[float, Field(ge=0.0)] | None = 0.0
    lost: Annotated[tuple[Loss, ...], Field(strict=False)] = ()
    devices: Annotated[tuple[DeviceGone | DeviceBack, ...], Field(strict=False)] = ()
    pressed: Annotated[tuple[Pressed, ...], Field(strict=False)] = ()
    parts: Annotated[tuple[Annotated[str, Field(pattern=_NAME)], ...], Field(strict=False)] = ()

    @property
    def delay(self) -> Samples:
        """The delay of the duplex, in samples."""
        return samples(self.delay_s)

    @property
    def calibration(self) -> Calibration | None:
        """The calibration with which the session began."""
        return None if self.calibration_s is None else Calibration(samples(self.calibration_s))

    def is_awake(self, now: Samples) -> bool:
        """Whether the recogniser could be used at a sample."""
        since = self.listening_since_s
        return since is not None and now >= samples(since)

    @property
    def losses(self) -> Mapping[Samples, Samples]:
        """The losses: from which sample on, how many."""
        return {samples(loss.at_s): loss.samples for loss in self.lost}

    @property
    def device_events(self) -> tuple[DeviceLost | DeviceFound, ...]:
        """The losses and returns of devices, in order."""
        return tuple(
            DeviceLost(samples(event.at_s), event.lost, event.why)
            if isinstance(event, DeviceGone)
            else DeviceFound(samples(event.at_s), event.found, event.name)
            for event in self.devices
        )

    @property
    def presses(self) -> tuple[tuple[Samples, Press], ...]:
        """The buttons that were pressed, and when, in order."""
        return tuple(
            (samples(each.at_s), Press(each.button, each.text, each.origin))
            for each in self.pressed
        )

    @property
    def delays(self) -> Mapping[Samples, Samples]:
        """The delays to which the duplex changed when a device was found, by sample."""
        return {
            samples(event.at_s): samples(event.delay_s)
            for event in self.devices
            if isinstance(event, DeviceBack) and event.delay_s is not None
        }


class SidecarFile:
    """Writes a sidecar, for its owner alone, when the session begins and after every change.

    Raises OutputError when the file cannot be made. When it cannot be written later on, ``failure``
    says why.
    """

    def __init__(self, path: Path, sidecar: Sidecar) -> None:
        self._path = path
        self._sidecar = sidecar
        self.failure: OutputError | None = None
        try:
            os.close(open_private(path, os.O_WRONLY))
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

    def begin(self, delay: Samples, calibration: Calibration | None) -> None:
        """Write the duplex's delay and the calibration, now that they are final."""
        known = None if calibration is None else seconds(calibration.delay)
        self._write(delay_s=seconds(delay), calibration_s=known)

    def observe(self, event: Event) -> None:
        """Write since when the recogniser can be used."""
        if isinstance(event, RecogniserReady):
            self._write(listening_since_s=seconds(event.at))

    def lose(self, at: Samples, count: Samples) -> None:
        """Write that ``count`` samples were lost."""
        loss = Loss(at_s=seconds(at), samples=count)
        self._write(lost=(*self._sidecar.lost, loss))

    def press(self, at: Samples, press: Press) -> None:
        """Write that a button was pressed."""
        pressed = Pressed(
            at_s=seconds(at), button=press.intent, text=press.text, origin=press.origin
        )
        self._write(pressed=(*self._sidecar.pressed, pressed))

    def lose_device(self, at: Samples, device: Gone, why: str) -> None:
        """Write that a device is gone."""
        gone = DeviceGone(at_s=seconds(at), lost=device, why=why)
        self._write(devices=(*self._sidecar.devices, gone))

    def find_device(
        self, at: Samples, device: Gone, name: str, delay: Samples | None = None
    ) -> None:
        """Write that a device is back; ``delay`` is the duplex's new delay, if it changed."""
        since = None if delay is None else seconds(delay)
        back = DeviceBack(at_s=seconds(at), found=device, name=name, delay_s=since)
        self._write(devices=(*self._sidecar.devices, back))

    def go_on(self, part: Path) -> None:
        """Write that the recording goes on in another file beside it."""
        self._write(parts=(*self._sidecar.parts, part.name))

    def _write(self, **changed: Any) -> None:
        self._sidecar = self._sidecar.model_copy(update=changed)
        try:
            text = self._sidecar.model_dump_json(indent=2) + "\n"
            replace_private(self._path, text.encode(errors="replace"))
        except OSError as error:
            problem = f"ends early, the recording cannot be replayed exactly: {error.strerror}"
            self.failure = OutputError(f"{self._path}: {problem}")


_OBJECT = TypeAdapter(dict[str, Any])


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar at ``path``. Raises DataError."""
    cure = "move it away to replay the sound alone"
    try:
        content = read_bounded(path, MOST_JSON_BYTES)
        refuse_wide(content, str(path))
        content = without_mark(content)
        form = _OBJECT.validate_json(content).get("format")
        if form != FORMAT:
            problem = f"format {FORMAT} is expected, found {form!r:.60}: {cure}"
            raise DataError(str(path), "", problem)
        return Sidecar.model_validate_json(content)
    except OSError as error:
        raise DataError(str(path), "", f"cannot be read: {error.strerror}") from None
    except ValidationError as error:
        place = error.errors(include_url=False)[0]["loc"]
        where = ".".join(map(str, place))
        raise DataError(str(path), where, f"is damaged, or no session's: {cure}") from None
