"""Plan: what one session begins from. All that a session knows of earlier ones is in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coach.messages.facts import Mistake
from coach.training.history import CutOff

Reason = Literal[
    "plan_first_time",
    "plan_as_last_time",
    "plan_after_pain",
    "plan_two_weeks_off",
    "plan_all_perfect",
    "plan_as_asked",
]
"""The prompt that says why, in one sentence."""

EasyReason = Literal["easy_today", "easy_yesterday", "easy_three_times"]
"""The prompt that says why today should be easy."""

Opening = Literal["guided", "greeting", "silent"]
"""Somebody is there, and is led onto the mat; or a box waits until "ready" is said to it, which it
tells in its greeting, or says nothing at all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``floor`` is the count to lower to, None where it has to be found first; with ``probe`` half
    a count more is tried before the sets.

    ``offers`` are harder exercises to offer, in this order: what it hurt in, when the week of care
    after that is over, and what fifteen perfect reps have earned. ``may_advance`` is false within
    that week, and in the first session after pain: nothing harder then. ``stretch`` is None where
    the person has to be asked. ``easy`` is why an easy session is offered, if it is: never along
    with ``offers``.
    """

    exercise: str
    reason: Reason = "plan_first_time"
    floor: float | None = None
    probe: bool = False
    offers: tuple[str, ...] = ()
    may_advance: bool = True
    asks_after_pain: bool = False
    stretch: bool | None = None
    easy: EasyReason | None = None
    hold_seconds: float | None = None
    mistakes: Mapping[Mistake, int] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    cut_off: CutOff | None = None
    memory_was_damaged: bool = False
    opening: Opening = "guided"

    @property
    def on_call(self) -> bool:
        """Whether nobody is known to be there: a box hears the room all day, and goes back to
        waiting when nobody answers it any more."""
        return self.opening != "guided"
