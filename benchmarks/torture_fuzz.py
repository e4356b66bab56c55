"""Torture fuzz: mutated files through every parser, in a process with bounded memory and time.

Each file is taken, or refused in one line; never with a traceback, and never for a large price.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from benchmarks.torture_parsers import PARSERS, Parser
from benchmarks.torture_trials import Trial, in_one_line
from coach.errors import CoachError

_FILES = 25
"""How many files one trial has."""

_MOST_BYTES = 200 << 20
"""How far memory may rise above what it was before the file."""

_ADDRESSES = 1 << 30
"""What the process may map beside: libraries reserve more than they use."""

_HANGS_SECONDS = 40.0
_LONGEST_LINE = 2000


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file; ``fell`` is None where all was as it should be."""

    parser: str
    taken: bool
    fell: str | None


class Reader:
    """A process that reads files."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Any, Any] | None = None

    def read(self, parser: Parser, path: Path) -> Read:
        """Have a file read; a process that died or hangs is replaced for the next one."""
        pipe = self._started()
        pipe.send((PARSERS.index(parser), path))
        fell = f"no answer after {_HANGS_SECONDS:g} s"
        if pipe.poll(_HANGS_SECONDS):
            try:
                read: Read = pipe.recv()
            except EOFError:
                fell = self._died()
            else:
                return read
        self.close()
        return Read(parser.name, taken=False, fell=fell)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None

    def _died(self) -> str:
        if self._process is None:
            return "it never began"
        self._process.join()
        code = self._process.exitcode or 0
        return f"the process died: {signal.Signals(-code).name if code < 0 else code}"

    def _started(self) -> Connection[Any, Any]:
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe


def _serve(pipe: Connection[Any, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bounded = False
    while True:
        try:
            number, path = pipe.recv()
        except EOFError:
            return
        if not bounded:
            _warm_up(path.parent)
            limit = _in_use("VmSize") + _ADDRESSES
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            bounded = True
        pipe.send(_read(PARSERS[number], path))


def _warm_up(folder: Path) -> None:
    """Read a good file of every kind, so that what is loaded once is not held against a bad one."""
    for number, parser in enumerate(PARSERS):
        place = folder / f"warm{number}"
        place.mkdir(exist_ok=True)
        os.environ["XDG_DATA_HOME"] = str(place)
        with _unheard(), contextlib.suppress(Exception):
            parser.read(parser.write(place, Random(0)))  # noqa: S311 - no secret
        shutil.rmtree(place, ignore_errors=True)


def _read(parser: Parser, path: Path) -> Read:
    os.environ["XDG_DATA_HOME"] = str(path.parent / "data")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before, began = _in_use("VmRSS"), process_time()
    taken, fell = True, None
    with _unheard() as said:
        try:
            parser.read(path)
        except CoachError as error:
            taken, fell = False, _line_problem(str(error))
        except BaseException as error:
            taken, fell = False, f"raised {in_one_line(error)}"
    took, peak = process_time() - began, _in_use("VmHWM") - before
    if fell is None and "Traceback" in said.getvalue():
        fell = "printed a traceback"
    if fell is None and took > parser.seconds:
        fell = f"took {took:.1f} s"
    if fell is None and peak > _MOST_BYTES:
        fell = f"took {peak / 1e6:.0f} MB"
    return Read(parser.name, taken, fell)


def _line_problem(line: str) -> str | None:
    if "\n" in line or not line.strip():
        return f"is refused in {line.count(chr(10)) + 1} lines: {line!r:.200}"
    if len(line) > _LONGEST_LINE:
        return f"is refused in {len(line)} characters: {line!r:.200}"
    return None


@contextlib.contextmanager
def _unheard() -> Iterator[io.StringIO]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        yield said


def _in_use(field: str) -> int:
    """A field of this process's status, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields[field].split()[0]) * 1024


_READER = Reader()


def fuzz(trial: Trial) -> None:
    """A few files through parsers that are drawn."""
    chance = trial.chance
    for number in range(_FILES):
        (parser,) = chance.choices(PARSERS, [each.weight for each in PARSERS])
        folder = trial.folder / str(number)
        folder.mkdir()
        path = parser.write(folder, chance)
        read = _READER.read(parser, path)
        trial.tried[f"{parser.name}, {'taken' if read.taken else 'refused'}"] += 1
        if read.fell is not None:
            trial.fell.append(f"{parser.name}, file {number}: {read.fell}")
        else:
            shutil.rmtree(folder)


def end_fuzz() -> None:
    """End the process that reads."""
    _READER.close()
