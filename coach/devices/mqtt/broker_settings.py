"""Broker settings: how the bridge reaches its broker, and what it may tell there.

They are handed from the process that has checked the file to the one that bridges, which loads
nothing that only the check needs.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PORT = 1883
TLS_PORT = 8883


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """``host`` is the broker's name, which its certificate has to have; ``address`` is where it is,
    if the name cannot be looked up. ``health`` is whether pain and effort may be told."""

    host: str
    port: int = PORT
    address: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: str | None = None
    discovery_prefix: str = "homeassistant"
    health: bool = False

    @property
    def place(self) -> str:
        """Host and port, for a log."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Task:
    """All that the bridge is told when it starts.

    ``events`` is the path of the coach's socket, ``names`` are what its entities are called, and
    ``spread_seconds`` is the longest delay after which it announces them.
    """

    broker: BrokerSettings
    events: str
    names: Mapping[str, str]
    level: str = "INFO"
    spread_seconds: float = 2.0

    def to_json(self) -> bytes:
        """The task for another process; the password is in it."""
        return json.dumps(asdict(self)).encode()


def from_json(text: bytes) -> Task:
    """The task that ``to_json`` wrote."""
    fields: dict[str, Any] = json.loads(text)
    return Task(**{**fields, "broker": BrokerSettings(**fields["broker"])})


class _Named(ssl.SSLContext):
    """Holds the certificate against the broker's name, whatever address was connected to."""

    name: str | None = None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{**kwargs, "server_hostname": self.name})


def tls_context(settings: BrokerSettings) -> ssl.SSLContext | None:
    """What checks the broker's certificate; None without TLS. Raises OSError for a bad CA file."""
    if not settings.tls:
        return None
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    context.name = settings.host
    if settings.ca_file is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(settings.ca_file)
    return context
