"""Bounded file: reads a person's file, but only up to a size, so that none takes all the memory.

A byte order mark before a text is left out: some editors put one there.
"""

from __future__ import annotations

from pathlib import Path

from coach.errors import DataError
from coach.plain_tree import refuse_wide


def read_bounded(path: Path, most: int) -> bytes:
    """The bytes of the file at ``path``. Raises DataError when there are more than ``most``, and
    OSError when it cannot be read."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        problem = f"the file is larger than {most >> 10} kB: is it the one you mean?"
        raise DataError(str(path), "", problem)
    return content


def read_text(path: Path, most: int) -> str:
    """The text of the file at ``path``, UTF-8. Raises DataError when it cannot be read, or has more
    than ``most`` bytes."""
    try:
        content = read_bounded(path, most)
        refuse_wide(content, str(path))
        text = content.decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise DataError(str(path), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(str(path), f"byte {error.start}", "not UTF-8 text") from None
