"""Own memory: how much memory a process has had in use, this one above all."""

from __future__ import annotations

from pathlib import Path


def peak_bytes(process: int | str = "self") -> int:
    """The most memory a process ever had in use, by its id; this one without.

    Not ``ru_maxrss``: a new process inherits it from the one that started it.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024
