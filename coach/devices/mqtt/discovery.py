"""Discovery: the one message by which Home Assistant learns of the coach and all its entities.

It is the device discovery of Home Assistant 2024.11 and later: ``<prefix>/device/<id>/config``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from coach import __version__
from coach.devices.mqtt.board import (
    COACH,
    OF_HEALTH,
    REP,
    REP_EVENTS,
    SESSION,
    SESSION_EVENTS,
    SESSION_EVENTS_WITH_HEALTH,
)
from coach.messages.states import STATES

BRIDGE = "bridge"
"""The topic of whether the bridge is there, which the broker tells when it dies."""

COMMAND = "command"
COMMANDS = ("start", "pause", "resume", "stop")

_PLAIN: dict[str, dict[str, Any]] = {
    "exercise": {"icon": "mdi:yoga"},
    "set": {"icon": "mdi:format-list-numbered"},
    "rep": {"icon": "mdi:counter"},
    "perfect_reps": {"icon": "mdi:check-all", "state_class": "measurement"},
    "turning_point": {"icon": "mdi:angle-acute", "state_class": "measurement"},
    "last_session": {"device_class": "date"},
    "sessions_this_week": {"icon": "mdi:calendar-week", "state_class": "measurement"},
}
_ICONS = {"start": "mdi:play", "pause": "mdi:pause", "resume": "mdi:play-pause", "stop": "mdi:stop"}


def base(device: str) -> str:
    """The topic above all of a device's own."""
    return f"flatback/{device}"


def topic(prefix: str, device: str) -> str:
    """Where the message goes."""
    return f"{prefix}/device/{device}/config"


def payload(device: str, names: Mapping[str, str], *, health: bool) -> str:
    """The message; ``names`` has what the device and each entity is called."""
    own = base(device)
    entities = {
        **_sensors(own, names, health=health),
        **_binary_sensors(own, names),
        **_events(own, names, health=health),
        **{
            name: {
                "platform": "button",
                "name": names[name],
                "icon": _ICONS[name],
                "command_topic": f"{own}/{COMMAND}",
                "payload_press": name,
            }
            for name in COMMANDS
        },
    }
    for name, entity in entities.items():
        entity["unique_id"] = f"{device}_{name}"
    if not health:  # a platform and nothing else removes what was allowed once
        entities |= {name: {"platform": "sensor"} for name in OF_HEALTH}
    origin = {"name": "flatback", "sw": __version__}
    message = {
        "dev": {"ids": [device], "name": names["device"], "mf": "Flatback", "sw": __version__},
        "o": origin,
        "availability": [{"topic": f"{own}/{each}"} for each in (BRIDGE, COACH)],
        "availability_mode": "all",
        "cmps": entities,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _told(place: str) -> dict[str, Any]:
    """Of an entity: how its state comes.

    Home Assistant passes no QoS of the device on to its entities. A button has none: it would be
    pressed as often as it is sent, and later, when the broker was away.
    """
    return {"state_topic": place, "qos": 1}


def _sensors(own: str, names: Mapping[str, str], *, health: bool) -> dict[str, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {
        "state": {"device_class": "enum", "options": list(STATES), "icon": "mdi:run"},
        **_PLAIN,
        **({name: {"state_class": "measurement"} for name in OF_HEALTH} if health else {}),
    }
    return {
        name: {"platform": "sensor", "name": names[name], **_told(f"{own}/{name}"), **kind}
        for name, kind in kinds.items()
    }


def _binary_sensors(own: str, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    def made(name: str, kind: str) -> dict[str, Any]:
        return {
            "platform": "binary_sensor",
            "name": names[name],
            "device_class": kind,
            **_told(f"{own}/{name}"),
        }

    told = {"json_attributes_topic": f"{own}/problem/attributes", "entity_category": "diagnostic"}
    return {
        "session": made("session", "running"),
        "problem": {**made("problem", "problem"), **told},
    }


def _events(own: str, names: Mapping[str, str], *, health: bool) -> dict[str, dict[str, Any]]:
    kinds = {
        REP: REP_EVENTS,
        SESSION: SESSION_EVENTS_WITH_HEALTH if health else SESSION_EVENTS,
    }
    return {
        name.replace("/", "_"): {
            "platform": "event",
            "name": names[name.replace("/", "_")],
            **_told(f"{own}/{name}"),
            "event_types": list(types),
        }
        for name, types in kinds.items()
    }
