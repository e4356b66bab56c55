"""Pairing: says a code with which a person pairs a device with the page, where there is one.

The code is made of the plan's secret, so that a replay says the same.
"""

from __future__ import annotations

import hashlib

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, cue
from coach.messages.facts import PairingOffered
from coach.messages.states import State
from coach.session.workout import Workout

_DIGITS = 4


def code_of(secret: str, number: int) -> str:
    """The code number ``number`` that is made of ``secret``: four digits."""
    digest = hashlib.sha256(f"{secret}/{number}".encode()).digest()
    return f"{int.from_bytes(digest[:8]) % 10**_DIGITS:0{_DIGITS}d}"


class Pairing:
    """Each time somebody asks there is another code; the one before does not count any more."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._asked = 0

    def say_code(self) -> None:
        """Say the digits one by one, and then once more."""
        self._asked += 1
        code = code_of(self._workout.plan.pairing_secret, self._asked)
        stage = self._workout.stage
        stage.report(PairingOffered(stage.now, code))
        digits: Script = tuple(cue("pair_digit", 0.6, digit=int(digit)) for digit in code)
        self._workout.interject(cue("pair_code", 0.8), *digits, cue("pair_again", 0.8), *digits)


STATES: tuple[State, ...] = ("waiting", "paused")
"""Where a person may look for a phone: before the training, and in a pause."""

EVERYWHERE: tuple[Row, ...] = tuple(Row(state, "pair", None, Pairing.say_code) for state in STATES)
