"""Workers: streams through a system, in processes that hold nothing else.

Streams lie in files meanwhile, so that the same sound goes to every system and none of it fills
the memory that is measured.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np

from benchmarks.listeners import Listened, Listener, make_listener
from benchmarks.own_memory import peak_bytes
from benchmarks.streams import Place, Stream
from coach.app.ears import wanted_in
from coach.errors import CoachError
from coach.units import Samples

Task = TypeVar("Task")
Made = TypeVar("Made")


class BenchmarkError(CoachError):
    """The measurement cannot be made as asked."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A stream that lies in a file: int16, 16 kHz, no header."""

    place: Place
    path: Path
    length: Samples


@dataclass(frozen=True, slots=True)
class Heeded:
    """What a system made of a stream, and what that took."""

    place: Place
    listened: Listened
    length: Samples
    decode_seconds: float
    peak_bytes: int


def lay(streams: Iterable[Stream], folder: Path) -> list[Laid]:
    """Write every stream into a file of ``folder``."""
    laid = []
    for number, stream in enumerate(streams):
        path = folder / f"{number}.s16"
        stream.sound.tofile(path)
        laid.append(Laid(stream.place, path, len(stream.sound)))
    return laid


def listen_to(
    laid: Sequence[Laid], system: str, model: Path, jobs: int, advance: Callable[[], None]
) -> list[Heeded]:
    """Everything that was laid out, in its order; see ``in_processes``."""
    longest_first = sorted(range(len(laid)), key=lambda index: -laid[index].length)
    tasks = [laid[index] for index in longest_first]
    listened = in_processes(partial(_listen, system, model), tasks, system, jobs, advance)
    made = dict(zip(longest_first, listened, strict=True))
    return [Heeded(each.place, *made[index]) for index, each in enumerate(laid)]


def in_processes(
    work: Callable[[Task], Made],
    tasks: Sequence[Task],
    system: str,
    jobs: int,
    advance: Callable[[], None],
) -> list[Made]:
    """What ``work`` makes of every task, in their order; ``advance`` is called after each.

    Raises BenchmarkError when the system cannot be loaded or a process dies.
    """
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), multiprocessing.get_context("spawn"), _live_and_die_with_the_parent
    ) as pool:
        try:
            futures = [pool.submit(work, task) for task in tasks]
            for future in as_completed(futures):
                future.result()
                advance()
        except BrokenProcessPool:
            raise BenchmarkError(f"{system}: a process died; too little memory?") from None
        except ImportError as error:
            raise BenchmarkError(f"{system}: {error}; scripts/setup --dev installs it") from None
        except KeyboardInterrupt:
            _stop_at_once()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return [future.result() for future in futures]


def _stop_at_once() -> None:
    for process in multiprocessing.active_children():
        process.terminate()


def _live_and_die_with_the_parent() -> None:
    """Leave interrupts to the parent, and end when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_await_the_parents_end, daemon=True).start()


def _await_the_parents_end() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _listener(system: str, model: Path) -> Listener:
    return make_listener(system, model)


def _listen(system: str, model: Path, laid: Laid) -> tuple[Listened, Samples, float, int]:
    listener = _listener(system, model)
    listener.begin(wanted_in(laid.place.state))
    sound = np.fromfile(laid.path, dtype=np.int16)
    began = process_time()
    listened = listener.listen(sound)
    return listened, len(sound), process_time() - began, peak_bytes()
