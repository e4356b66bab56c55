"""Pseudoterminal: a terminal for a test, and what a person would read on it."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tests.private_pulse import wait_until

ENTERED, LEFT = "\x1b[?1049h", "\x1b[?1049l"
"""The alternate screen."""


class Terminal:
    """The other end of a pseudoterminal; ``text`` is what came out of it while it was read."""

    def __init__(self, descriptor: int, stream: TextIO) -> None:
        self.descriptor = descriptor
        self.stream = stream
        self.text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._closed = False

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def close(self) -> None:
        """As somebody does who closes the window."""
        if not self._closed:
            self._closed = True
            os.close(self.descriptor)

    def read(self) -> str:
        """What has come since."""
        while select.select([self.descriptor], [], [], 0)[0]:
            try:
                self.text += self._decoder.decode(os.read(self.descriptor, 65536))
            except OSError:
                break
        return self.text

    def shows(self, text: str) -> None:
        wait_until(lambda: text in self.read(), text)


@contextmanager
def terminal(columns: int = 80, lines: int = 24) -> Iterator[Terminal]:
    outer, inner = pty.openpty()
    with os.fdopen(inner, "w", encoding="utf-8") as stream:
        made = Terminal(outer, stream)
        made.resize(columns, lines)
        try:
            yield made
        finally:
            made.close()
