"""Sound source: opens a recording - a file, a pipe or standard input - to be read at any place.

Where libsndfile cannot decode it but another program can, the error says how to convert it.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coach.errors import AudioFileError

STANDARD_INPUT = Path("-")

_MOST_PIPED = 512 << 20
"""The most bytes that are read from a pipe."""

_CHUNK = 1 << 20
_STDERR = 2

_FOREIGN = (
    (4, b"ftyp", "MP4 (m4a, 3gp, mov)"),
    (4, b"moov", "MOV"),
    (4, b"mdat", "MOV"),
    (0, bytes.fromhex("1a45dfa3"), "WebM or Matroska"),
    (0, b"#!AMR", "AMR"),
    (0, bytes.fromhex("3026b2758e66cf11"), "WMA"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"\xff\xf9", "AAC"),
    (0, b"ADIF", "AAC"),
    (0, b"FLV\x01", "Flash video"),
    (0, b"wvpk", "WavPack"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"TTA1", "True Audio"),
)
"""Formats that are not decoded here: where a file has which bytes, and the name of the format."""


@contextmanager
def open_source(path: Path) -> Iterator[BinaryIO]:
    """The recording at ``path`` as a file that can be read at any place; ``-`` is standard input.

    Raises AudioFileError, in one line, for what is no recording or has to be converted first.
    """
    try:
        with _seekable(path) as file:
            if file.seek(0, os.SEEK_END) == 0:
                raise AudioFileError(f"{path}: the file is empty")
            _refuse_foreign(path, file)
            yield file
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read: {error.strerror}") from None


@contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    with _opened(path) as file:
        kind = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(kind):
            yield file
        elif stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
            with tempfile.TemporaryFile() as whole:
                _take_in(path, file, whole)
                yield whole
        else:
            cure = "name a recording, or send one through a pipe"
            raise AudioFileError(f"{path}: is a device or a terminal: {cure}")


def _opened(path: Path) -> BinaryIO:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise AudioFileError(f"{path}: standard input is closed: name a recording")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    if path.is_dir():
        raise AudioFileError(f"{path}: is a directory: name a recording")
    if not path.exists():
        raise AudioFileError(f"{path}: there is no such recording")
    return path.open("rb")


def _take_in(path: Path, pipe: BinaryIO, whole: BinaryIO) -> None:
    while content := pipe.read(_CHUNK):
        whole.write(content)
        if whole.tell() > _MOST_PIPED:
            problem = f"more than {_MOST_PIPED >> 20} MB came: put the recording into a file"
            raise AudioFileError(f"{path}: {problem}")


def _refuse_foreign(path: Path, file: BinaryIO) -> None:
    file.seek(0)
    head = file.read(16)
    for at, magic, name in _FOREIGN:
        if head[at : at + len(magic)] == magic:
            raise AudioFileError(f"{path}: {name} cannot be read: {conversion(path)}")


def conversion(path: Path) -> str:
    """What a person types to convert the recording at ``path`` into one that can be read."""
    known = "recording" if path == STANDARD_INPUT else os.fspath(path)
    name = f"./{known}" if known.startswith("-") else known
    target = f"{os.path.splitext(name)[0]}_16k.wav"  # noqa: PTH122 - pathlib drops the ./
    source, wav = shlex.quote(name), shlex.quote(target)
    return f"convert it first: ffmpeg -i {source} -ac 1 -ar 16000 {wav}"


@contextmanager
def muted() -> Iterator[None]:
    """Drop what libraries in C print on standard error: libmpg123 describes what is wrong with an
    MP3 in many lines, and libsndfile then says it once."""
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - no path
        try:
            before = os.dup(_STDERR)
        except OSError:  # standard error is closed: nothing can be printed
            yield
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(nothing.fileno(), _STDERR)
        try:
            yield
        finally:
            os.dup2(before, _STDERR)
            os.close(before)
