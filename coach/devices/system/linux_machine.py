"""Linux machine: its temperature, free disk space, and whether its clock is synchronised.

A fact that the machine does not provide is None. Nothing here uses the network.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_STATUS_PLACE = 40
"""The offset of ``status`` in ``struct timex`` of adjtimex(2), where a long has 64 bits."""

_STATE_UNSYNCHRONISED = 0x40
_TIMEX_BYTES = 256
"""More than the 208 bytes of the structure."""

_ANSWERS_WITHIN_SECONDS = 3.0
"""How long vcgencmd may take."""


def celsius(folder: Path = Path("/sys/class/thermal")) -> float | None:
    """The temperature of the hottest thermal zone in degrees Celsius."""
    hottest = []
    for zone in folder.glob("thermal_zone*/temp"):
        with suppress(OSError, ValueError):
            hottest.append(int(zone.read_text(encoding="ascii")) / 1000.0)
    return max(hottest, default=None)


def throttled(
    devices: Path = Path("/sys/devices/platform"), program: str = "vcgencmd"
) -> int | None:
    """What slows a Raspberry Pi down: the bits of its firmware's get_throttled."""
    for file in devices.glob("*/*firmware/get_throttled"):
        with suppress(OSError, ValueError):
            return int(file.read_text(encoding="ascii"), 16)
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        answer = subprocess.run(  # noqa: S603 - a fixed command
            [program, "get_throttled"],
            capture_output=True,
            check=True,
            text=True,
            timeout=_ANSWERS_WITHIN_SECONDS,
        ).stdout
        return int(answer.strip().removeprefix("throttled="), 16)
    return None


def bits() -> tuple[int, str]:
    """The number of bits of an address, and the name of the architecture."""
    return 8 * ctypes.sizeof(ctypes.c_void_p), platform.machine()


def free_megabytes(folder: Path) -> float | None:
    """Free space in millions of bytes on the disk on which ``folder`` is, or would be."""
    with suppress(OSError):
        return shutil.disk_usage(_there(folder)).free / 1e6
    return None


def why_not_writable(folder: Path) -> str | None:
    """Why no file can be written into ``folder``, or where it would be made; None if one can.

    A temporary file is written to find out, because permissions alone are no proof.
    """
    try:
        with tempfile.TemporaryFile(dir=_there(folder)) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        return str(error.strerror).lower()
    return None


def clock_is_synchronised() -> bool | None:
    """Whether the kernel's clock is synchronised with a time server."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    with suppress(OSError, AttributeError):
        if ctypes.CDLL(None).adjtimex(timex) >= 0:
            status = int.from_bytes(timex.raw[_STATUS_PLACE : _STATUS_PLACE + 4], "little")
            return not status & _STATE_UNSYNCHRONISED
    return None


def _there(folder: Path) -> Path:
    """The folder, or its nearest parent that exists."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
