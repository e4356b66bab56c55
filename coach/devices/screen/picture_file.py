"""Picture file: a session as a PNG, drawn when it is over. Only its owner may read it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType

from coach.devices.files.private_file import replace_private
from coach.devices.screen.session_picture import check_installed, draw_session
from coach.display.session_trace import Trace
from coach.errors import OutputError


class PictureFile:
    """What is at ``path`` is replaced when the block is left, whole; not by a session of no sound.

    ``trace`` is to be told of the session. Raises OutputError when the file cannot be made, or
    nothing can be drawn; when it cannot be written in the end, ``failure`` says why.
    """

    def __init__(self, path: Path) -> None:
        self.trace = Trace()
        self.failure: OutputError | None = None
        self._path = path
        check_installed()
        if path.is_dir():
            raise OutputError(f"{path}: cannot be written: it is a folder")
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

    def __enter__(self) -> PictureFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.trace.length == 0:
            return
        try:
            replace_private(self._path, draw_session(self.trace))
        except OSError as problem:
            self.failure = OutputError(f"{self._path}: cannot be written: {problem.strerror}")
