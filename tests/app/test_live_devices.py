"""Live devices: they come and go while the real ``coach run`` has a session on."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.app.assembly import Coach
from tests.app.test_live import ANSWERS, CLIPS, coach_run, entered, events, lead
from tests.private_pulse import PrivatePulse, private_pulse, wait_until

pytestmark = [
    pytest.mark.device,
    pytest.mark.model,
    pytest.mark.usefixtures("voice_folder"),
]


def of(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in events(folder) if event["event"] == kind]


def said(folder: Path, prompt: str) -> list[dict[str, Any]]:
    return [event for event in of(folder, "said") if event["prompt"] == prompt]


def say(pulse: PrivatePulse, folder: Path, words: str, state: str) -> None:
    """Until it leads to the state."""
    for _ in range(6):
        pulse.play(CLIPS / f"{words}.flac")
        try:
            wait_until(lambda: entered(folder)[-1] == state, f"{state} after {words}")
        except TimeoutError:
            continue
        return
    raise TimeoutError(f"the coach does not hear {words!r}")


Begin = Callable[[PrivatePulse], subprocess.Popen[str]]


@pytest.fixture
def begin(tmp_path: Path, coach: Coach) -> Iterator[Begin]:
    """A session, whose cues are rendered, that is ended with the test."""
    assert coach.lesson.cues
    started: list[subprocess.Popen[str]] = []

    def start(pulse: PrivatePulse) -> subprocess.Popen[str]:
        options = ("--sets", "1", "--reps", "2", "--log-level", "info")
        started.append(coach_run(pulse, tmp_path, *options))
        return started[0]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def go_on_after(
    pulse: PrivatePulse, folder: Path, unplug: Callable[[], None], plug_in: Callable[[], None]
) -> None:
    """In the middle of a rep everything is unplugged; once it is back, the rep begins anew."""
    times = len(of(folder, "device_found")) + 1
    counts = len(said(folder, "count"))
    wait_until(lambda: len(said(folder, "count")) > counts, "the count to begin", seconds=30)
    unplug()
    at_seconds = time.monotonic()
    wait_until(lambda: len(of(folder, "device_lost")) == times, "the loss to be told")
    assert time.monotonic() - at_seconds < 2.0
    plug_in()
    wait_until(lambda: len(of(folder, "device_found")) == times, "the devices to be found")
    wait_until(lambda: len(said(folder, "when_you_like")) == times, "the question whether to go on")
    say(pulse, folder, "ready", "slow_descent")


@pytest.mark.thorough
def test_what_is_unplugged_in_a_rep_pauses_the_session_which_goes_on_when_it_is_back(
    begin: Begin, tmp_path: Path
) -> None:
    """First the whole sound server goes, then everything that it plays on and records from."""
    with private_pulse() as pulse:
        process = begin(pulse)
        lead(process, pulse, tmp_path, [*ANSWERS][: [*ANSWERS].index("slow_descent")])
        go_on_after(pulse, tmp_path, pulse.kill, pulse.start_again)
        go_on_after(pulse, tmp_path, pulse.remove_sinks, pulse.add_sinks)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert {lost["device"] for lost in of(tmp_path, "device_lost")} == {"microphone and speaker"}
    changes = [(each["to"], each["trigger"]) for each in of(tmp_path, "state")][-4:]
    assert changes == [("paused", "device_lost"), ("slow_descent", "ready")] * 2
    assert "chosen by preference: microphone 'pulse', speaker 'pulse'" in err


def test_no_device_at_the_start_is_an_error_of_one_line(
    begin: Begin,
) -> None:
    with private_pulse(sinks=False) as pulse:
        process = begin(pulse)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.splitlines()[-1].startswith(("coach: cannot use 'pulse' as", "coach: no microphone"))
    assert "Traceback" not in err
