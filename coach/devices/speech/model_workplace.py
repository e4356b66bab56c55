"""Model workplace: a temporary folder beside a model, in which the model is put together.

A process that is killed cannot remove it. So the process that works in one holds a lock on it,
which the kernel releases with the process. The next installation removes those without a lock.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from coach.devices.files.private_file import make_private_folder


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """A new folder beside ``target``, for as long as the block lasts. Raises OSError."""
    make_private_folder(target.parent)
    with ExitStack() as held:
        # Between the creation of a folder and its lock, no other process may look for unlocked ones
        with _locked(target.parent, fcntl.LOCK_EX):
            _clear(target)
            work = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target)))
            held.enter_context(_locked(work, fcntl.LOCK_EX))
        held.callback(shutil.rmtree, work, ignore_errors=True)
        yield work


def clear_killed(target: Path) -> None:
    """Remove what killed installations of ``target`` left. Raises OSError."""
    with _locked(target.parent, fcntl.LOCK_EX):
        _clear(target)


def _clear(target: Path) -> None:
    for left in target.parent.glob(f"{_prefix(target)}*"):
        with suppress(OSError), _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(left, ignore_errors=True)


def _prefix(target: Path) -> str:
    return f".{target.name}."


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Hold a lock on a folder. Raises OSError, for example where another process holds one."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
