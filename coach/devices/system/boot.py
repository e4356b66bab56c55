"""Boot: what is done once each time the computer is switched on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import platformdirs

from coach.devices.files.private_file import replace_private

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Another one after every start of the kernel: random(4)."""


def default_path() -> Path:
    """A file in the user's folder for states."""
    return platformdirs.user_state_path("flatback", appauthor=False) / "greeted"


class BootNote:
    """Notes in a file that something was done since the computer was switched on.

    Where it cannot be known whether it was, it was not.
    """

    def __init__(self, path: Path, boot_id: Path = _BOOT_ID) -> None:
        self._path = path
        self._boot_id = boot_id

    @property
    def is_made(self) -> bool:
        """Whether it was done in this boot."""
        try:
            return self._path.is_file() and self._path.read_bytes() == self._boot_id.read_bytes()
        except OSError:
            return False

    def make(self) -> None:
        """It is done now."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_private(self._path, self._boot_id.read_bytes())
