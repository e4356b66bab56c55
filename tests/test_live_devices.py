"""Live devices: they come and go while the real ``coach run`` has a session on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.wiring import Coach
from tests.private_pulse import PrivatePulse, private_pulse, wait_until
from tests.test_live import ANSWERS, CLIPS, answer, coach_run, counted, entered, events

pytestmark = [pytest.mark.device, pytest.mark.model]


def of(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in events(folder) if event["event"] == kind]


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


def kill_and_start_again(pulse: PrivatePulse, until: Callable[[], None]) -> None:
    pulse.kill()
    until()
    pulse.start_again()


def remove_and_add(pulse: PrivatePulse, until: Callable[[], None]) -> None:
    pulse.remove_sinks()
    until()
    pulse.add_sinks()


@pytest.mark.parametrize("unplugged", [kill_and_start_again, remove_and_add])
def test_what_is_unplugged_in_a_rep_pauses_the_session_which_goes_on_when_it_is_back(
    begin: Begin,
    tmp_path: Path,
    unplugged: Callable[[PrivatePulse, Callable[[], None]], None],
) -> None:
    def until_noticed() -> None:
        wait_until(lambda: bool(of(tmp_path, "device_lost")), "the loss to be told", -8.0)

    with private_pulse() as pulse:
        process = begin(pulse)
        for state in ANSWERS:
            answer(pulse, tmp_path, state)
        wait_until(lambda: counted(tmp_path), "the count to begin", seconds=30)
        unplugged(pulse, until_noticed)
        wait_until(lambda: bool(of(tmp_path, "device_found")), "the devices to be found")
        wait_until(
            lambda: any(said["prompt"] == "when_you_like" for said in of(tmp_path, "said")),
            "the question whether to go on",
        )
        say(pulse, tmp_path, "ready", "working")
        before = len(of(tmp_path, "said"))
        wait_until(lambda: len(of(tmp_path, "said")) > before + 1, "the rep to begin anew", 10)
        process.terminate()
        _, err = process.communicate(timeout=20)
    (lost,) = of(tmp_path, "device_lost")
    assert lost["device"] == "microphone and speaker"
    assert not of(tmp_path, "rep")
    pauses = [(each["to"], each["trigger"]) for each in of(tmp_path, "state")][-2:]
    assert pauses == [("paused", "device_lost"), ("working", "ready")]
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
