"""Live view: the real ``coach run`` on a terminal, and on one that is closed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.app.assembly import Coach
from coach.devices.speech import model_store
from coach.devices.system.running_sessions import end_session, running_sessions
from tests.app.test_live import CLIPS, entered, events, said
from tests.private_pulse import PrivatePulse, private_pulse, wait_until
from tests.pseudoterminal import ENTERED, LEFT, Terminal, terminal

pytestmark = [
    pytest.mark.device,
    pytest.mark.model,
    pytest.mark.usefixtures("voice_folder"),
]


@pytest.fixture(autouse=True)
def rendered(coach: Coach) -> Coach:
    """Every wording in the cache: rendering them all takes its time."""
    return coach


def run_on(
    screen: Terminal, pulse: PrivatePulse, folder: Path, *arguments: str
) -> subprocess.Popen[bytes]:
    """In a session of its own, whose terminal it is: who closes that sends a hangup."""
    python = ["setsid", "--ctty", "env", "--default-signal=INT,HUP", sys.executable]
    journal = str(folder / "journal.jsonl")
    env = {
        **pulse.env,
        "COACH_MODEL": str(model_store.default_folder()),
        "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
        "TERM": "xterm-256color",
    }
    end = screen.stream
    command = [*python, "-m", "coach", "run", "--journal", journal, *arguments]
    return subprocess.Popen(command, env=env, stdin=end, stdout=end, stderr=end)


def test_a_terminal_shows_the_view_and_afterwards_the_lines(tmp_path: Path) -> None:
    with private_pulse() as pulse, terminal() as screen:
        coach = run_on(screen, pulse, tmp_path)
        try:
            wait_until(lambda: "dBFS" in screen.read() or "silent" in screen.text, "the view", 30)
            pulse.play(CLIPS / "ready.flac")
            screen.shows('"ready"')
            coach.send_signal(signal.SIGINT)
            screen.shows("rest well")
            assert coach.wait(timeout=40) == 130
        finally:
            coach.kill()
            coach.wait()
    during, afterwards = screen.text.split(ENTERED, 1)[1].split(LEFT, 1)
    assert "██" in during
    assert "interrupted" not in during
    assert "the voices: `coach voices --play`" in during, "to a new person, of no voice of theirs"
    assert "the natural one, run `coach voices --play`" in screen.text
    assert "I have five questions about your health." in afterwards
    assert "run `coach stop` in another terminal" in screen.text
    assert "abandoned, 0 perfect reps" in afterwards
    assert afterwards.rstrip().endswith("coach: interrupted; rest well")


@pytest.mark.parametrize(
    "option", [pytest.param("--plain", marks=pytest.mark.thorough), "--log-level=info"]
)
def test_a_closed_terminal_does_not_end_the_session(tmp_path: Path, option: str) -> None:
    with private_pulse() as pulse, terminal() as screen:
        coach = run_on(screen, pulse, tmp_path, option)
        try:
            wait_until(lambda: bool(screen.read()) and entered(tmp_path) != [], "the session", 30)
            assert (ENTERED in screen.text) == (option != "--plain")
            screen.stream.close()
            screen.close()
            before = said(tmp_path)
            wait_until(lambda: said(tmp_path) > before + 1, "the session to go on", 30)
            assert coach.pid in running_sessions()
            assert end_session(coach.pid)
            assert coach.wait(timeout=40) == 0
        finally:
            coach.kill()
            coach.wait()
    ends = [event["outcome"] for event in events(tmp_path) if event.get("phase") == "end"]
    assert ends == ["abandoned"], events(tmp_path)
