"""Private file: files and folders for their owner alone, from the moment at which they exist.

A file is created with its final mode, so that there is no moment at which somebody else may open
it. The mode is set again afterwards, because a umask may have taken too much away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from coach.errors import OutputError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_private(path: Path | str, access: int) -> int:
    """A descriptor of the file, which is made if need be. Raises OSError.

    ``access`` is os.O_WRONLY or the like. The permissions of others on an existing file are taken
    away, because its content is about to be replaced by something private. A device, a pipe, a file
    of another person, or one on a disk without permissions stays as it is.
    """
    flags = access | os.O_CREAT | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_EXCL, 0o600)
    except FileExistsError:
        descriptor = os.open(path, flags, 0o600)
    else:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, 0o600)
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

    If making it raises an error, the old file stays as it is.
    """
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        beside = Path(file.name)
        try:
            with contextlib.suppress(OSError):
                os.fchmod(file.fileno(), 0o600)
            file.writelines(pieces)
            file.flush()
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def write_by_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """As ``replace_by_pieces``, for a file that a person named. Raises OutputError."""
    with telling_whoever_named(path):
        replace_by_pieces(path, pieces)


@contextlib.contextmanager
def telling_whoever_named(path: Path) -> Iterator[None]:
    """Make any OSError an OutputError, which says that ``path`` cannot be written."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None


def write_private_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Make a folder with files in it, by name, which is there with all of them or not at all.

    An empty folder is replaced, and nothing else. If making the files raises an error, nothing is
    left. Raises OSError.
    """
    beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        for name, content in files:
            with os.fdopen(open_private(beside / name, os.O_WRONLY | os.O_TRUNC), "wb") as file:
                file.write(content)
        beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, each for its owner alone.

    A folder that exists stays as it is. Raises OSError.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for folder in reversed(missing):
        folder.mkdir(0o700, exist_ok=True)
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
    if not path.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def make_folder(path: Path) -> None:
    """As ``make_private_folder``, for a folder that a person named. Raises OutputError."""
    try:
        make_private_folder(path)
    except FileExistsError:
        raise OutputError(f"{path}: is a file: name a folder") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror}") from None
