"""Shared programme: a routine, exercise or hold in one file with all that it names of one's own.

::

    kind = "programme"
    version = 1
    trains = "knee_routine"       # the one of the pieces that is trained

    [pieces.knee_routine]
    kind = "routine"
    exercise = "frog_lift"

    [pieces.frog_lift]
    kind = "exercise"
    …

A piece is what a file of its own would hold, and its name that of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import Field

from coach.app.language_files import LanguagePack, read_text
from coach.datafile import Strict, checked, read_toml
from coach.errors import DataError
from coach.training.exercise import Name
from coach.training.programme import Piece, parse_piece

KIND = "programme"
_MOST_PIECES = 20
_LONGEST_NAME = 40

PieceName = Annotated[Name, Field(max_length=_LONGEST_NAME)]


class SharedProgramme(Strict):
    """Pieces by their names, and which of them is trained. They are checked when they are read."""

    kind: Literal["programme"]
    version: Literal[1] = 1
    trains: PieceName
    """The piece that a session is led with."""
    pieces: Annotated[dict[PieceName, dict[str, Any]], Field(min_length=1, max_length=_MOST_PIECES)]
    """Each as the tree of its file."""

    def text(self) -> str:
        """The whole as a file, which is the same for the same content."""
        head = {"kind": self.kind, "version": self.version, "trains": self.trains}
        return tomli_w.dumps(head | {"pieces": self.pieces})

    def piece(self, name: str, path: str, pack: LanguagePack) -> Piece:
        """One of the pieces, of the file at ``path``. Raises DataError."""
        return parse_piece(tomli_w.dumps(self.pieces[name]), f"{path}: {name}", pack.language.cues)


def read_shared(path: Path) -> SharedProgramme | None:
    """The programme in a file; None for a file of another kind. Raises DataError."""
    return parse_shared(read_text(path), str(path))


def parse_shared(text: str, path: str) -> SharedProgramme | None:
    """As ``read_shared``, of a text."""
    tree: Mapping[str, Any] = read_toml(text, path)
    if tree.get("kind") != KIND:
        return None
    shared = checked(tree, SharedProgramme, lambda _key: path)
    if shared.trains not in shared.pieces:
        raise DataError(path, "trains", f"there is no piece {shared.trains!r}")
    return shared
