"""Log calm: a sound server that comes and goes, and what is logged of it."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from coach.app.log_calm import LogCalm


class Log:
    """What is logged; ``now`` is the time in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lines: list[str] = []
        self._calm = LogCalm(lambda: self.now)

    def __call__(
        self, text: str, name: str = "coach.devices", level: int = logging.INFO, topic: str = ""
    ) -> None:
        record = logging.LogRecord(name, level, "", 0, "%s", (text,), None)
        record.topic = topic
        if self._calm.filter(record):
            self.lines.append(record.getMessage())

    def flap(self, minutes: float) -> None:
        """A loss, a return and a list of devices, every four seconds."""
        for _ in range(round(minutes * 15)):
            self("the microphone", "coach.session", logging.WARNING, "lost")
            for device in range(5):
                self(f"device {device}")
            self("the microphone", "coach.session", logging.WARNING, "found")
            self.now += 4.0


def test_what_never_ends_costs_a_line_a_minute() -> None:
    log = Log()
    log.flap(1.0)
    first = len(log.lines)
    assert first == pytest.approx(40, abs=1)
    log.flap(60.0)
    assert len(log.lines) - first == pytest.approx(60, abs=4)
    assert "; 104 lines about sound were left out" in log.lines[-1]
    assert log.lines[-1].count(";") == 1


def test_after_a_minute_of_calm_everything_is_logged_again() -> None:
    log = Log()
    log.flap(5.0)
    before = len(log.lines)
    log.now += 60.0
    log.flap(0.1)
    fresh = log.lines[before:]
    assert len(fresh) == 14
    assert "lines about sound were left out" in fresh[0]
    assert fresh[1] == "device 0"


@pytest.mark.parametrize(
    ("name", "level", "topic"),
    [
        ("coach.session", logging.INFO, "rep"),
        ("coach.session", logging.WARNING, "loud"),
        ("coach.voice", logging.WARNING, ""),
        ("coach.devices", logging.ERROR, ""),
        ("coach.devices", logging.DEBUG, ""),
    ],
)
def test_what_is_not_about_sound_that_goes_is_always_logged(
    name: str, level: int, topic: str
) -> None:
    log = Log()
    log.flap(2.0)
    before = len(log.lines)
    for number in range(100):
        log(f"{number}", name, level, topic)
    assert log.lines[before:] == [str(number) for number in range(100)]


def test_what_a_library_prints_is_a_line_of_the_log_and_thinned() -> None:
    code = """
import ctypes, logging, time
from coach.app.library_lines import log_library_lines
from coach.app.logs import Level, begin_logging
log_library_lines()
begin_logging(Level.INFO)
library = ctypes.CDLL(None)
for number in range(200):
    library.dprintf(2, b"Expression %d failed\\n", number)
library.dprintf(2, b"the last one\\n")
logging.getLogger("coach").error("and an error")
while logging.getLogger("coach").handlers[0].filters[0]._left_out < 161:
    time.sleep(0.01)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60.0
    )
    lines = ran.stderr.splitlines()
    assert len(lines) == 41
    assert any("INFO coach.devices: Expression 0 failed" in line for line in lines)
    assert sum("ERROR coach: and an error" in line for line in lines) == 1
