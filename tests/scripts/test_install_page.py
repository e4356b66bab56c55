"""Install page: where the page of the service is shown, and that it is off until asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.machine import Machine

pytestmark = pytest.mark.slow


def page_unit(machine: Machine) -> Path:
    return machine.root / "etc/systemd/system/flatback-page.socket"


@pytest.mark.parametrize(
    ("typed", "listens"),
    [
        ([], "0.0.0.0:8750"),
        (["8080"], "0.0.0.0:8080"),
        ([":8080"], "0.0.0.0:8080"),
        (["192.168.1.20"], "192.168.1.20:8750"),
        (["127.0.0.1:8751"], "127.0.0.1:8751"),
        (["[::]"], "[::]:8750"),
        (["[fd00::1]:80"], "[fd00::1]:80"),
    ],
)
def test_the_page_is_where_it_is_asked_for(
    machine: Machine, typed: list[str], listens: str
) -> None:
    said = machine.installed("--page", *typed)
    assert f"\nListenStream={listens}\n" in page_unit(machine).read_text()
    assert "@" not in page_unit(machine).read_text()
    (place,) = [line for line in said if line.startswith("the page: http://")]
    assert listens.rpartition(":")[2] in place
    assert (machine.root / "opt/flatback/current/.venv/setup-stamp").read_text() == "use,page\n"


def test_the_page_is_off_until_asked_for_and_stays_until_taken_back(machine: Machine) -> None:
    machine.start_systemd()
    assert not any("page" in line for line in machine.installed())
    assert not page_unit(machine).exists()
    machine.calls()
    machine.installed("--page", "9000")
    began = [f"enable flatback{unit}" for unit in (".service", "-page.socket")]
    assert machine.calls() == ["daemon-reload", *began, "restart flatback.service"]
    release = machine.release()
    (machine.root / "etc/default/flatback").write_text("FLATBACK_OPTIONS=")
    machine.installed("--natural")
    machine.installed()
    assert "ListenStream=0.0.0.0:9000" in page_unit(machine).read_text()
    assert machine.release() != release
    stamp = machine.root / "opt/flatback/current/.venv/setup-stamp"
    assert stamp.read_text() == "use,natural,page\n"
    machine.calls()
    machine.installed("--without-page")
    assert machine.calls() == [
        *("stop flatback-page.socket", "disable flatback-page.socket", "daemon-reload"),
        *("enable flatback.service", "restart flatback.service"),
    ]
    assert not page_unit(machine).exists()
