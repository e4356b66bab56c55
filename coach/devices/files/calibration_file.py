"""Calibration file: the delays of sound devices, by their names, from session to session.

It spares the next session the first second of finding the delay. So a file that is missing, damaged
or not writable causes a line of warning at most, and never ends a session.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import platformdirs
from pydantic import Field, TypeAdapter, ValidationError

from coach.datafile import Strict, without_mark
from coach.devices.files.bounded_file import read_bounded
from coach.devices.files.private_file import make_private_folder, replace_private
from coach.echo.canceller import Calibration
from coach.echo.delay_estimator import LONGEST
from coach.errors import DataError
from coach.plain_tree import MOST_JSON_BYTES
from coach.units import samples, seconds


class _Entry(Strict):
    delay_s: float = Field(ge=0.0, le=seconds(LONGEST))


_ENTRIES = TypeAdapter(dict[str, _Entry])


def default_path() -> Path:
    """A file in the user's state folder."""
    return platformdirs.user_state_path("flatback", appauthor=False) / "calibration.json"


class CalibrationFile:
    """One JSON object, readable by its owner alone: ``{"name of the devices": {"delay_s": 0.18}}``.

    ``warn`` is called once, with the first problem.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path = path
        self._warn = warn
        self._warned = False

    def find(self, name: str) -> Calibration | None:
        """The calibration kept under a name, or None."""
        entry = self._read().get(name)
        return None if entry is None else Calibration(samples(entry.delay_s))

    def keep(self, name: str, calibration: Calibration) -> None:
        """Keep a calibration under a name, in place of an older one."""
        kept = {other: entry.model_dump() for other, entry in self._read().items()}
        kept[name] = {"delay_s": seconds(calibration.delay)}
        text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
        try:
            make_private_folder(self._path.parent)
            replace_private(self._path, text.encode(errors="replace"))
        except OSError as error:
            self._complain(
                f"cannot be written: {error.strerror}; "
                "the next session has to find the delay of the echo again"
            )

    def _read(self) -> dict[str, _Entry]:
        try:
            return _ENTRIES.validate_json(without_mark(read_bounded(self._path, MOST_JSON_BYTES)))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._complain(f"cannot be read: {error.strerror}; going without it")
        except (ValidationError, DataError):
            self._complain("is damaged; going without it until the echo is found again")
        return {}

    def _complain(self, problem: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(f"{self._path}: {problem}")
