"""Calibration file: what is known of devices comes back as it was, and never costs a session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.devices.files.calibration_file import CalibrationFile
from coach.echo.canceller import Calibration
from coach.echo.delay_estimator import LONGEST
from coach.units import samples

MIC = "USB Mic → Speakers"
NEAR, FAR = Calibration(samples(0.15)), Calibration(samples(0.4))


@given(st.dictionaries(st.text(), st.integers(0, LONGEST), min_size=1))
def test_what_was_kept_is_found_by_whoever_comes_next(
    tmp_path_factory: pytest.TempPathFactory, delays: dict[str, int]
) -> None:
    path = tmp_path_factory.mktemp("state") / "not" / "there" / "calibration.json"
    for name, delay in delays.items():
        CalibrationFile(path, pytest.fail).keep(name, Calibration(delay))
    found = {name: CalibrationFile(path, pytest.fail).find(name) for name in delays}
    assert found == {name: Calibration(delay) for name, delay in delays.items()}


def test_the_last_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = CalibrationFile(tmp_path / "calibration.json", pytest.fail)
    for calibration in (NEAR, FAR):
        file.keep(MIC, calibration)
    assert file.find(MIC) == FAR
    assert file.find("another") is None


def test_only_its_owner_reads_it_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text("{}")
    path.chmod(0o644)
    CalibrationFile(path, pytest.fail).keep(MIC, NEAR)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert json.loads(path.read_text()) == {MIC: {"delay_s": 0.15}}


def test_a_name_that_is_no_text_is_kept_somehow(tmp_path: Path) -> None:
    file = CalibrationFile(tmp_path / "calibration.json", pytest.fail)
    file.keep("\udcff", NEAR)
    assert file.find(MIC) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"USB Mic": 0.15}',
        b'{"USB Mic": {}}',
        b'{"USB Mic": {"delay_s": "0.15"}}',
        b'{"USB Mic": {"delay_s": true}}',
        b'{"USB Mic": {"delay_s": null}}',
        b'{"USB Mic": {"delay_s": NaN}}',
        b'{"USB Mic": {"delay_s": Infinity}}',
        b'{"USB Mic": {"delay_s": -0.001}}',
        b'{"USB Mic": {"delay_s": 0.751}}',
        b'{"USB Mic": {"delay_s": 0.15, "x": 1}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_told_once_and_mended_by_the_next_session(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "calibration.json"
    path.write_bytes(content)
    said: list[str] = []
    file = CalibrationFile(path, said.append)
    assert file.find("USB Mic") is None
    file.keep(MIC, NEAR)
    (line,) = said
    assert line.startswith(f"{path}: is damaged")
    assert "\n" not in line
    assert CalibrationFile(path, pytest.fail).find(MIC) == NEAR


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "in_the_way").write_text("")
    path = tmp_path / "in_the_way" / "calibration.json"
    said: list[str] = []
    file = CalibrationFile(path, said.append)
    assert file.find(MIC) is None
    file.keep(MIC, NEAR)
    file.keep(MIC, NEAR)
    (line,) = said
    assert line.startswith(f"{path}: cannot be read: Not a directory")


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.mkdir()
    said: list[str] = []
    CalibrationFile(path, said.append).keep(MIC, NEAR)
    assert len(said) == 1
    assert list(tmp_path.iterdir()) == [path]
