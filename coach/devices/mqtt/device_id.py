"""Device id: what names this computer in home automation, for ever, and says nothing about it."""

from __future__ import annotations

import hashlib
import hmac
import socket
from contextlib import suppress
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")
"""It is confidential, and should not leave the machine as it is: machine-id(5)."""

_OF_WHAT = b"flatback home automation"
_LETTERS = 16


def device_id(path: Path = _MACHINE_ID) -> str:
    """``flatback_`` and letters that are the same after every start; where the machine has no id,
    they are made of its name."""
    own = b""
    with suppress(OSError):
        own = path.read_bytes().strip()
    key = own or socket.gethostname().encode()
    return "flatback_" + hmac.new(key, _OF_WHAT, hashlib.sha256).hexdigest()[:_LETTERS]
