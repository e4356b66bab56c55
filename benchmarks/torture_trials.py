"""Torture trials: what a kind of torture is, and how many of its trials are made in its time."""

from __future__ import annotations

import random
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from coach.errors import CoachError


class SkippedError(CoachError):
    """What a kind of torture needs is not there; the message says what."""


@dataclass(slots=True)
class Trial:
    """One trial: everything is drawn from ``chance``, and what it leaves lies in ``folder``."""

    seed: int
    folder: Path
    tried: Counter[str] = field(default_factory=Counter)
    """What was done how often, for the report."""
    fell: list[str] = field(default_factory=list)
    """A line for everything that is not as it should be."""

    @property
    def chance(self) -> random.Random:
        """A new generator, the same at every call."""
        return random.Random(self.seed)  # noqa: S311 - no secret

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note ``otherwise`` as fallen unless it ``holds``."""
        if not holds:
            self.fell.append(otherwise)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of torture. ``share`` is its part of the time; ``make`` makes one trial of it."""

    name: str
    share: float
    make: Callable[[Trial], None]


@dataclass(slots=True)
class Made:
    """The outcomes of the trials of one kind."""

    kind: str
    trials: int = 0
    seconds: float = 0.0
    tried: Counter[str] = field(default_factory=Counter)
    fell: list[tuple[int, str]] = field(default_factory=list)
    """The seed of a trial, and a line of what fell in it."""
    skipped: str | None = None


def trial_seed(seed: int, kind: str, number: int) -> int:
    """The seed of a kind's trial of that number."""
    return random.Random(f"{seed} {kind} {number}").getrandbits(32)  # noqa: S311 - no secret


def make_trials(kind: Kind, seeds: Callable[[int], int | None], seconds: float) -> Made:
    """Make trials until the time is over, one at the least; ``seeds`` returns None for no more."""
    made = Made(kind.name)
    began = monotonic()
    while made.trials == 0 or monotonic() - began < seconds:
        seed = seeds(made.trials)
        if seed is None:
            break
        try:
            trial = make_trial(kind, seed)
        except SkippedError as error:
            made.skipped = str(error)
            break
        made.trials += 1
        made.tried += trial.tried
        made.fell += [(seed, line) for line in trial.fell]
    made.seconds = monotonic() - began
    return made


def make_trial(kind: Kind, seed: int) -> Trial:
    """One trial, in a folder that is gone afterwards. Whatever it raises has fallen; raises
    SkippedError."""
    folder = Path(tempfile.mkdtemp(prefix="flatback-torture-"))
    trial = Trial(seed, folder)
    try:
        kind.make(trial)
    except SkippedError:
        raise
    except Exception as error:
        trial.fell.append(f"raised {in_one_line(error)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return trial


def in_one_line(error: BaseException) -> str:
    """An exception, and where it was raised."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]
    return (
        f"{type(error).__name__}: {' '.join(str(error).split())} ({' < '.join(reversed(places))})"
    )
