"""Plan: what one session starts from, including everything that it knows of earlier ones."""

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
    "plan_four_weeks_off",
    "plan_all_perfect",
    "plan_as_asked",
]
"""The prompt that says why the exercise was chosen."""

EasyReason = Literal["easy_today", "easy_yesterday", "easy_three_times"]
"""The prompt that says why today should be easy."""

Opening = Literal["guided", "greeting", "silent"]
"""How a session opens. ``guided``: a person is there and is led onto the mat. ``greeting``: the
coach says how to call it, and waits for that. ``silent``: it waits without a word."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained in one session, and what is asked, offered and remembered in it."""

    exercise: str
    """The exercise to train, by the name of its file."""
    reason: Reason = "plan_first_time"
    """Why it was chosen."""
    floor: float | None = None
    """The count to lower to; None if it has to be found first."""
    fewer_sets: int = 0
    """How many fewer sets than usual; a known floor is then one count higher than usual, too."""
    earned_last_time: bool = False
    """Whether the last session was one of the two in a row that earn a harder exercise."""
    repeats: bool = False
    """Whether to ask if the person wants the same as last time, straight to the sets."""
    probe: bool = False
    """Whether half a count below the floor is tried before the sets."""
    offers: tuple[str, ...] = ()
    """The harder exercises to offer, in order: first the one that hurt, when the week of care
    after it is over, then those that fifteen perfect reps in two sessions have earned."""
    may_advance: bool = True
    """Whether a harder exercise is allowed; false in the week of care after pain, and in the first
    session after it."""
    is_familiar: bool = False
    """Whether the person has trained often and lately enough to know the explanations."""
    trainings: int = 0
    """How many sessions were remembered; the wordings that are used in turn begin one further with
    each."""
    screens: bool = False
    """Whether to ask the questions about the person's health first."""
    beginner: str | None = None
    """The exercise for a person who has never done leg lifts; None if the coach need not ask."""
    climbs: tuple[str, ...] = ()
    """The exercises that a beginner may go up to after the first rep, the easiest first; the last
    is the usual start."""
    asks_after_pain: bool = False
    """Whether to ask if the person feels well again, because the last session ended in pain."""
    asks_pain_level: bool = False
    """Whether to ask for a number for the pain: after a session with pain, and until it is low."""
    hurt_twice: bool = False
    """Whether the last two sessions ended in pain, so that there is nothing but an easy one."""
    asks_effort: bool = False
    """Whether to ask in the end how hard it was, at most once a week."""
    stretch: bool | None = None
    """Whether the session has the stretches; None if the person has to be asked."""
    easy: EasyReason | None = None
    """Why an easy session is offered; None if it is not. Never set together with ``offers``."""
    hold_seconds: float | None = None
    """How long to hold the plank; None for the length in the hold's own file."""
    mistakes: Mapping[Mistake, int] = field(default_factory=dict)
    """How often each mistake was noted in recent sessions."""
    floors: Mapping[str, float] = field(default_factory=dict)
    """The known floors of all exercises, in counts, by the names of their files."""
    cut_off: CutOff | None = None
    """The session to offer to resume, if there is one."""
    memory_was_damaged: bool = False
    """Whether to say that an earlier memory could not be read."""
    clock_went_back: bool = False
    """Whether to say that the clock is earlier than the last session."""
    minute: float | None = None
    """The minute of the day at which the session opens; None where no clock tells."""
    opening: Opening = "guided"
    """How the session opens."""

    pairing_secret: str = ""
    """Of which the codes are made that pair a device with the page; empty where there is none."""

    @property
    def on_call(self) -> bool:
        """Whether the coach waits for a person to call it.

        Such a coach hears the room all day, and goes back to waiting when nobody answers any more.
        """
        return self.opening != "guided"
