"""Intents: what a person may mean, and the other triggers of the state machine."""

from __future__ import annotations

from typing import Literal, get_args

Intent = Literal[
    "ready",
    "done",
    "arched",
    "undo",
    "discount",
    "yes",
    "no",
    "stop",
    "pain",
    "alarm",
    "pause",
    "resume",
    "not_me",
    "repeat",
    "skip",
    "skip_plank",
    "skip_stretching",
    "another_set",
    "go_back",
    "help",
    "tired",
    "easier",
    "harder",
    "slower",
    "faster",
    "how_many",
    "how_long",
    "which_set",
    "restart",
    "bulging",
    "neck",
    "breathing",
    "why",
    "how_often",
    "my_floor",
    "what_next",
    "what_time",
    "louder",
    "quieter",
    "speak_slower",
    "speak_faster",
    "talk_less",
    "talk_more",
    "pair",
    "number",
]
INTENTS: tuple[Intent, ...] = get_args(Intent)

URGENT: frozenset[Intent] = frozenset({"stop", "pain", "alarm", "pause", "arched"})
"""The intents that silence the coach at once, in the states that want them."""

OF_ITS_STATE: frozenset[Intent] = frozenset({"number"})
"""The intents that are talk wherever the session does not want them: people count aloud."""

ENDING: frozenset[Intent] = frozenset({"stop", "pain", "alarm"})
"""The urgent intents that end a session. In doubt the coach asks whether they were meant."""

Trigger = Literal[
    Intent, "doubted", "not_understood", "played", "unanswered", "device_lost", "device_found"
]
"""What triggers a row of the state machine: an intent, or one of these.

``doubted``: an ending intent was heard, but perhaps nobody said it. ``not_understood``: somebody
plainly answered a question, but with no answer. ``played``: the script of the state was played,
down to its last pause. ``unanswered``: nobody answered a question for as
long as the coach has patience. ``device_lost``: the microphone, the speaker or both were lost.
``device_found``: at least one of them is back.
"""
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
