"""Private file: files that only their owner may read, from the moment at which they exist.

A file is made with its mode, so that there is no moment at which somebody else may open it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from coach.errors import OutputError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_private(path: Path | str, access: int) -> int:
    """A descriptor of the file, which is made if need be. Raises OSError.

    ``access`` is os.O_WRONLY or the like. The permissions of others on an existing file are taken
    away, because its content is about to be replaced by something private. A device, a pipe, a file
    of another person, or one on a disk without permissions stays as it is.
    """
    descriptor = os.open(path, access | os.O_CREAT | os.O_CLOEXEC, 0o600)
    found = os.fstat(descriptor).st_mode
    if stat.S_ISREG(found) and found & _OTHERS:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(found) & ~_OTHERS)
    return descriptor


def replace_private(path: Path, content: bytes) -> None:
    """Replace a file's content, so that a reader finds either the old or the new one.

    Raises OSError.
    """
    replace_by_pieces(path, [content])


def replace_by_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """As ``replace_private``, with content that is made while it is written.

    What making it raises leaves the old file as it is.
    """
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        beside = Path(file.name)
        try:
            file.writelines(pieces)
            file.flush()
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder and its parents, unless it exists. Raises OutputError."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{path}: is a file: name a folder") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror}") from None
