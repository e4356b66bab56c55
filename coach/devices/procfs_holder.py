"""Procfs holder: which program holds a sound device, as far as the kernel tells."""

from __future__ import annotations

import re
from pathlib import Path

_HARDWARE = re.compile(r"hw:(\d+),(\d+)")
_OWNER = re.compile(r"^owner_pid\s*:\s*(\d+)", re.MULTILINE)


def holder_of(name: str, proc: Path = Path("/proc")) -> str | None:
    """The program that holds ALSA's device of that name, which contains ``hw:card,device``."""
    hardware = _HARDWARE.search(name)
    if hardware is None:
        return None
    card, device = hardware.groups()
    for status in sorted(proc.glob(f"asound/card{card}/pcm{device}[cp]/sub*/status")):
        try:
            owner = _OWNER.search(status.read_text(encoding="ascii", errors="replace"))
            if owner is not None:
                return (proc / owner[1] / "comm").read_text(errors="replace").strip()
        except OSError:
            continue
    return None
