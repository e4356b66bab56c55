"""Bench sessions: what comes of nothing that was said, and what nothing comes of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import benchmarks.sessions
from benchmarks.sessions import main
from benchmarks.whole_sessions import Beside, WholeSession, attributed
from coach.devices.speech import model_store
from coach.messages.events import Heard
from coach.units import Samples, samples


def command(text: str, decided_seconds: float, after_seconds: float = 0.3) -> Heard:
    decided = samples(decided_seconds)
    end = decided - samples(after_seconds)
    start = end - samples(0.5)
    return Heard("stop", text, 1.0, start, end, decided, decided, urgent=True)


def word(text: str, start_seconds: float) -> tuple[str, Samples, Samples]:
    return text, samples(start_seconds), samples(start_seconds + 0.5)


@pytest.mark.parametrize(
    ("heard", "said", "own", "missed"),
    [
        ([], [], (), ()),
        ([command("stop", 1.8)], [word("stop", 1.0)], (), ()),
        ([command("stop", 9.0)], [word("stop", 1.0)], ("stop",), ("stop",)),
        ([command("stop", 4.0, after_seconds=2.4)], [word("stop", 1.0)], (), ()),
        ([command("stop", 2.5)], [word("stop", 1.0)], ("stop",), ("stop",)),
        ([command("stop", 0.9)], [word("stop", 1.0)], ("stop",), ("stop",)),
        ([command("no", 5.0)], [], ("no",), ()),
        ([command("stop", 1.8)], [word("stop", 1.0), word("done", 6.0)], (), ("done",)),
    ],
)
def test_a_command_comes_of_a_word_that_was_just_said(
    heard: list[Heard],
    said: list[tuple[str, Samples, Samples]],
    own: tuple[str, ...],
    missed: tuple[str, ...],
) -> None:
    assert attributed(heard, said) == (own, missed)


GOOD = WholeSession(Beside(0.0, 60.0, "flite_slt"), "finished", (), ())


@pytest.mark.parametrize(
    ("led", "status", "told"),
    [
        (GOOD, 0, ""),
        (replace(GOOD, missed=("arched",)), 0, ""),
        (replace(GOOD, outcome="abandoned"), 1, "flite_slt, +0 dB, 60 ms: abandoned"),
        (replace(GOOD, own=("it hurts",)), 1, "finished, «it hurts» by its own voice"),
    ],
)
def test_a_check_fails_on_a_session_without_end_and_on_own_commands(
    led: WholeSession,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(benchmarks.sessions, "in_processes", lambda *_: [led])
    monkeypatch.setattr(model_store, "resolve", lambda _: None)
    assert main(["--check", "--delays", "60", "--levels", "0", "--json"]) == status
    captured = capsys.readouterr()
    (record,) = json.loads(captured.out)
    assert record["outcome"] == led.outcome
    assert told in captured.err
