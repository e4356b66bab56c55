"""Torture crowd: several coaches at once on one memory, of one person or of several."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import sleep

from benchmarks.torture_audit import Rep, audit_journal, audit_memory, audit_recording
from benchmarks.torture_kills import Home
from benchmarks.torture_trials import Trial

_HANGS_SECONDS = 600.0
_ASKED = (("history", "--json"), ("history", "export", "export.json"), ("history", "profiles"))


def crowd(trial: Trial) -> None:
    """Two or three coaches that start at about the same time, and commands meanwhile."""
    chance = trial.chance
    profiles = chance.choice([("default", "default"), ("Anna", "Ben"), ("Anna", "Anna", "Ben")])
    homes = [Home(trial.folder, profile) for profile in profiles]
    coaches = []
    for home in homes:
        coaches.append(home.start(chance.getrandbits(16)))
        sleep(chance.choice([0.0, 0.0, 1.0, 3.0]))
    for arguments in _ASKED:
        _ask(homes[0], trial, arguments)
    for coach in coaches:
        out, err = coach.communicate(timeout=_HANGS_SECONDS)
        trial.expect(
            (coach.returncode, out.strip()) == (0, "finished"),
            f"one of {len(coaches)} coaches is {out.strip()!r}, {coach.returncode}: {err.strip()}",
        )
    trial.tried[f"{len(coaches)} coaches of {len(set(profiles))}"] += 1
    _compare(homes[0], trial, len(coaches))


def _ask(home: Home, trial: Trial, arguments: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        env={**home.environment(), "PYTHONPATH": str(Path(__file__).parents[1])},
        cwd=home.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = ran.stderr.splitlines()
    told = ran.returncode == 0 or (ran.returncode == 2 and len(lines) == 1)
    trial.expect(told, f"coach {' '.join(arguments)} ends with {ran.returncode}: {ran.stderr}")
    trial.tried["commands meanwhile"] += 1


def _compare(home: Home, trial: Trial, coaches: int) -> None:
    """Every coach has a journal, a recording, and its reps in the memory, once each."""
    recordings = home.recordings()
    trial.expect(len(recordings) == coaches, f"{coaches} coaches left {len(recordings)} recordings")
    told: Counter[Rep] = Counter()
    for path in recordings:
        left = audit_journal(path.with_suffix(".jsonl"), trial.fell.append)
        audit_recording(path, left, trial.fell.append)
        told += Counter(left.reps)
    known = Counter(audit_memory(home.memory, trial.fell.append))
    trial.expect(
        known == told,
        f"the memory lacks {dict(told - known)}, and has beside what was told {dict(known - told)}",
    )
