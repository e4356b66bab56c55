"""Delivery file: how each person wants the coach to speak, from session to session.

The volume is kept for each sound device, the rest for the person. A file that is missing, damaged
or not writable causes a line of warning at most, and never ends a session.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, TypeAdapter, ValidationError

from coach.datafile import Strict, without_mark
from coach.devices.files.bounded_file import read_bounded
from coach.devices.files.private_file import make_private_folder, replace_private
from coach.dialogue.delivery import HIGHEST_GAIN_DB, LOWEST_GAIN_DB, Delivery
from coach.dialogue.verbosity import Verbosity
from coach.errors import DataError
from coach.messages.events import Event
from coach.messages.facts import DeliveryChanged
from coach.plain_tree import MOST_JSON_BYTES

_LONGEST_VOICE = 200


class _Wishes(Strict):
    """What one person has asked for; ``gain_db`` by the name of the device."""

    verbosity: Verbosity | None = None
    rate_wpm: int | None = Field(default=None, ge=80, le=450)
    voice: str | None = Field(default=None, max_length=_LONGEST_VOICE)
    gain_db: dict[str, float] = Field(default_factory=dict)


_ENTRIES = TypeAdapter(dict[str, _Wishes])


def default_path() -> Path:
    """A file in the user's state folder."""
    return platformdirs.user_state_path("flatback", appauthor=False) / "delivery.json"


class DeliveryFile:
    """One JSON object, readable by its owner alone, with an object for each person.

    ``warn`` is called once, with the first problem. Any thread may use it.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path = path
        self._warn = warn
        self._warned = False
        self._changing = threading.Lock()

    def voice(self, person: str) -> str | None:
        """The name of the voice that a person has chosen; None if they have not."""
        return self._read().get(person, _Wishes()).voice

    def keep_voice(self, person: str, voice: str | None) -> None:
        """Keep the name of the voice that a person has chosen; None for the usual one."""
        with self._changing:
            entries, entry = self._entries(person)
            entry["voice"] = voice
            self._write(entries)

    def find(self, person: str, device: str) -> Delivery:
        """How to speak to a person through a device."""
        wishes, usual = self._read().get(person, _Wishes()), Delivery()
        gain_db = wishes.gain_db.get(device, usual.gain_db)
        return Delivery(
            min(HIGHEST_GAIN_DB, max(LOWEST_GAIN_DB, gain_db)),
            wishes.verbosity or usual.verbosity,
            wishes.rate_wpm or usual.rate_wpm,
        )

    def keep(self, person: str, device: str, change: DeliveryChanged) -> None:
        """Keep a change that a person has asked for."""
        with self._changing:
            entries, entry = self._entries(person)
            if change.gain_db is not None:
                entry["gain_db"][device] = change.gain_db
            entry["verbosity"] = change.verbosity or entry["verbosity"]
            entry["rate_wpm"] = change.rate_wpm or entry["rate_wpm"]
            self._write(entries)

    def forget(self, person: str) -> None:
        """Erase what a person has asked for."""
        with self._changing:
            if person in self._read():
                entries, _ = self._entries(person)
                del entries[person]
                self._write(entries)

    def _entries(self, person: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What everybody has asked for, and what a person has."""
        entries = {name: each.model_dump() for name, each in self._read().items()}
        return entries, entries.setdefault(person, _Wishes().model_dump())

    def _write(self, entries: Mapping[str, object]) -> None:
        text = json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
        try:
            make_private_folder(self._path.parent)
            replace_private(self._path, text.encode(errors="replace"))
        except OSError as error:
            self._complain(
                f"cannot be written: {error.strerror}; "
                "the next session speaks as this one did at first"
            )

    def _read(self) -> dict[str, _Wishes]:
        try:
            return _ENTRIES.validate_json(without_mark(read_bounded(self._path, MOST_JSON_BYTES)))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._complain(f"cannot be read: {error.strerror}; the coach speaks as usual")
        except (ValidationError, DataError):
            self._complain("is damaged; the coach speaks as usual until somebody asks otherwise")
        return {}

    def _complain(self, problem: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(f"{self._path}: {problem}")


class PersonalDelivery:
    """An observer that keeps up with how one person wants the coach to speak through one device.

    ``verbosity`` and ``rate_wpm`` take the place of what was kept, until the person asks otherwise,
    and ``voice`` always does.
    """

    def __init__(
        self,
        file: DeliveryFile,
        person: str,
        device: str,
        verbosity: Verbosity | None = None,
        rate_wpm: int | None = None,
        voice: str | None = None,
    ) -> None:
        self._file, self._person, self._device = file, person, device
        self.asked_voice = voice
        """The voice that the command line names; None for none."""
        kept = file.find(person, device)
        self.now = replace(
            kept,
            verbosity=verbosity or kept.verbosity,
            rate_wpm=kept.rate_wpm if rate_wpm is None else rate_wpm,
        )
        """How to speak from now on."""

    @property
    def voice(self) -> str | None:
        """In which voice to speak from the next start on; None for the usual one."""
        return self.asked_voice or self._file.voice(self._person)

    def choose_voice(self, voice: str | None) -> None:
        """Keep the voice in which the person wants to be spoken to; None for the usual one."""
        self._file.keep_voice(self._person, voice)

    def __call__(self, event: Event) -> None:
        if isinstance(event, DeliveryChanged):
            self._file.keep(self._person, self._device, event)
            now = self.now
            self.now = Delivery(
                now.gain_db if event.gain_db is None else event.gain_db,
                event.verbosity or now.verbosity,
                event.rate_wpm or now.rate_wpm,
            )
