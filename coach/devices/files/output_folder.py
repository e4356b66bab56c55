"""Output folder: where a command writes several files; it is made when it is not there."""

from __future__ import annotations

from pathlib import Path

from coach.errors import OutputError


def make_folder(path: Path, mode: int = 0o777) -> None:
    """With those above it; one that is there stays as it is. Raises OutputError."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{path}: is a file: name a folder") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror}") from None
