"""Mqtt file: the bridge's settings, as a person or the installer wrote them in TOML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from coach.datafile import Strict, parse_toml
from coach.devices.files.bounded_file import read_text
from coach.devices.mqtt.broker_settings import PORT, TLS_PORT, BrokerSettings, tls_context
from coach.errors import DataError
from coach.plain_tree import MOST_BYTES

DEFAULT_PATH = Path("/etc/flatback/mqtt.toml")

_PLACE = re.compile(r"[^\s/\x00-\x1f]{1,255}")
_TOPIC = re.compile(r"[^\s\x00-\x1f+#$/]+(/[^\s\x00-\x1f+#$/]+){0,7}")
_LONGEST_TOPIC = 100


def _place(text: str) -> str:
    if not _PLACE.fullmatch(text):
        raise ValueError("should be a name or an address, as in homeassistant.local")
    return text


def _topic(text: str) -> str:
    if len(text) > _LONGEST_TOPIC or not _TOPIC.fullmatch(text):
        raise ValueError("should be a topic, as in homeassistant")
    return text


Place = Annotated[str, AfterValidator(_place)]
Secret = Annotated[str, Field(max_length=1000)]


class MqttFile(Strict):
    """What may stand in the file; ``host`` alone has to."""

    host: Place
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    address: Place | None = None
    username: Secret | None = None
    password: Secret | None = Field(default=None, repr=False)
    password_file: str | None = None
    tls: bool = False
    ca_file: str | None = None
    discovery_prefix: Annotated[str, AfterValidator(_topic)] = "homeassistant"
    health: bool = False


def read_settings(path: Path) -> BrokerSettings:
    """The settings in the file. Raises DataError, which never quotes a password."""
    file = _parsed(path)
    if file.password is not None and file.password_file is not None:
        raise DataError(
            str(path), "password", "there is a password_file, too: leave one of them out"
        )
    secret = file.password
    if file.password_file is not None:
        secret = read_text(path.parent / file.password_file, MOST_BYTES).rstrip("\r\n")
    if secret is not None and not file.username:
        raise DataError(str(path), "username", "a password needs one")
    if file.ca_file is not None and not file.tls:
        raise DataError(str(path), "ca_file", "it is of use with tls = true alone")
    settings = BrokerSettings(
        host=file.host,
        port=file.port or (TLS_PORT if file.tls else PORT),
        address=file.address,
        username=file.username or None,
        password=secret,
        tls=file.tls,
        ca_file=None if file.ca_file is None else str(path.parent / file.ca_file),
        discovery_prefix=file.discovery_prefix,
        health=file.health,
    )
    try:
        tls_context(settings)
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(str(settings.ca_file), "", f"holds no certificate: {why}") from None
    return settings


def _parsed(path: Path) -> MqttFile:
    """What the file holds. An error about the password would quote it."""
    try:
        return parse_toml(read_text(path, MOST_BYTES), str(path), MqttFile)
    except DataError as error:
        if error.where != "password":
            raise
        problem = "should be a text in quotes, of at most 1000 letters"
    raise DataError(str(path), "password", problem)
