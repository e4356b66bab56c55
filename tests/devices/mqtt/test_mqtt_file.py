"""Mqtt file: what a person may write into it, and what they are told of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.devices.mqtt.broker_settings import BrokerSettings, Task, from_json
from coach.devices.mqtt.mqtt_file import read_settings
from coach.errors import DataError

SECRET = "opens-all-doors"  # noqa: S105 - of nothing


def read(folder: Path, text: str) -> BrokerSettings:
    file = folder / "mqtt.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ('host = "broker.home"', BrokerSettings("broker.home")),
        ('host = "::1"\nport = 1884', BrokerSettings("::1", 1884)),
        ('host = "broker.home"\ntls = true', BrokerSettings("broker.home", 8883, tls=True)),
        (
            f'host="b"\naddress="10.0.0.2"\nusername="u"\npassword="{SECRET}"\nhealth=true',
            BrokerSettings("b", address="10.0.0.2", username="u", password=SECRET, health=True),
        ),
        (
            'host = "b"\nusername = "u"\npassword_file = "secret"\ndiscovery_prefix = "ha/own"',
            BrokerSettings("b", username="u", password=SECRET, discovery_prefix="ha/own"),
        ),
        ('host = "b"\nusername = ""', BrokerSettings("b")),
    ],
)
def test_what_is_written_is_understood(tmp_path: Path, text: str, settings: BrokerSettings) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    assert read(tmp_path, text) == settings


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "host: this key is missing"),
        ('hots = "b"', "hots: this key is not known here: did you mean 'host'?"),
        (
            'host = "mqtt://broker.home"',
            "host: should be a name or an address, as in homeassistant.local",
        ),
        ('host = "b"\nport = 70000', "port: input should be less than or equal to 65535"),
        (f'host = "b"\npasword = "{SECRET}"', "pasword: this key is not known here: did you mean"),
        (f'host = "b"\npassword = ["{SECRET}"]', "password: should be a text in quotes"),
        (f'host = "b"\npassword = "{SECRET}"', "username: a password needs one"),
        (f'host = "b"\npassword = "{SECRET}', "not TOML: "),
        (
            f'host = "b"\npassword = "{SECRET}"\npassword_file = "secret"',
            "password: there is a password_file, too: leave one of them out",
        ),
        (
            'host = "b"\nusername = "u"\npassword_file = "gone"',
            "gone: cannot be read: No such file",
        ),
        ('host = "b"\nca_file = "ca.pem"', "ca_file: it is of use with tls = true alone"),
        ('host = "b"\ntls = true\nca_file = "gone"', "gone: holds no certificate: No such file"),
        ('host = "b"\ntls = true\nca_file = "mqtt.toml"', "mqtt.toml: holds no certificate: "),
        (
            'host = "b"\ndiscovery_prefix = "a/+/b"',
            "discovery_prefix: should be a topic, as in homeassistant",
        ),
        ('host = "b"\ntls = "yes"', "tls: input should be a valid boolean, found 'yes'"),
    ],
)
def test_a_mistake_is_told_in_a_line_without_the_password(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    line = str(error.value)
    assert told in line
    assert "\n" not in line
    assert SECRET not in line


def test_a_task_is_the_same_in_the_other_process_and_shows_no_password() -> None:
    settings = BrokerSettings("broker.home", username="u", password=SECRET, tls=True)
    task = Task(settings, "/run/flatback/events", {"device": "Flatback"})
    assert from_json(task.to_json()) == task
    assert SECRET not in repr(task)
