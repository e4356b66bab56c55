"""Boot: notes that something was done since the computer was switched on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import platformdirs

from coach.devices.files.private_file import make_private_folder, replace_private

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""It changes with every start of the kernel; see random(4)."""


def default_path() -> Path:
    """A file in the user's state folder."""
    return platformdirs.user_state_path("flatback", appauthor=False) / "greeted"


class BootNote:
    """A note in a file that something was done since the computer was switched on.

    If the file cannot be read, it counts as not done.
    """

    def __init__(self, path: Path, boot_id: Path = _BOOT_ID) -> None:
        self._path = path
        self._boot_id = boot_id

    @property
    def is_made(self) -> bool:
        """Whether it was done since the computer was switched on."""
        try:
            return self._path.is_file() and self._path.read_bytes() == self._boot_id.read_bytes()
        except OSError:
            return False

    def make(self) -> None:
        """Note that it was done."""
        with suppress(OSError):
            make_private_folder(self._path.parent)
            replace_private(self._path, self._boot_id.read_bytes())
