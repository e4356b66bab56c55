"""Rows: what the table is made of, and the rows that many states have in common."""

from __future__ import annotations

from collections.abc import Mapping

from coach.dialogue.machine import Row
from coach.hearing.grammar import INTENTS
from coach.messages.events import Intent
from coach.training.programme import PARTS

OPEN = ("waiting", "planning")
"""Before the first part of the training."""

ACTIVE = (*OPEN, *PARTS[: PARTS.index("working") + 1], "offering_easier", "resting", "plank")
FINAL = ("finished", "stopped")
STATES = (*ACTIVE, "paused", *FINAL)

PLAYED = "played"
"""The state has said and done all it had to, down to the last pause."""

UNANSWERED = "unanswered"
"""A question stood unanswered for as long as the coach has patience."""

DEVICE_LOST = "device_lost"
"""The microphone, the speaker or both are gone."""

DEVICE_FOUND = "device_found"
"""What was gone is back, or some of it."""

TRIGGERS: tuple[str, ...] = (*INTENTS, PLAYED, UNANSWERED, DEVICE_LOST, DEVICE_FOUND)

ANSWERED: tuple[Intent, ...] = (
    *("how_many", "bulging", "neck", "breathing", "why", "how_often", "my_floor", "what_next"),
)
"""Questions that are answered in a sentence wherever they come."""


BEGINS: Mapping[str, str] = {part: f"begin_{part}" for part in PARTS}
"""The effect that begins a part."""


def onward(state: str, *triggers: str) -> list[Row]:
    """From a part to the next one that the routine has."""
    later = PARTS[PARTS.index(state) + 1 :] if state in PARTS else PARTS
    return [
        row
        for trigger in triggers
        for row in (
            *(Row(state, trigger, part, BEGINS[part], f"{part}_is_next") for part in later),
            Row(state, trigger, "finished", "end_finished"),
        )
    ]


def question(state: str) -> list[Row]:
    """What becomes of a question that nobody answers."""
    return [
        Row(state, UNANSWERED, None, "ask_again", "patient"),
        Row(state, UNANSWERED, "paused", "hold"),
    ]


def everywhere() -> list[Row]:
    """What a person may always say while the session is on."""
    rows = []
    for state in ACTIVE:
        rows += [
            Row(state, "stop", "stopped", "end_stopped"),
            Row(state, "pain", "stopped", "end_in_pain"),
            Row(state, "pause", "paused", "hold"),
            Row(state, "repeat", None, "say_again"),
            Row(state, "slower", None, "slow_down"),
            Row(state, "faster", None, "speed_up"),
            *(Row(state, intent, None, "answer") for intent in ANSWERED),
        ]
        if state != "tension_check":
            rows.append(Row(state, "help", None, "help"))
        rows += _other_exercise(state)
    return rows


def _other_exercise(state: str) -> list[Row]:
    """Easier and harder: the lifts begin anew with the exercise, a set goes on with it."""
    if state == "offering_easier":
        return []
    if state == "plank":
        return [Row(state, trigger, None, "tell_hold") for trigger in ("easier", "harder")]
    dest = "first_rep" if state in ("first_rep", "slow_descent", "stop_point") else None
    verb = "begin" if dest else "go_on" if state == "working" else "plan"
    return [
        Row(state, "easier", dest, f"{verb}_easier", "has_easier"),
        Row(state, "easier", None, "tell_easiest"),
        Row(state, "harder", dest, f"{verb}_harder", "has_harder"),
        Row(state, "harder", None, "tell_not_harder"),
    ]


def return_from_pause() -> list[Row]:
    """Back to where the pause came from."""
    return [
        Row("paused", trigger, state, "go_on", f"paused_in_{state}")
        for state in ACTIVE
        for trigger in ("resume", "ready")
    ]


def devices() -> list[Row]:
    """Nobody trains without being heard or told: a lost device is a pause.

    Who has not begun has nothing to pause; farewells are for who can hear them.
    """
    return [
        *(
            Row(state, DEVICE_LOST, "paused", "lose_touch")
            for state in ACTIVE
            if state != "waiting"
        ),
        Row("paused", DEVICE_LOST, None, "tell_devices"),
        Row("paused", DEVICE_FOUND, None, "tell_devices"),
        Row("waiting", DEVICE_LOST, None, "carry_on", "on_call"),
        Row("waiting", DEVICE_LOST, None, "wait_apart"),
        Row("waiting", DEVICE_FOUND, None, "carry_on", "on_call"),
        Row("waiting", DEVICE_FOUND, None, "wait_on"),
        *(
            row
            for state in FINAL
            for row in (
                Row(state, DEVICE_LOST, None, "leave", "mute"),
                Row(state, DEVICE_LOST, None, "carry_on"),
            )
        ),
    ]


def take_up() -> list[Row]:
    """A session that was cut off goes on in the part it was in."""
    return [Row("planning", PLAYED, part, "take_up", f"taken_up_in_{part}") for part in PARTS]
