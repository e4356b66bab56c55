"""Remembered: the training history of a rehearsal's user, as the rehearsal's file has it.

It takes the place of a memory: what to train is decided from it as from any other history.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coach.datafile import Strict
from coach.messages.facts import Mistake, Outcome
from coach.messages.states import State
from coach.training.care import HIGHEST_LEVEL
from coach.training.exercise import Name
from coach.training.history import CutOff, History, Pain, Training

TODAY = 0
"""The day of the rehearsal's session."""

OPENS_AT = 18.0 * 60 + 24
"""The minute of that day at which it opens."""

Count = Annotated[int, Field(ge=0, le=300)]
Floor = Annotated[float, Field(ge=1, le=4, multiple_of=0.5)]


class Past(Strict):
    """A past session. ``in_a_row`` is its longest run of perfect reps all the way down, ``floor``
    the count that it was lowered to."""

    days_ago: Annotated[int, Field(ge=0, le=36_500)]
    exercise: Name
    reps: Count
    perfect: Count
    in_a_row: Count = 0
    floor: Floor
    outcome: Outcome = "finished"
    hold_seconds: Annotated[float, Field(ge=0, le=600)] | None = None

    def training(self) -> Training:
        """The same session as a memory would return it, where today is day 0."""
        return Training(
            day=-self.days_ago,
            outcome=self.outcome,
            exercise=self.exercise,
            floor=self.floor,
            down_seconds=3.0,
            reps=self.reps,
            perfect=self.perfect,
            longest_run=self.in_a_row,
            hold_seconds=self.hold_seconds,
            hold_whole=self.hold_seconds is not None,
        )


class CutOffSession(Strict):
    """A session that was cut off; the fields are those of ``CutOff``."""

    minutes_ago: Annotated[float, Field(ge=0)]
    state: State
    exercise: Name
    floor: Floor | None = None
    set: Count = 0
    reps: Count = 0
    perfect: Count = 0


class Remembered(Strict):
    """The history: ``sessions`` are the past ones, the newest last; none for a new person.

    So that a rehearsal does not begin with questions, the person counts as practised, and as
    screened and asked about effort today, unless ``practised``, ``screened_days_ago`` and
    ``effort_days_ago`` say otherwise: null there means not known, or never. ``pain_level`` is the
    last number for pain.
    """

    sits: bool | None = None
    practised: bool | None = True
    pain_level: Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)] | None = None
    effort_days_ago: Annotated[int, Field(ge=0, le=36_500)] | None = 0
    screened_days_ago: Annotated[int, Field(ge=0, le=36_500)] | None = 0
    sessions: list[Past] = Field(default_factory=list)
    mistakes: dict[Mistake, int] = Field(default_factory=dict)
    cut_off: CutOffSession | None = None

    def history(self) -> History:
        """The same history as a memory would return it, where today is day 0."""
        trainings = tuple(past.training() for past in self.sessions)
        hurt = [one for one in trainings if one.outcome == "pain"]
        return History(
            trainings=trainings,
            floors={past.exercise: past.floor for past in self.sessions},
            pain=Pain(hurt[-1].day, hurt[-1].exercise) if hurt else None,
            ended_in_pain=bool(trainings) and trainings[-1].outcome == "pain",
            hurt_twice=[one.outcome for one in trainings[-2:]] == ["pain", "pain"],
            pain_level=self.pain_level,
            effort_day=None if self.effort_days_ago is None else TODAY - self.effort_days_ago,
            mistakes=self.mistakes,
            sits=self.sits,
            last_hold=next((one for one in reversed(trainings) if one.hold_seconds), None),
            practised=self.practised,
            screened=None if self.screened_days_ago is None else TODAY - self.screened_days_ago,
            cut_off=CutOff(**self.cut_off.model_dump()) if self.cut_off else None,
        )
