"""Pairings: which devices may press the buttons of the page, kept in a private file.

A device is paired by a code of six digits that counts once, and for five minutes. The file holds
no secret itself, only what tells one when it is shown.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, ValidationError

from coach.datafile import Strict
from coach.devices.files.bounded_file import read_bounded
from coach.devices.files.private_file import make_private_folder, replace_private
from coach.errors import PageError

CODE_SECONDS = 300
_MOST_WRONG = 10
"""After so many wrong codes the right one does not count any more either."""

_MOST_DEVICES = 50
_MOST_BYTES = 64 * 1024


class _Offer(Strict):
    code: str
    until_s: float
    wrong: int = 0


class _Device(Strict):
    token: str
    day: str


class _Kept(Strict):
    offer: _Offer | None = None
    devices: Annotated[tuple[_Device, ...], Field(strict=False)] = ()


def default_path() -> Path:
    """A file in the user's data folder."""
    return platformdirs.user_data_path("flatback", appauthor=False) / "page.json"


class Pairings:
    """The paired devices of this computer. Other processes may use the same file.

    ``clock`` returns the time in seconds since 1970. Every method raises PageError when the file
    cannot be read or written.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock

    def offer(self) -> str:
        """A new code, which replaces the one before."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        offer = _Offer(code=_hash(code), until_s=self._clock() + CODE_SECONDS)
        self._write(self._read().model_copy(update={"offer": offer}))
        return code

    def redeem(self, code: str) -> str | None:
        """The token of a device that showed the right code; None for a wrong or an old one."""
        kept = self._read()
        offer = kept.offer
        if offer is None or not offer.until_s - CODE_SECONDS <= self._clock() < offer.until_s:
            return None
        if not hmac.compare_digest(_hash(code), offer.code):
            worn = offer.model_copy(update={"wrong": offer.wrong + 1})
            left = worn if worn.wrong < _MOST_WRONG else None
            self._write(kept.model_copy(update={"offer": left}))
            return None
        token = secrets.token_urlsafe(32)
        day = time.strftime("%Y-%m-%d", time.localtime(self._clock()))
        devices = (*kept.devices, _Device(token=_hash(token), day=day))[-_MOST_DEVICES:]
        self._write(_Kept(devices=devices))
        return token

    def knows(self, token: str) -> bool:
        """Whether a device that was paired shows this."""
        shown = _hash(token)
        return any(hmac.compare_digest(shown, each.token) for each in self._read().devices)

    def days(self) -> tuple[str, ...]:
        """For every paired device the day on which it was paired, as 2026-11-29."""
        return tuple(each.day for each in self._read().devices)

    def forget(self) -> int:
        """Take back every pairing, and the code; returns how many devices there were."""
        count = len(self._read().devices)
        self._write(_Kept())
        return count

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(read_bounded(self._path, _MOST_BYTES))
        except FileNotFoundError:
            return _Kept()
        except OSError as error:
            why = error.strerror or str(error)
            raise PageError(f"{self._path}: cannot be read: {why}") from None
        except ValidationError:
            cure = "remove it, and pair the devices again"
            raise PageError(f"{self._path}: is damaged: {cure}") from None

    def _write(self, kept: _Kept) -> None:
        try:
            make_private_folder(self._path.parent)
            replace_private(self._path, os.fsencode(kept.model_dump_json()))
        except OSError as error:
            why = error.strerror or str(error)
            raise PageError(f"{self._path}: cannot be written: {why}") from None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
