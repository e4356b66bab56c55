"""Flatback-bridge: the bridge to home automation where the coach came as a Debian package."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from coach.devices.mqtt.broker_settings import BrokerSettings
from coach.devices.mqtt.mqtt_file import read_settings
from tests.scripts.machine import SCRIPTS, Machine, mode_and_owner
from tests.scripts.test_install_bridge import SETTINGS, STARTS, UNIT, allowed

pytestmark = pytest.mark.slow

PARTS = ("flatback-bridge", "bridge_installation", "flatback-mqtt.service")
RAN = ["daemon-reload", *STARTS]


@pytest.fixture(autouse=True)
def package(machine: Machine) -> None:
    """Of the package what the bridge is made of."""
    machine.start_systemd()
    folder = machine.root / "usr/lib/flatback/current/scripts"
    folder.mkdir(parents=True)
    for name in PARTS:
        shutil.copy(SCRIPTS / name, folder)
    shutil.copytree(SCRIPTS / "debian", machine.root / "debian")
    (machine.root / "usr/sbin/flatback-bridge").symlink_to(
        "../lib/flatback/current/scripts/flatback-bridge"
    )
    with (machine.root / "etc/hosts").open("a") as hosts:
        hosts.write("192.168.1.10 broker.home\n")


def bridge(machine: Machine, *options: str) -> subprocess.CompletedProcess[str]:
    return machine.root.run("flatback-bridge", *options)


def made(machine: Machine, *options: str) -> list[str]:
    """What systemctl was told."""
    machine.calls()
    done = bridge(machine, *options)
    assert (done.returncode, done.stderr) == (0, "")
    return machine.calls()


def settings(machine: Machine) -> BrokerSettings:
    return read_settings(machine.root / SETTINGS[1:])


def test_it_makes_the_bridge_that_the_installer_makes(machine: Machine) -> None:
    assert made(machine, "--mqtt", "broker.home") == RAN
    assert settings(machine) == BrokerSettings("broker.home", address="192.168.1.10")
    assert allowed(machine) == ["IPAddressDeny=any", "IPAddressAllow=192.168.1.10"]
    assert mode_and_owner(machine, SETTINGS) == "640 root"
    assert "flatback-bridge again" in (machine.root / SETTINGS[1:]).read_text()
    unit = (machine.root / UNIT).read_text()
    assert "ExecStart=/usr/lib/flatback/current/.venv/bin/coach bridge mqtt\n" in unit
    again = made(machine)
    assert again == ["daemon-reload", STARTS[0], "start flatback-mqtt.service"]
    assert made(machine, "--mqtt", "192.168.1.20") == RAN
    assert allowed(machine)[1] == "IPAddressAllow=192.168.1.20"


def test_a_new_version_of_the_package_starts_it_anew(machine: Machine) -> None:
    made(machine, "--mqtt", "broker.home")
    (text,) = re.findall(r"^ +if \[ -e /etc/flatback/mqtt.toml .*?fi$", postinst(), re.M | re.S)
    assert machine.root.run("sh", "-ec", text).returncode == 0
    assert machine.calls() == RAN


def postinst() -> str:
    return (SCRIPTS / "debian/postinst").read_text(encoding="utf-8")


def test_it_goes_with_its_settings_and_its_user(machine: Machine) -> None:
    before = machine.traces()
    made(machine, "--mqtt", "broker.home")
    gone = made(machine, "--remove")
    assert gone == ["stop flatback-mqtt.service", "disable flatback-mqtt.service", "daemon-reload"]
    assert machine.traces() == before
    assert machine.root.run("id", "flatback-mqtt").returncode != 0


def test_a_removed_package_keeps_the_settings_and_a_purged_one_nothing(machine: Machine) -> None:
    before = machine.traces()
    made(machine, "--mqtt", "broker.home")
    for helper in ("deb-systemd-invoke", "py3clean"):
        (machine.root / "usr/bin" / helper).unlink(missing_ok=True)
        (machine.root / "usr/bin" / helper).symlink_to("true")
    assert machine.root.run("/debian/prerm", "remove").returncode == 0
    assert not (machine.root / UNIT).exists()
    assert settings(machine).host == "broker.home"
    assert machine.root.run("id", "flatback-mqtt").returncode == 0
    assert machine.root.run("/debian/postrm", "purge").returncode == 0
    assert machine.traces() == before
    assert machine.root.run("id", "flatback-mqtt").returncode != 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "there are no settings yet: name the broker, as in sudo flatback-bridge --mqtt"),
        (["broker.home"], "unknown argument broker.home: there are --mqtt HOST"),
        (["--mqtt"], "--mqtt wants a value"),
        (["--mqtt", "nobody.invalid"], "nobody knows where that is: name its address"),
        (["--mqtt-tls"], "--mqtt-user, --mqtt-tls and --mqtt-ca go with --mqtt HOST"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    machine: Machine, typed: list[str], told: str
) -> None:
    before = machine.traces()
    done = bridge(machine, *typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"flatback-bridge: {told}") or told in done.stderr
    assert done.stderr.count("\n") == 1
    assert machine.traces() == before


def test_without_the_package_it_names_the_installer(machine: Machine) -> None:
    for name in PARTS:
        shutil.copy(SCRIPTS / name, machine.root / "project/scripts")
    done = machine.root.run("/project/scripts/flatback-bridge", "--mqtt", "broker.home")
    assert (done.returncode, "run sudo scripts/install_pi --mqtt HOST" in done.stderr) == (2, True)
