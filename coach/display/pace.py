"""Pace: about how long what is left of a session takes.

The words of the coach take most of it, so the figures are those of whole sessions in English at the
usual rate, without the answers that a person gives early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.display.way import Way
from coach.messages.states import Part
from coach.training.exercise import Tempo
from coach.training.programme import Programme

_WORDS_SECONDS: Mapping[Part, float] = {
    "cat_cow": 6.0,
    "tension_check": 32.0,
    "first_rep": 60.0,
    "slow_descent": 28.0,
    "stop_point": 16.0,
    "working": 4.0,
    "plank": 29.0,
}
"""What is said and waited for in a part, beside what the fields of Pace and the routine tell."""

_STRETCH_WORDS_SECONDS = 12.0
_REP_WORDS_SECONDS = 9.0
"""The cues of a rep, praise, and every now and then a reminder."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds each part takes, but the sets; a rep; and a rest between two sets."""

    parts: Mapping[Part, float]
    rep_seconds: float
    rest_seconds: float

    def seconds_left(self, way: Way, elapsed_seconds: float, reps: int, rests: int) -> float:
        """How long the rest of the session takes.

        ``elapsed_seconds`` is how long the present part has lasted, ``reps`` how many reps are
        still to be done in all sets, and ``rests`` how many rests.
        """
        ahead = sum(self.parts.get(part, 0.0) for part in way.to_come)
        if way.now is not None:
            ahead += max(0.0, self.parts.get(way.now, 0.0) - elapsed_seconds)
        if "working" in (way.now, *way.to_come):
            ahead += reps * self.rep_seconds + rests * self.rest_seconds
        return ahead


def pace(programme: Programme) -> Pace:
    """The pace of a session of ``programme`` with its usual exercise."""
    routine = programme.routine
    rep_seconds = _rep_seconds(programme.exercises[routine.exercise].tempo)
    stretches = [programme.holds[name] for name in routine.stretches]
    moving: Mapping[Part, float] = {
        "stretching": sum(
            max(1, len(each.sides)) * (each.seconds + _STRETCH_WORDS_SECONDS) for each in stretches
        ),
        "cat_cow": routine.cat_cow.rounds * 2 * routine.cat_cow.breath_seconds,
        "stop_point": routine.stop_point.descents * rep_seconds,
        "plank": programme.holds[routine.hold].seconds,
    }
    parts = {part: _WORDS_SECONDS.get(part, 0.0) + moving.get(part, 0.0) for part in routine.parts}
    return Pace(parts, rep_seconds, routine.rest_seconds)


def _rep_seconds(tempo: Tempo) -> float:
    return (
        _REP_WORDS_SECONDS
        + tempo.inhale_seconds
        + tempo.lift_seconds
        + tempo.lower_seconds
        + tempo.down_seconds
        + tempo.grace_seconds
    )
