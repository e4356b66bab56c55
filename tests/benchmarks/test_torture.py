"""Torture: what the tool for bringing the coach down sees, and that its seeds repeat."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.torture import main
from benchmarks.torture_audit import audit_journal, compare_reps
from benchmarks.torture_death import CALLS
from benchmarks.torture_invariants import Watch
from benchmarks.torture_mutations import mutated
from benchmarks.torture_trials import Kind, SkippedError, Trial, make_trials, trial_seed
from coach.messages.events import Cleared, Event, Heard, SpeechBegan, Suspected
from coach.messages.facts import (
    RepCorrected,
    RepEnded,
    SessionBegan,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.training.plan import Plan
from coach.units import silence
from tests.stories import lesson

LIFT = "straight_leg_lift"
OPENED: list[Event] = [SessionBegan(0), StateChanged(0, None, "waiting", None)]
IN_A_SET: list[Event] = [
    *OPENED,
    StateChanged(9, "waiting", "working", "ready"),
    SetBegan(9, LIFT, 1, 1, 3, 3.0, 3.0),
]
STOP = Heard("stop", "stop", 1.0, 20, 25, 30, 30, urgent=True)


def rep(number: int, at: int = 10) -> RepEnded:
    return RepEnded(at, LIFT, 1, number, 3, perfect=True, reason=None, count=3.0)


@pytest.mark.parametrize(
    ("events", "fell"),
    [
        ([*IN_A_SET, rep(1), rep(2)], []),
        ([*OPENED, rep(1)], ["is counted in waiting", "is in no set"]),
        ([*IN_A_SET, rep(1), rep(1)], ["is counted twice"]),
        ([*IN_A_SET, rep(2)], ["comes without the one before"]),
        ([*IN_A_SET, rep(4)], ["there are 3", "comes without the one before"]),
        ([*IN_A_SET, rep(1), RepCorrected(10, LIFT, 1, 2, None)], ["and never was"]),
        ([*IN_A_SET, rep(1), SessionEnded(10, "stopped", 2, None)], ["2 perfect are told, 1 were"]),
        ([*IN_A_SET, rep(1), SessionEnded(10, "finished", 1, None)], ["and nobody was there"]),
        ([*IN_A_SET, rep(1, at=5)], ["RepEnded goes back in time"]),
        ([*OPENED, SessionBegan(0)], ["the session began twice"]),
        ([*OPENED, StateChanged(1, "resting", "working", "ready")], ["resting was not the state"]),
        ([*IN_A_SET, STOP, SessionEnded(30, "stopped", 0, None)], []),
        ([*IN_A_SET, STOP, rep(1, at=40)], ["it was told to end, and goes on"]),
        ([SpeechBegan("a", "A.", 0), SpeechBegan("b", "B.", 1)], ["b begins over another prompt"]),
    ],
)
def test_what_must_not_be_is_seen(events: Sequence[Event], fell: Sequence[str]) -> None:
    told: list[str] = []
    watch = Watch(lesson().programme, Plan(LIFT), told.append)
    for event in events:
        watch(event)
    assert len(told) == len(fell)
    assert all(part in line for part, line in zip(fell, told, strict=True))


def test_a_sound_in_a_hush_is_heard() -> None:
    told: list[str] = []
    watch = Watch(lesson().programme, Plan(LIFT), told.append)
    watch(Suspected(1000))
    watch(Cleared(3000))
    sound = silence(5000)
    watch.heard_out(sound)
    assert told == []
    watch.heard_out(np.where(np.arange(5000) == 2000, 1, sound).astype(np.int16))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "fell"),
    [
        ('{"at_s": 1.0, "event": "count"}\n{"at_s": 2.0, "event": "count"}\n', []),
        ('{"at_s": 1.0, "event": "count"}\n{"at_s"', ["ends within a line", "is none"]),
        ('{"at_s": 2.0, "event": "count"}\n{"at_s": 1.0, "event": "count"}\n', ["back in time"]),
    ],
)
def test_a_broken_journal_is_seen(tmp_path: Path, text: str, fell: Sequence[str]) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(text, encoding="utf-8")
    told: list[str] = []
    audit_journal(path, told.append)
    assert len(told) == len(fell)
    assert all(part in line for part, line in zip(fell, told, strict=True))


@pytest.mark.parametrize(
    ("known", "whole"), [([1, 2], True), ([1, 2, 3], True), ([1], False), ([1, 2, 3, 4], False)]
)
def test_a_lost_or_doubled_rep_is_seen(tmp_path: Path, known: list[int], whole: bool) -> None:
    path = tmp_path / "journal.jsonl"
    reps = [
        {"at_s": 1.0, "event": "rep", "exercise": LIFT, "set": 1, "rep": n, "perfect": True}
        for n in (1, 2)
    ]
    path.write_text("".join(json.dumps(each) + "\n" for each in reps), encoding="utf-8")
    told: list[str] = []
    left = audit_journal(path, told.append)
    compare_reps([], left, [(LIFT, 1, number, True) for number in known], told.append)
    assert (told == []) is whole


CALLING = {
    "a frame of the log": "os.pwrite(file, bytes(24), 0)",
    "a page, behind its frame's head": "os.pwrite(file, bytes(4096), 0)",
    "the sync of a commit": "os.fdatasync(file)",
    "the recording's header, behind its sound": "os.write(file, bytes(44))",
    "any write": "os.write(file, bytes(9))",
    "a rename": "os.rename('file', 'file')",
    "the removal of a file": "os.unlink('file')",
    "a cut to length": "os.ftruncate(file, 9)",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_process_dies_at_the_call_that_it_is_told(tmp_path: Path, call: str) -> None:
    code = (
        "import os, sys\n"
        "from benchmarks.torture_death import die_later\n"
        "file = os.open('file', os.O_RDWR | os.O_CREAT)\n"
        f"die_later({f'0:{call}'!r})\n"
        "while True:\n"
        "    os.pwrite(file, bytes(9), 0)\n"
        "    os.path.exists('file') or os.link('kept', 'file')\n"
        f"    {CALLING[call]}\n"
    )
    (tmp_path / "kept").touch()
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=where, timeout=60.0, check=False
    )
    assert ran.returncode == -signal.SIGSYS


@pytest.mark.parametrize("text", [True, False])
def test_a_seed_damages_a_file_in_the_same_way(text: bool) -> None:
    content = b"kind = 'hold'\nname = 'plank'\n" * 9
    trials = [Trial(seed, Path()) for seed in range(40)]
    first, again = (
        [mutated(content, trial.chance, [content], text=text) for trial in trials] for _ in "12"
    )
    assert first == again
    assert len(set(first)) > 30


def test_what_is_raised_has_fallen_and_what_is_missing_is_told() -> None:
    def stumble(trial: Trial) -> None:
        raise ValueError(f"at {trial.chance.randrange(9)}\nand on")

    def leave_out(_trial: Trial) -> None:
        raise SkippedError("no root")

    made = make_trials(Kind("a", 1.0, stumble), lambda number: 7 if number < 2 else None, 60.0)
    assert [seed for seed, _ in made.fell] == [7, 7]
    assert made.fell[0] == made.fell[1]
    assert "\n" not in made.fell[0][1]
    assert make_trials(Kind("a", 1.0, leave_out), lambda _: 1, 60.0).skipped == "no root"
    assert trial_seed(1, "a", 2) == trial_seed(1, "a", 2) != trial_seed(1, "a", 3)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "war"], "no kind 'war': there are walks,fuzz,kills,command,disks,crowd"),
        (["--again", "walks"], "--again: 'walks': one of walks:SEED, fuzz:SEED"),
    ],
)
def test_what_it_is_asked_wrongly_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err
