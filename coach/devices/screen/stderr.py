"""Stderr: holds back standard error while the screen should not be disturbed.

The file descriptor itself is redirected, because libraries in C write to it as well.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def kept_stderr() -> Iterator[None]:
    """Hold back standard error, if it is a terminal, until the block is left."""
    if not os.isatty(_STDERR):
        yield
        return
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept, _also_of(_STDERR) as terminal:
        os.dup2(kept.fileno(), _STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(terminal, _STDERR)
            kept.seek(0)
            with contextlib.suppress(OSError), os.fdopen(os.dup(terminal), "wb") as out:
                shutil.copyfileobj(kept, out)


@contextmanager
def _also_of(descriptor: int) -> Iterator[int]:
    also = os.dup(descriptor)
    try:
        yield also
    finally:
        os.close(also)
