"""Budget soak: hours of waiting, and many sessions, in one process, and what they leave behind.

``python -m benchmarks.budget_soak WHAT HOW_MUCH`` prints what grew as JSON: ``waiting`` takes
hours, ``sessions`` how many.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.budget_sessions import MINUTE, outputs_in, quiet_room, run_own_session, usual_coach
from coach.app.assembly import Coach
from coach.app.language_files import data_folder
from coach.devices.recordings.audio_file import read_audio
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.doctor.announce import Announcer
from coach.engine import Engine, Observer
from coach.messages.events import Event
from coach.messages.facts import SessionEnded
from coach.ports import DuplexHandler
from coach.simulation.rehearsal import User, parse_rehearsal
from coach.training.plan import Plan
from coach.units import Block, Samples, samples

SETTLED: Samples = 10 * MINUTE
"""Until then memory may grow: modules are loaded, and the allocator reaches its working size."""

_BLOCK: Samples = samples(0.02)
_TELEVISION_EVERY = 30
_SHORT = """
clips: en/flite_slt
seed: 7
limit_s: 120
user:
  - {when: {state: waiting}, after_s: 1.0, says: ready}
  - {when: {state: planning}, after_s: 1.0, says: stop}
"""


@dataclass(slots=True)
class Residue:
    """By how much a process grew after it had settled, and what it still holds at its end."""

    minutes: float = 0.0
    sessions: int = 0
    settled_mb: float = 0.0
    grown_mb: float = 0.0
    files: int = 0
    threads: int = 0
    timers: int = 0
    engines: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


class Account:
    """Keeps count while microphone time goes by."""

    def __init__(self) -> None:
        self.residue = Residue()
        self._now: Samples = 0
        self._files, self._threads = _open_files(), threading.active_count()
        self._settled = 0

    def advance(self, count: Samples) -> None:
        """So many samples went by."""
        before, self._now = self._now, self._now + count
        if before < SETTLED <= self._now:
            self._settled = resident_bytes()
        if self._settled and before // MINUTE != self._now // MINUTE:
            grown = (resident_bytes() - self._settled) / 1e6
            self.residue.grown_mb = max(self.residue.grown_mb, grown)

    def close(self, engines: Iterable[weakref.ref[Engine]]) -> Residue:
        """What is left now that all of it should be over."""
        gc.collect()
        residue = self.residue
        residue.minutes = round(self._now / MINUTE, 1)
        residue.settled_mb = round(self._settled / 1e6, 1)
        residue.grown_mb = round(residue.grown_mb, 2)
        residue.files = _open_files() - self._files
        residue.threads = threading.active_count() - self._threads
        residue.engines = sum(engine() is not None for engine in engines)
        return residue


class _Watched(Coach):
    """A coach that remembers its engines without keeping them."""

    __slots__ = ("engines",)
    engines: list[weakref.ref[Engine]]

    def engine(
        self, plan: Plan, observers: Iterable[Observer], warn: Callable[[str], None]
    ) -> Engine:
        made = super().engine(plan, observers, warn)
        self.engines.append(weakref.ref(made))
        return made


def _watched(coach: Coach) -> _Watched:
    watched = _Watched(coach.lesson, coach.ears)
    object.__setattr__(watched, "engines", [])
    return watched


class _House:
    """A Duplex in a room where nobody trains: a faint noise, and a television now and then."""

    def __init__(self, minutes: float, account: Account) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._length = round(minutes * MINUTE)
        self._account = account

    def run(self, handler: DuplexHandler) -> None:
        quiet = quiet_room(MINUTE, 3)
        clips = sorted(data_folder("audio_fixtures").glob("en/*/oov_*.flac"))
        spoken = np.concatenate([read_audio(clip) for clip in clips])[: MINUTE // 3]
        loud = quiet.copy()
        loud[: len(spoken)] += spoken // 4
        for at in range(0, self._length, _BLOCK):
            television = at // MINUTE % _TELEVISION_EVERY == _TELEVISION_EVERY // 2
            start = at % MINUTE
            if handler.process((loud if television else quiet)[start : start + _BLOCK]) is None:
                return
            self._account.advance(_BLOCK)


class _Outcomes:
    def __init__(self, residue: Residue) -> None:
        self._residue = residue

    def __call__(self, event: Event) -> None:
        if isinstance(event, SessionEnded):
            outcomes = self._residue.outcomes
            outcomes[event.outcome] = outcomes.get(event.outcome, 0) + 1


def soak_waiting(coach: Coach, hours: float) -> Residue:
    """A session that nobody answers, for so long."""
    account = Account()
    watched = _watched(coach)
    with outputs_in() as outputs:
        house = _House(60.0 * hours, account)
        run_own_session(watched, house, outputs, _Outcomes(account.residue))
    account.residue.sessions = 1
    return account.close(watched.engines)


def soak_sessions(coach: Coach, count: int) -> Residue:
    """So many short sessions, one after the other, all of one person."""
    account = Account()
    watched = _watched(coach)
    source = data_folder("audio_fixtures") / "short.yaml"
    rehearsal = parse_rehearsal(_SHORT, str(source))
    clips = load_clips(rehearsal, source)
    reference = next(iter(coach.lesson.cues.values()))
    with outputs_in() as outputs:
        for _ in range(count):
            user = User(rehearsal)
            room = RoomDuplex(rehearsal, user, clips, None, reference)
            counted = _Counted(room, account, watched)
            run_own_session(watched, counted, outputs, user, _Outcomes(account.residue))
            Path(str(outputs.journal)).unlink()
    account.residue.sessions = count
    return account.close(watched.engines)


class _Counted:
    """A Duplex that keeps account of another one's time, and of the timers at its end."""

    def __init__(self, duplex: RoomDuplex, account: Account, watched: _Watched) -> None:
        self.delay, self.name = duplex.delay, duplex.name
        self._duplex, self._account, self._watched = duplex, account, watched

    def run(self, handler: DuplexHandler) -> None:
        def counted(block: Block) -> Block | None:
            self._account.advance(len(block))
            return handler.process(block)

        self._duplex.run(Announcer(counted))
        engine = self._watched.engines[-1]()
        if engine is not None and engine.until_timer is not None:
            self._account.residue.timers += 1


def resident_bytes() -> int:
    """What the process has in memory now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> None:
    """Print what is left on standard output."""
    what, how_much = sys.argv[1:]
    coach = usual_coach()
    if what == "waiting":
        residue = soak_waiting(coach, float(how_much))
    else:
        residue = soak_sessions(coach, int(how_much))
    print(json.dumps(asdict(residue)))


if __name__ == "__main__":
    main()
