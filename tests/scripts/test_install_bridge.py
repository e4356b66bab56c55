"""Install bridge: a bridge to home automation on a machine with the coach, and one without it."""

from __future__ import annotations

import re

import pytest

from coach.devices.mqtt.broker_settings import BrokerSettings
from coach.devices.mqtt.mqtt_file import read_settings
from tests.scripts.machine import Machine, mode_and_owner

pytestmark = pytest.mark.slow

SETTINGS = "/etc/flatback/mqtt.toml"
UNIT = "etc/systemd/system/flatback-mqtt.service"
STARTS = ["enable flatback-mqtt.service", "restart flatback-mqtt.service"]


@pytest.fixture(autouse=True)
def known(machine: Machine) -> None:
    """There is a broker whose name the machine knows, and a service manager."""
    machine.start_systemd()
    with (machine.root / "etc/hosts").open("a") as hosts:
        hosts.write("192.168.1.10 broker.home\n")


def settings(machine: Machine) -> BrokerSettings:
    """As the bridge reads them, from within the root."""
    return read_settings(machine.root / SETTINGS[1:])


def allowed(machine: Machine) -> list[str]:
    unit = (machine.root / UNIT).read_text()
    return re.findall(r"^IPAddress\w+=.*$", unit, re.MULTILINE)


def test_it_makes_a_bridge_that_reaches_the_broker_alone(machine: Machine) -> None:
    machine.installed("--mqtt", "broker.home")
    assert machine.calls()[-2:] == STARTS
    assert settings(machine) == BrokerSettings("broker.home", address="192.168.1.10")
    assert allowed(machine) == ["IPAddressDeny=any", "IPAddressAllow=192.168.1.10"]
    assert mode_and_owner(machine, SETTINGS) == "640 root"
    assert machine.root.run("stat", "-c", "%G", SETTINGS).stdout == "flatback-mqtt\n"
    assert machine.root.run("id", "-nG", "flatback-mqtt").stdout == "flatback-mqtt\n"
    made = (machine.root / "opt/flatback/current/.venv/setup-stamp").read_text()
    assert "mqtt" in made
    unit = (machine.root / UNIT).read_text()
    assert "\nSocketBindDeny=1-65535\n" in unit  # with port 0 denied, too, Paho cannot connect
    assert "ExecStart=/opt/flatback/current/.venv/bin/coach bridge mqtt\n" in unit
    assert "@" not in unit.replace("@system", "").replace("~@priv", "").replace("@resources", "")


def test_without_it_there_is_none(machine: Machine) -> None:
    machine.installed()
    assert not (machine.root / UNIT).exists()
    assert not (machine.root / "etc/flatback").exists()
    assert machine.root.run("id", "flatback-mqtt").returncode != 0
    assert [call for call in machine.calls() if "mqtt" in call] == []


def test_password_and_certificate_are_kept_from_everybody_else(machine: Machine) -> None:
    """The password is read where nobody sees it; no argument holds it."""
    (machine.root / "srv/ca.pem").write_text("no certificate")
    done = machine.root.run(
        *("sh", "-c", """printf '%s\n' 'a "b" \\ c' | /project/scripts/install_pi "$@" """, "sh"),
        *("--mqtt", "broker.home", "--mqtt-user", "coach", "--mqtt-ca", "/srv/ca.pem"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = (machine.root / SETTINGS[1:]).read_text()
    assert 'ca_file = "/etc/flatback/mqtt-ca.pem"\n' in text
    (machine.root / SETTINGS[1:]).write_text(text.replace("ca_file", "# ca_file"))
    told = settings(machine)
    assert (told.username, told.password, told.tls) == ("coach", 'a "b" \\ c', True)
    assert mode_and_owner(machine, SETTINGS) == "640 root"
    assert (machine.root / "etc/flatback/mqtt-ca.pem").read_text() == "no certificate"
    assert 'a "b"' not in done.stdout


def test_a_second_run_changes_nothing_and_keeps_what_a_person_wrote(machine: Machine) -> None:
    machine.installed("--mqtt", "broker.home")
    file = machine.root / SETTINGS[1:]
    file.write_text(file.read_text().replace("health = false", "health = true"))
    machine.installed("--mqtt", "broker.home")
    machine.calls()
    for options in ([], ["--mqtt", "broker.home"]):
        assert machine.installed(*options)[:-1] == ["the program is up to date"]
        assert machine.calls()[-2:] == [STARTS[0], "start flatback-mqtt.service"]
    assert settings(machine).health


def test_another_broker_replaces_the_one_before(machine: Machine) -> None:
    machine.installed("--mqtt", "broker.home")
    machine.calls()
    machine.installed("--mqtt", "192.168.1.20")
    assert machine.calls()[-2:] == STARTS
    assert settings(machine) == BrokerSettings("192.168.1.20")
    assert allowed(machine) == ["IPAddressDeny=any", "IPAddressAllow=192.168.1.20"]
    assert "broker.home" in (machine.root / f"{SETTINGS[1:]}.old").read_text()


def test_settings_that_a_person_wrote_are_enough(machine: Machine) -> None:
    (machine.root / "etc/flatback").mkdir()
    (machine.root / SETTINGS[1:]).write_text("host = 'broker.home' # in the cellar\n")
    machine.installed()
    assert allowed(machine) == ["IPAddressDeny=any", "IPAddressAllow=192.168.1.10"]


def test_who_removes_the_settings_is_rid_of_the_bridge(machine: Machine) -> None:
    machine.installed("--mqtt", "broker.home")
    (machine.root / SETTINGS[1:]).unlink()
    machine.calls()
    machine.installed()
    assert not (machine.root / UNIT).exists()
    assert machine.calls()[:2] == ["stop flatback-mqtt.service", "disable flatback-mqtt.service"]
    assert machine.root.run("id", "flatback-mqtt").returncode != 0


def test_with_the_coach_the_bridge_is_removed_and_its_password(machine: Machine) -> None:
    before = machine.traces()
    machine.installed("--mqtt", "broker.home")
    machine.installed("--mqtt", "192.168.1.20")
    machine.calls()
    machine.installed("--uninstall", "--purge")
    assert machine.calls()[:2] == ["stop flatback-mqtt.service", "disable flatback-mqtt.service"]
    assert machine.traces() == before
    assert machine.root.run("id", "flatback-mqtt").returncode != 0


REFUSED = (
    (["--mqtt"], "--mqtt wants a value"),
    (["--mqtt", "--natural"], "--mqtt wants a value"),
    (["--mqtt", "nobody.invalid"], "nobody knows where that is: name its address"),
    (["--mqtt", "mqtt://broker.home"], "that is no name and no address of a computer"),
    (["--mqtt-user", "coach"], "go with --mqtt HOST"),
    (["--mqtt", "broker.home", "--mqtt-ca", "/gone.pem"], "/gone.pem: there is no such file"),
    (["--mqtt", "broker.home", "--mqtt-user", "coach"], "wants a password on standard input"),
)


def test_what_cannot_be_done_is_told_in_a_line_and_changes_nothing(machine: Machine) -> None:
    before = machine.traces()
    for options, problem in REFUSED:
        told = machine.refused(*options)
        assert problem in told
        assert told.count("\n") == 1
    assert machine.traces() == before


def test_a_bridge_that_does_not_start_is_told(machine: Machine) -> None:
    (machine.root / "service-fails").write_text("flatback-mqtt")
    assert machine.refused("--mqtt", "broker.home") == (
        "install_pi: the bridge does not start: journalctl -u flatback-mqtt tells why\n"
    )
    (machine.root / "service-fails").unlink()
    machine.calls()
    machine.installed()
    assert machine.calls()[-2:] == STARTS
