"""System boot: what is done once each time the computer is switched on."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from coach.devices.private_file import replace_private

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Another one after every start of the kernel: random(4)."""


def default_path() -> Path:
    """A file in the user's folder for states."""
    return platformdirs.user_state_path("flatback", appauthor=False) / "greeted"


def first_since_boot(path: Path, boot_id: Path = _BOOT_ID) -> bool:
    """Whether this is the first time that it is asked since the computer was switched on.

    ``path`` is where that is noted. Where it cannot be known, every time is the first.
    """
    try:
        boot = boot_id.read_bytes()
        if path.is_file() and path.read_bytes() == boot:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_private(path, boot)
    except OSError:
        return True
    return True
