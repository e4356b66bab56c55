"""Own root: this machine as a chroot whose changes are gone with it. Needs root and overlayfs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
echo ready
cat
"""


class OwnRoot:
    """A root to write into as ``root / "etc/passwd"``, and to run programs in."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._enter = ["nsenter", f"--mount=/proc/{pid}/ns/mnt", "chroot", str(folder / "root")]
        self._path = Path(f"/proc/{pid}/root{folder}/root")

    def __truediv__(self, inside: str) -> Path:
        return self._path / inside

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        clean = ["env", "-i", f"PATH={os.defpath}:/usr/sbin:/sbin", "LANG=C.UTF-8"]
        return subprocess.run(
            [*self._enter, *clean, *command],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )


@contextmanager
def own_root(folder: Path) -> Iterator[OwnRoot | None]:
    """A root that lives in ``folder``, an empty one; None where it cannot be made."""
    command = ["unshare", "--mount", "--propagation=private", "sh", "-c", _HOLD, "sh", str(folder)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        ready = holder.stdout.readline() == "ready\n"
        yield OwnRoot(holder.pid, folder) if ready else None
        holder.stdin.close()
