"""Intents: what a person may mean, and what else moves a session on."""

from __future__ import annotations

from typing import Literal, get_args

Intent = Literal[
    "ready",
    "done",
    "arched",
    "yes",
    "no",
    "stop",
    "pain",
    "pause",
    "resume",
    "repeat",
    "skip",
    "help",
    "easier",
    "harder",
    "slower",
    "faster",
    "how_many",
    "restart",
    "bulging",
    "neck",
    "breathing",
    "why",
    "how_often",
    "my_floor",
    "what_next",
]
INTENTS: tuple[Intent, ...] = get_args(Intent)

Trigger = Literal[Intent, "played", "unanswered", "device_lost", "device_found"]
"""What a row of the state machine is triggered by: an intent, or one of these.

``played``: the state has said and done all it had to, down to its last pause. ``unanswered``: a
question stood for as long as the coach has patience. ``device_lost``: the microphone, the speaker
or both are gone. ``device_found``: some of that is back.
"""
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
