"""Torture disks: full, read-only, broken and locked ones under a coach that leads a session.

The disks are mounted for the purpose, which only root may do.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep

from benchmarks.torture_audit import Rep, audit_journal, audit_memory, audit_recording
from benchmarks.torture_kills import Home
from benchmarks.torture_trials import SkippedError, Trial
from coach.devices.memory import sqlite_file

_HANGS_SECONDS = 600.0
_SHUT_DOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of linux/fs/ext4/ext4.h: from then on everything is an input/output error."""

_TOLD_OF = ("lost", "written", "used", "journal ends early")
"""Words of the warnings that something is not kept."""

Meanwhile = Callable[[], None]


def disk(trial: Trial) -> None:
    """One disk of which something is wrong, and a session on it."""
    if os.geteuid() != 0:
        raise SkippedError("disks are mounted, which only root may do")
    chance, home = trial.chance, Home(trial.folder)
    wrong = chance.choice([_full, _read_only, _broken, _locked])
    trial.tried[wrong.__name__.strip("_").replace("_", " ")] += 1
    with ExitStack() as stack:
        place = home.folder / chance.choice(["data", "kept"])
        if wrong is _locked:
            place = home.folder / "data"
        place.mkdir()
        try:
            meanwhile, whole = wrong(place, home, chance, stack)
        except subprocess.CalledProcessError as error:
            raise SkippedError(f"nothing can be mounted here: {error}") from None
        _lead(home, trial, meanwhile, whole=whole)


def _lead(home: Home, trial: Trial, meanwhile: Meanwhile, *, whole: bool) -> None:
    """A session; ``whole`` is whether all of it has to be in the memory afterwards."""
    with home.start(trial.seed) as coach:
        meanwhile()
        try:
            out, err = coach.communicate(timeout=_HANGS_SECONDS)
        except subprocess.TimeoutExpired:
            coach.kill()
            trial.fell.append("the coach hangs")
            return
    told = err.splitlines()
    trial.expect("Traceback" not in err, f"a traceback: {' '.join(told[-4:])}")
    trial.expect(coach.returncode in (0, 2), f"the coach ends with {coach.returncode}: {told[-1:]}")
    trial.expect(all(line.startswith("coach: ") for line in told), f"not the house's lines: {told}")
    trial.expect(
        coach.returncode == 0 or bool(told), f"the coach ends with {coach.returncode} in silence"
    )
    trial.expect(coach.returncode != 0 or out.strip() == "finished", f"it is {out.strip()!r}")
    try:
        _audit(home, trial, told, whole=whole)
    except OSError:
        trial.tried["broken for whoever looks, too"] += 1


def _audit(home: Home, trial: Trial, told: Sequence[str], *, whole: bool) -> None:
    recordings = home.recordings()
    reps: list[Rep] = []
    for path in recordings:
        left = audit_journal(path.with_suffix(".jsonl"), trial.fell.append)
        if not any("recording ends early" in line for line in told):
            audit_recording(path, left, trial.fell.append)
        reps += left.reps
    try:
        known = audit_memory(home.memory, trial.fell.append)
    except sqlite3.OperationalError:
        trial.tried["memory of which nothing can be read"] += 1
        return
    lost = any(word in line for line in told for word in _TOLD_OF)
    trial.expect(known == reps or lost, f"the memory has {known}, told was {reps}, and {told}")
    if whole:
        trial.expect(known == reps, f"the memory has {known} in the end, told was {reps}")


def _full(place: Path, _home: Home, chance: Random, stack: ExitStack) -> tuple[Meanwhile, bool]:
    """A disk with little room."""
    kilobytes = chance.choice([16, 64, 100, 150, 300, 1000, 4000])
    stack.enter_context(_mounted(place, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs"))
    return _nothing, False


def _read_only(place: Path, home: Home, chance: Random, stack: ExitStack) -> tuple[Meanwhile, bool]:
    """A disk that nobody may write on, from the beginning or from some moment on."""
    stack.enter_context(_mounted(place, "-t", "tmpfs", "tmpfs"))
    seconds_ = chance.uniform(0.0, 4.0)

    def turn() -> None:
        sleep(seconds_)
        _run("mount", "-o", "remount,ro", str(place), check=False)  # it is busy where it is written

    if chance.random() < 0.5:
        if chance.random() < 0.5:
            with home.start(1) as before:
                before.communicate()
        _run("mount", "-o", "remount,ro", str(place))
        return _nothing, False
    return turn, False


def _broken(place: Path, _home: Home, chance: Random, stack: ExitStack) -> tuple[Meanwhile, bool]:
    """A disk that fails in the middle of a session."""
    image = place.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(48 << 20)
    _run("mkfs.ext4", "-q", "-E", "nodiscard", str(image))
    stack.enter_context(_mounted(place, "-o", "loop", str(image)))
    seconds_ = chance.uniform(0.5, 5.0)

    def fail() -> None:
        sleep(seconds_)
        folder = os.open(place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUT_DOWN, (2).to_bytes(4, "little"))
        finally:
            os.close(folder)

    return fail, False


def _locked(_place: Path, home: Home, chance: Random, stack: ExitStack) -> tuple[Meanwhile, bool]:
    """A memory that another program holds, for some time or to the end."""
    with sqlite_file.opened(home.memory):
        pass  # it is made
    connection = stack.enter_context(closing(sqlite3.connect(home.memory, isolation_level=None)))
    connection.execute("BEGIN IMMEDIATE")
    released = chance.random() < 0.7
    seconds_ = chance.uniform(0.0, 3.0)

    def release() -> None:
        sleep(seconds_)
        if released:
            connection.execute("COMMIT")

    return release, False


def _nothing() -> None:
    """Nothing happens meanwhile."""


@contextmanager
def _mounted(place: Path, *arguments: str) -> Iterator[None]:
    _run("mount", *arguments, str(place))
    try:
        yield
    finally:
        until = monotonic() + 10.0
        while _run("umount", str(place), check=False) and monotonic() < until:
            sleep(0.1)


def _run(*command: str, check: bool = True) -> int:
    return subprocess.run(command, check=check, capture_output=True).returncode
