"""Bridge: ``coach bridge mqtt`` tells home automation what happens, and takes its commands."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from coach.app.language_files import ENGLISH, load_language
from coach.app.logs import Level
from coach.cli.command_group import Group
from coach.cli.options import LanguageName, LogLevel
from coach.devices.mqtt.broker_settings import Task
from coach.devices.mqtt.mqtt_file import DEFAULT_PATH, read_settings
from coach.errors import BridgeError

EVENTS = Path("/run/flatback/events")
"""The socket of the service."""

INSTALL = "run scripts/setup --mqtt in the project's folder"

WRITE = "sudo scripts/install_pi --mqtt HOST writes one, or write a line such as host = 'NAME'"

bridge_app = typer.Typer(
    name="bridge",
    cls=Group,
    no_args_is_help=True,
    help="Tell home automation what happens, and take its commands.",
    epilog="Example: coach bridge mqtt --config mqtt.toml",
)


@bridge_app.callback()
def _bridge() -> None:
    """A group, though it has one command."""


@bridge_app.command(epilog="Example: coach bridge mqtt --config mqtt.toml --events /tmp/events")
def mqtt(
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the broker is, TOML.")
    ] = DEFAULT_PATH,
    events: Annotated[
        Path, typer.Option(metavar="SOCKET", help="Where coach run --events tells them.")
    ] = EVENTS,
    language: LanguageName = ENGLISH,
    log_level: LogLevel = None,
) -> None:
    """Bridge to an MQTT broker, for Home Assistant and others, until Ctrl-C.

    It waits for the broker and for the coach by itself, and may be started before either.
    """
    if importlib.util.find_spec("paho") is None:
        raise BridgeError(f"the bridge needs paho-mqtt, which is not installed: {INSTALL}")
    if not config.exists():
        raise BridgeError(f"{config}: there is no such file: {WRITE}")
    settings = read_settings(config)
    names = load_language(language).home.model_dump()
    level = (log_level or Level.INFO).value
    _become_bridge(Task(settings, str(events.absolute()), names, level))


def _become_bridge(task: Task) -> None:
    """Replace this process, which holds twice as much memory, by the one that bridges."""
    handed = os.memfd_create("bridge", 0)
    os.write(handed, task.to_json())
    os.lseek(handed, 0, os.SEEK_SET)
    sys.stdout.flush()
    module = "coach.app.mqtt_bridge"
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, str(handed)])  # noqa: S606
