"""Torture kills: a coach that is killed at any moment, and started again, until it may end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

from benchmarks.torture_audit import (
    Left,
    Rep,
    audit_journal,
    audit_memory,
    audit_recording,
    compare_reps,
    may_go_on,
)
from benchmarks.torture_death import CALLS
from benchmarks.torture_trials import Trial
from coach.devices.speech import model_store

_LENGTH_SECONDS = 130.0
"""About the length of an uninterrupted session."""
_FRAME_BYTES = 4
_TOLD, WHOLE = "benchmarks.torture_session", "benchmarks.torture_card"
_LASTS_SECONDS = {_TOLD: 12.0, WHOLE: 25.0}
"""About how long a session takes that nobody kills."""
_AT_A_CALL = 0.5
"""How often it dies at a call of its own, instead of at a moment."""

_HANGS_SECONDS = 600.0


@dataclass(slots=True)
class Home:
    """Where a person's coach keeps what it keeps."""

    folder: Path
    profile: str = "default"
    program: str = _TOLD
    reps: list[Rep] = field(default_factory=list)
    """What the memory had at the last audit."""
    audited: set[Path] = field(default_factory=set)

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    @property
    def memory(self) -> Path:
        return self.folder / "data" / "flatback" / "memory.db"

    def environment(self) -> Mapping[str, str]:
        """That of a coach which lives here; model and rendered voice are the machine's."""
        own = {"XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
        places = {name: str(self.folder / place) for name, place in own.items()}
        return {**os.environ, **places, "COACH_MODEL": str(model_store.default_folder())}

    def start(self, seed: int, death: str = "") -> subprocess.Popen[str]:
        """Start a coach here; ``death`` is for ``die_later``."""
        return subprocess.Popen(
            [sys.executable, "-m", self.program, str(self.kept), str(seed), self.profile, death],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def recordings(self) -> list[Path]:
        """The recordings here, the newest last."""
        return sorted(self.kept.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns)


def kill(trial: Trial) -> None:
    """A few kills of one person's coach; afterwards it is led to its end."""
    chance = trial.chance
    _kill(trial, Home(trial.folder), chance, chance.choice([1, 2, 3]))


def kill_command(trial: Trial) -> None:
    """One kill of ``coach run`` itself, with the real recogniser; its recording is replayed, too.

    It takes a minute or more.
    """
    home, chance = Home(trial.folder, program=WHOLE), trial.chance
    _kill(trial, home, chance, 1)
    _replay(home, trial, chance)


def _kill(trial: Trial, home: Home, chance: Random, times: int) -> None:
    for _ in range(times):
        goes_on = may_go_on(home.memory)
        trial.tried[_kill_once(home, chance)] += 1
        _audit_all(home, trial, goes_on=goes_on, killed=True)
    goes_on = may_go_on(home.memory)
    with home.start(trial.seed) as coach:
        _, err = coach.communicate(timeout=_HANGS_SECONDS)
    trial.expect(
        coach.returncode == 0, f"the last start ends with {coach.returncode}: {err.strip()}"
    )
    _audit_all(home, trial, goes_on=goes_on, killed=False)
    trial.tried["led to the end"] += 1


def _kill_once(home: Home, chance: Random) -> str:
    """Start a coach, and kill it where that is drawn; what it was doing."""
    if chance.random() < _AT_A_CALL:
        return _die_once(home, chance)
    early = chance.random() < 0.15
    moment = chance.uniform(0.0, 3.0) if early else chance.uniform(0.0, _LENGTH_SECONDS)
    bytes_wanted = round(16_000 * moment) * _FRAME_BYTES
    before = set(home.recordings())
    with home.start(chance.getrandbits(16)) as coach:
        began = monotonic()
        while coach.poll() is None:
            new = [path for path in home.recordings() if path not in before]
            there = new[-1].stat().st_size if new else 0
            over = monotonic() - began >= moment if early else there > bytes_wanted
            if over:
                sleep(chance.uniform(0.0, 0.01))
                break
            if monotonic() - began > _HANGS_SECONDS:
                break
            sleep(0.001)
        ended = coach.poll() is not None
        coach.send_signal(signal.SIGKILL)
        _, err = coach.communicate()
    if ended and coach.returncode != 0:
        raise RuntimeError(f"it ended with {coach.returncode}: {err.strip()[-400:]}")
    return "ended before its kill" if ended else "killed at its start" if early else "killed"


def _die_once(home: Home, chance: Random) -> str:
    """Start a coach that dies at a call of its own; which one that was."""
    call, seconds = chance.choice(list(CALLS)), chance.uniform(0.0, _LASTS_SECONDS[home.program])
    with home.start(chance.getrandbits(16), f"{seconds}:{call}") as coach:
        _, err = coach.communicate(timeout=_HANGS_SECONDS)
    if coach.returncode == -signal.SIGSYS:
        return f"killed at {call}"
    if coach.returncode == -signal.SIGKILL:
        return "killed"
    if coach.returncode != 0:
        raise RuntimeError(f"it ended with {coach.returncode}: {err.strip()[-400:]}")
    return "ended before its kill"


def _audit_all(home: Home, trial: Trial, *, goes_on: bool, killed: bool) -> None:
    """Look through all that was left; ``goes_on`` is whether a session had to be taken up."""
    tell = trial.fell.append
    new = [path for path in home.recordings() if path not in home.audited]
    trial.expect(len(new) <= 1, f"one coach made {len(new)} recordings")
    left = Left((), ())
    for path in new:
        left = audit_journal(path.with_suffix(".jsonl"), tell)
        audit_recording(path, left, tell)
        home.audited.add(path)
    reps = audit_memory(home.memory, tell)
    compare_reps(home.reps, left, reps, tell, late=home.program == WHOLE)
    home.reps = reps
    if left.is_past_planning:
        trial.expect(
            left.resumed == goes_on, f"taken up: {left.resumed}, to be taken up: {goes_on}"
        )
    if not killed:
        outcome = None if left.ended is None else left.ended["outcome"]
        trial.expect(outcome == "finished", f"the last session is {outcome}")


def _replay(home: Home, trial: Trial, chance: Random) -> None:
    """A recording replays to the journal that was written, as far as it goes."""
    recording = chance.choice(home.recordings())
    journal = recording.with_suffix(".jsonl").read_text(encoding="utf-8")
    if recording.stat().st_size <= 44:
        return
    again = home.folder / "again.jsonl"
    ran = subprocess.run(
        [sys.executable, "-m", "coach", "replay", recording, "--journal", again, "--quiet"],
        env=home.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    trial.expect(ran.returncode == 0, f"the replay ends with {ran.returncode}: {ran.stderr}")
    trial.tried["replayed"] += 1
    if ran.returncode == 0:
        lines, replayed = journal.splitlines(), again.read_text(encoding="utf-8").splitlines()
        # What happened in the block at which it was killed is in the journal alone.
        apart = [at for at, line in enumerate(lines) if replayed[at : at + 1] != [line]]
        trial.expect(
            not apart or apart[0] >= len(lines) - 12,
            f"the replay goes another way from line {apart[0] + 1 if apart else 0} of {len(lines)}",
        )
