"""Journal file: whole lines as they happen, whatever becomes of the disk."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from coach.devices.files.journal_file import JournalFile
from coach.errors import OutputError

Disk = Callable[[int], AbstractContextManager[None]]

LINE = '{"at_s": 1.0, "text": "Grüße"}\n'
BYTES = len(LINE.encode())


def test_a_line_is_on_the_disk_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalFile(str(path)) as journal:
        for count in (1, 2, 3):
            journal.write(LINE)
            assert path.read_text(encoding="utf-8") == LINE * count
    assert journal.failure is None


def test_an_earlier_journal_of_that_name_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text("of yesterday\n" * 9, encoding="utf-8")
    with JournalFile(str(path)) as journal:
        journal.write(LINE)
    assert path.read_text(encoding="utf-8") == LINE


def test_a_journal_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalFile(str(path)):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_dash_is_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    with JournalFile("-") as journal:
        journal.write(LINE)
    print("still open")  # noqa: T201 - the journal must close its own copy only
    sys.stdout.flush()
    assert capfd.readouterr().out == LINE + "still open\n"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("nowhere/journal.jsonl", "No such file or directory"),
        ("", "Is a directory"),
        ("file/journal.jsonl", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_journal_that_cannot_be_made_is_an_error_at_once(
    tmp_path: Path, place: str, reason: str
) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / place
    with pytest.raises(OutputError) as caught:
        JournalFile(str(path))
    assert str(caught.value) == f"{path}: cannot be written: {reason}"


@pytest.mark.parametrize(
    ("size", "lines"),
    [(0, 0), (1, 0), (BYTES - 1, 0), (BYTES, 1), (BYTES + 1, 1), (3 * BYTES - 1, 2)],
)
def test_on_a_full_disk_the_last_whole_line_stays_the_last(
    disk_of: Disk, tmp_path: Path, size: int, lines: int
) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalFile(str(path)) as journal, disk_of(size):
        for _ in range(5):
            journal.write(LINE)
    assert path.read_text(encoding="utf-8") == LINE * lines
    assert str(journal.failure) == f"{path}: the journal ends early: File too large"


def test_after_a_failure_nothing_more_is_written(disk_of: Disk, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with JournalFile(str(path)) as journal:
        with disk_of(BYTES):
            journal.write(LINE)
            journal.write(LINE)
        journal.write(LINE)
    assert path.read_text(encoding="utf-8") == LINE
    assert journal.failure is not None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_a_device_that_is_full_fails_without_an_exception() -> None:
    with JournalFile("/dev/full") as journal:
        journal.write(LINE)
    assert str(journal.failure) == "/dev/full: the journal ends early: No space left on device"


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only Linux has files that are sealed")
def test_a_disk_that_breaks_ends_the_journal_and_not_the_session() -> None:
    """A sealed file takes no line more, and cannot be cut either, as on a disk that broke."""
    sealed = os.memfd_create("journal", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(sealed, b"of yesterday")
    with JournalFile(f"/proc/self/fd/{sealed}") as journal:
        fcntl.fcntl(sealed, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK)
        journal.write(LINE)
        journal.write(LINE)
        assert "the journal ends early: " in str(journal.failure)
    os.close(sealed)
