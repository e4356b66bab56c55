"""Linux machine: temperature, throttling and clock, read from files made for the purpose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from coach.devices.system import linux_machine


@pytest.mark.parametrize(
    ("zones", "celsius"),
    [({}, None), ({"0": "45123\n"}, 45.123), ({"0": "45000", "1": "61000", "2": "?"}, 61.0)],
)
def test_the_hottest_zone_is_the_temperature(
    tmp_path: Path, zones: Mapping[str, str], celsius: float | None
) -> None:
    for zone, content in zones.items():
        (tmp_path / f"thermal_zone{zone}").mkdir()
        (tmp_path / f"thermal_zone{zone}" / "temp").write_text(content)
    assert linux_machine.celsius(tmp_path) == celsius


@pytest.mark.parametrize(
    ("file", "program", "throttled"),
    [
        ("50005\n", "false", 0x50005),
        ("0", "false", 0),
        (None, "echo throttled=0x50000 #", 0x50000),
        (None, "false", None),
        (None, "echo VCHI initialization failed", None),
        ("?", "echo throttled=0x4 #", 4),
    ],
)
def test_what_throttles_a_raspberry_pi_is_read_where_it_is_told(
    tmp_path: Path, file: str | None, program: str, throttled: int | None
) -> None:
    firmware = tmp_path / "soc" / "soc:firmware"
    firmware.mkdir(parents=True)
    if file is not None:
        (firmware / "get_throttled").write_text(file)
    script = tmp_path / "vcgencmd"
    script.write_text(f"#!/bin/sh\n{program}\n")
    script.chmod(0o755)
    assert linux_machine.throttled(tmp_path, str(script)) == throttled
    assert linux_machine.throttled(tmp_path / "none", str(tmp_path / "missing")) is None


def test_the_kernel_tells_of_the_clock() -> None:
    assert linux_machine.clock_is_synchronised() in (True, False, None)
