"""Logs: what a line says, how loud it is, and what is left out."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SESSION = """
import coach.app.logs as logs
from coach.messages.facts import RepEnded, StateChanged
from coach.messages.events import AudioLost, DeviceLost, EchoFound, Spoken, TimerDue
logs.begin_logging(logs.Level("{level}") if "{level}" else None)
log = logs.EventLog()
for event in (
    StateChanged(0, None, "waiting", None),
    Spoken("hello", "Hello.", 0, 16000, False),
    TimerDue("step", 16000),
    EchoFound(24000, 1600),
    RepEnded(32000, "dead_bug", 1, 2, 10, False, "arched", 1.5),
    AudioLost(40000, 8000),
    DeviceLost(48000, "microphone", "no sound for 2 seconds"),
):
    log(event)
"""

LINES = {
    "debug": "DEBUG coach.session: 1.50 s: echo: after 0.100 s",
    "info": "INFO coach.session: 2.00 s: rep: 2 of 10: arched at 1.5",
    "warning": "WARNING coach.session: 3.00 s: lost: the microphone, no sound for 2 seconds",
}


def logged(level: str, **environment: str) -> list[str]:
    """What a process of its own writes on standard error."""
    run = subprocess.run(
        [sys.executable, "-c", SESSION.format(level=level)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == ""
    return run.stderr.splitlines()


@pytest.mark.parametrize(
    ("level", "count"), [("debug", 5), ("info", 4), ("warning", 2), ("error", 0)]
)
def test_a_level_leaves_out_what_is_less_than_it(level: str, count: int) -> None:
    assert len(logged(level)) == count


@pytest.mark.parametrize("level", LINES)
def test_a_happening_is_a_line_with_its_time_and_level(level: str) -> None:
    assert any(line.endswith(LINES[level]) for line in logged("debug"))


def test_who_watches_a_screen_is_not_told_twice() -> None:
    assert logged("") == []


def test_the_journal_of_systemd_is_told_the_level_in_its_own_way() -> None:
    lines = logged("info", JOURNAL_STREAM="8:1234")
    assert lines[0] == "<6>coach.session: 0.00 s: state: waiting (the session opens)"
    assert lines[-1].startswith("<4>coach.session: 3.00 s")
