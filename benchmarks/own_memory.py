"""Own memory: how much memory this process has had in use."""

from __future__ import annotations

from pathlib import Path


def peak_bytes() -> int:
    """The most memory this process ever had in use.

    Not ``ru_maxrss``: a new process inherits it from the one that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024
