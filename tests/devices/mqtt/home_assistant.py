"""Home Assistant: what it takes for a device discovery, as far as its documentation tells.

Unknown keys are errors here, though Home Assistant drops those of an entity: one is a mistake.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Topic = Annotated[str, Field(pattern=r"^[^+#\x00]+$")]
Icon = Annotated[str, Field(pattern=r"^mdi:[a-z-]+$")]


class Known(BaseModel):
    """A part of the message."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Device(Known):
    ids: list[str] = Field(min_length=1)
    name: str
    mf: str
    sw: str


class Origin(Known):
    name: str
    sw: str


class Availability(Known):
    topic: Topic


class Entity(Known):
    """What every entity may have."""

    name: str
    unique_id: str
    icon: Icon | None = None
    entity_category: Literal["config", "diagnostic"] | None = None


class Told(Entity):
    """An entity that is told its state; Home Assistant passes no QoS of the device on to it."""

    state_topic: Topic
    qos: Literal[1]


class Sensor(Told):
    platform: Literal["sensor"]
    device_class: Literal["enum", "date"] | None = None
    state_class: Literal["measurement", "total", "total_increasing"] | None = None
    options: list[str] | None = None


class BinarySensor(Told):
    platform: Literal["binary_sensor"]
    device_class: Literal["running", "problem"] | None = None
    json_attributes_topic: Topic | None = None


class EventEntity(Told):
    platform: Literal["event"]
    event_types: list[str] = Field(min_length=1)


class Button(Entity):
    platform: Literal["button"]
    command_topic: Topic
    payload_press: str


AnyEntity = Annotated[Sensor | BinarySensor | EventEntity | Button, Field(discriminator="platform")]


class Discovery(Known):
    """The whole message. It has to have a device, an origin and components."""

    dev: Device
    o: Origin
    cmps: dict[str, AnyEntity]
    availability: list[Availability]
    availability_mode: Literal["all", "any", "latest"]


def removed(message: Any) -> set[str]:
    """The entities that are to be removed if they are there: nothing but a platform is told."""
    return {name for name, each in message["cmps"].items() if set(each) == {"platform"}}


def understood(message: Any) -> Discovery:
    """The message as Home Assistant understands it; raises ValidationError if it does not."""
    gone = removed(message)
    kept = {name: each for name, each in message["cmps"].items() if name not in gone}
    discovery = Discovery.model_validate({**message, "cmps": kept})
    for entity in discovery.cmps.values():
        if isinstance(entity, Sensor):
            # Options go with the class enum alone, and a class of state with neither enum nor date.
            assert (entity.options is not None) == (entity.device_class == "enum")
            assert entity.state_class is None or entity.device_class is None
    return discovery
