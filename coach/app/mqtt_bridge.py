"""Mqtt bridge: the process that bridges from the coach's socket to an MQTT broker.

``coach bridge mqtt`` checks the settings and then becomes this one, which loads neither numpy nor
what checks data files: ``python -m coach.app.mqtt_bridge FD`` reads its task from a file that is
open already, so that a password stands in no command line.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from coach.app.log_calm import LogCalm
from coach.app.log_output import log_to_stderr
from coach.devices.mqtt.broker_connection import BrokerConnection
from coach.devices.mqtt.broker_settings import Task, from_json
from coach.devices.mqtt.coach_connection import CoachConnection
from coach.devices.mqtt.device_id import device_id

_LOGGERS = ("coach.mqtt",)


def bridge(task: Task) -> int:
    """Bridge until a signal comes, and return its number."""
    coach: CoachConnection | None = None
    came: list[int] = []

    def command(name: str) -> bool:
        return coach is not None and coach.send(name)

    broker = BrokerConnection(task, device_id(), command)

    def end(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        broker.leave()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    coach = CoachConnection(task.events, broker.board, health=task.broker.health)
    coach.begin()
    broker.stay()
    return came[0]


def main() -> None:
    """Entry point; Ctrl-C is exit status 130, and SIGTERM is none."""
    with os.fdopen(int(sys.argv[1]), "rb") as handed:
        task = from_json(handed.read())
    log_to_stderr(task.level, LogCalm(about=_LOGGERS, what="the connections"))
    sys.exit(130 if bridge(task) == signal.SIGINT else 0)


if __name__ == "__main__":
    main()
