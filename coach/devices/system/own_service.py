"""Own service: whether the coach's service has failed on this machine, and why, from systemd."""

from __future__ import annotations

import shutil
import subprocess

SERVICE = "flatback"
"""The systemd unit of the coach's own service."""

_SHOWN = ("LoadState", "ActiveState", "Result", "ExecMainStatus", "StatusText")
_PATIENCE_SECONDS = 5


def show() -> str:
    """The answer of ``systemctl show`` about the service; empty without systemd."""
    program = shutil.which("systemctl")
    if program is None:
        return ""
    command = [program, "show", f"{SERVICE}.service", f"--property={','.join(_SHOWN)}"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def why_failed(shown: str) -> str | None:
    """Why the service has failed, as a clause, from the answer of ``show``; None unless it has."""
    facts = dict(line.partition("=")[::2] for line in shown.splitlines())
    if facts.get("LoadState") != "loaded" or facts.get("ActiveState") != "failed":
        return None
    if facts.get("StatusText"):
        return facts["StatusText"]
    return f"{facts.get('Result', 'unknown')}, exit status {facts.get('ExecMainStatus', 'unknown')}"
