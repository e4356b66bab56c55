"""Pairings: which devices may press the buttons of the page, kept in a private file.

A device is paired by a code that counts once, and for five minutes: six digits that were printed,
or four that the coach said. How often one may be tried is not decided here.
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
PRINTED_DIGITS, SPOKEN_DIGITS = 6, 4
_MOST_DEVICES = 50
_MOST_BYTES = 64 * 1024


class _Offer(Strict):
    code: str
    until_s: float
    wrong: int = 0  # earlier versions counted, and left it in the file


class _Device(Strict):
    token: str
    day: str


class _Kept(Strict):
    offer: _Offer | None = None  # the printed one
    spoken: _Offer | None = None
    devices: Annotated[tuple[_Device, ...], Field(strict=False)] = ()


_OFFERS = ("offer", "spoken")


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
        """A new code to be printed, which replaces the one that was printed before."""
        code = f"{secrets.randbelow(10**PRINTED_DIGITS):0{PRINTED_DIGITS}d}"
        self._offer("offer", code)
        return code

    def offer_spoken(self, code: str) -> None:
        """Let ``code`` count that the coach says, in place of the one that it said before."""
        self._offer("spoken", code)

    def redeem(self, code: str) -> str | None:
        """The token of a device that showed a right code; None for a wrong or an old one."""
        kept, now = self._read(), self._clock()
        field = next((name for name in _OFFERS if _is_right(getattr(kept, name), code, now)), None)
        if field is None:
            return None
        token = secrets.token_urlsafe(32)
        day = time.strftime("%Y-%m-%d", time.localtime(now))
        devices = (*kept.devices, _Device(token=_hash(token), day=day))[-_MOST_DEVICES:]
        self._write(kept.model_copy(update={"devices": devices, field: None}))
        return token

    def _offer(self, field: str, code: str) -> None:
        offer = _Offer(code=_hash(code), until_s=self._clock() + CODE_SECONDS)
        self._write(self._read().model_copy(update={field: offer}))

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


def _is_right(offer: _Offer | None, code: str, now: float) -> bool:
    if offer is None or not offer.until_s - CODE_SECONDS <= now < offer.until_s:
        return False
    return hmac.compare_digest(_hash(code), offer.code)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
