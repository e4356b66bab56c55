"""Device holder: which program has a sound device open, according to the kernel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HARDWARE = re.compile(r"hw:(\d+),(\d+)")
_OWNER = re.compile(r"^owner_pid\s*:\s*(\d+)", re.MULTILINE)
_PROCESS = re.compile(r"^Tgid:\s*(\d+)", re.MULTILINE)
_UNIT = re.compile(r"/([^/\s]+)\.service$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that has a sound device open, and the systemd service that runs it, if one does."""

    name: str
    pid: int
    service: str | None


def any_holder(proc: Path = Path("/proc")) -> Holder | None:
    """The first program that has any ALSA device open; PortAudio does not list busy ones."""
    for status in sorted(proc.glob("asound/card*/pcm*/sub*/status")):
        try:
            owner = _OWNER.search(_text(status))
            if owner is not None:
                return _holder(proc, owner[1])
        except OSError:
            continue
    return None


def _holder(proc: Path, thread: str) -> Holder:
    process = _PROCESS.search(_text(proc / thread / "status"))
    pid = thread if process is None else process[1]
    unit = _UNIT.search(_text(proc / pid / "cgroup"))
    return Holder(_text(proc / pid / "comm").strip(), int(pid), None if unit is None else unit[1])


def holder_of(name: str, proc: Path = Path("/proc")) -> str | None:
    """The program that has an ALSA device open; its name must contain ``hw:card,device``."""
    hardware = _HARDWARE.search(name)
    if hardware is None:
        return None
    card, device = hardware.groups()
    for status in sorted(proc.glob(f"asound/card{card}/pcm{device}[cp]/sub*/status")):
        try:
            owner = _OWNER.search(_text(status))
            if owner is not None:
                return _text(proc / owner[1] / "comm").strip()
        except OSError:
            continue
    return None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
