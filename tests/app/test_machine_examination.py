"""Machine examination: a machine on which one thing is broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.app.ears import Ears
from coach.app.language_files import load_language
from coach.app.machine_examination import (
    examine_clock,
    examine_disk,
    examine_memory,
    examine_service,
    examine_speed,
)
from coach.devices.system import own_service
from coach.units import Block
from tests.memories import HandClock, remember, session, tell
from tests.unprivileged import unprivileged

ENGLISH = load_language()
PROMPTS = ENGLISH.doctor


@pytest.mark.model
def test_the_speed_of_this_machine_is_measured(ears: Ears, doctor_cues: dict[str, Block]) -> None:
    finding = examine_speed(ears, doctor_cues, ENGLISH)
    factor = finding.measured["real_time_factor"]
    assert isinstance(factor, float)
    assert 0.001 < factor < 5.0


def test_the_speed_needs_ears_and_voice() -> None:
    assert examine_speed(None, {}, ENGLISH).text.startswith("not checked: it takes the speech")


FAILED = """LoadState=loaded
ActiveState=failed
Result=exit-code
ExecMainStatus=2
StatusText=No such option: --loud = 3
"""
"""What systemctl shows of a service that was told what it cannot do."""


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (FAILED, "not started again: No such option: --loud = 3"),
        (FAILED.replace("No such option: --loud = 3", ""), "again: exit-code, exit status 2"),
        (FAILED.replace("=failed", "=active"), None),
        (FAILED.replace("=failed", "=activating"), None),
        (FAILED.replace("=loaded", "=not-found"), None),
        ("", None),
    ],
)
def test_a_service_that_has_failed_is_told(shown: str, why: str | None) -> None:
    found = examine_service(shown)
    assert len(found) == (why is not None)
    for finding in found:
        assert (finding.subject, finding.level) == ("service", "problem")
        assert why is not None
        assert finding.text.endswith(why)
        assert "/etc/default/flatback" in (finding.cure or "")


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ('printf "%s\\n" "$*"', "show flatback.service --property=LoadState,ActiveState,Result"),
        ("echo no bus; exit 1", ""),
        (None, ""),
    ],
)
def test_systemd_is_asked_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, shown: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if program is not None:
        (tmp_path / "systemctl").write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        (tmp_path / "systemctl").chmod(0o755)
    assert own_service.show().startswith(shown)
    assert bool(own_service.show()) is bool(shown)


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    with unprivileged():
        finding = examine_disk(folder / "flatback")
    assert finding.level == "problem"
    assert "cannot be written: permission denied" in finding.text


def test_a_full_disk_is_reported(
    tmp_path: Path, disk_of: Callable[[int], AbstractContextManager[None]]
) -> None:
    with disk_of(100):
        finding = examine_disk(tmp_path)
    assert (finding.level, "file too large" in finding.text) == ("problem", True)


def test_looking_at_the_disk_leaves_nothing(tmp_path: Path) -> None:
    assert examine_disk(tmp_path / "not" / "yet").level == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_memory_is_reported_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(b"?" * 5000)
    finding, last_utc = examine_memory(path)
    assert (finding.level, last_utc) == ("problem", 0.0)
    assert "is damaged: `coach run` keeps it under another name" in finding.text
    assert path.read_bytes() == b"?" * 5000


def test_a_value_that_the_coach_cannot_have_written_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with remember(path, HandClock()) as memory:
        tell(memory, session())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sessions SET uuid = 'none'")
    finding, _ = examine_memory(path)
    assert "is damaged: `coach run` keeps it under another name" in finding.text


def test_a_memory_of_another_user_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "flatback"
    folder.mkdir(mode=0o000)
    with unprivileged():
        finding, last_utc = examine_memory(folder / "memory.db")
    assert (finding.level, last_utc) == ("problem", 0.0)
    assert "memory.db cannot be read: permission denied" in finding.text
    assert f"make {folder} your own" in (finding.cure or "")


def test_an_empty_file_held_a_memory(tmp_path: Path) -> None:
    """As a power cut may leave it; the next session makes it one."""
    path = tmp_path / "memory.db"
    path.touch()
    finding, _ = examine_memory(path)
    assert (finding.level, finding.measured) == ("warning", {"sessions": 0})
    assert finding.cure == "coach history restore, which lists the copies that were kept"
    assert path.read_bytes() == b""


def test_no_memory_is_no_problem(tmp_path: Path) -> None:
    finding, last_utc = examine_memory(tmp_path / "memory.db")
    assert (finding.level, last_utc) == ("ok", 0.0)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_behind_the_last_training_is_reported() -> None:
    now = datetime.now(UTC)
    assert examine_clock(now.timestamp() - 60.0, now).level in ("ok", "warning")
    assert "earlier than the last training" in examine_clock(now.timestamp() + 60.0, now).text
    past = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert "earlier than the installation of the coach" in examine_clock(0.0, past).text
