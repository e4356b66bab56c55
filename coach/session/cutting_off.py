"""Cutting off: whether and where a session that was cut off can go on."""

from __future__ import annotations

from coach.messages.states import PARTS, Part
from coach.session.reps import MOST_EXTRA_SETS
from coach.session.workout import Workout
from coach.training.history import CutOff
from coach.training.programme import Routine


def part_of_cut_off(cut_off: CutOff, workout: Workout) -> Part:
    """The part in which to continue.

    A state that is no part stands for the sets if a set had begun, else for the first part.
    """
    here: dict[str, Part] = {part: part for part in PARTS}
    otherwise = "working" if cut_off.set else workout.parts[0]
    return here.get(cut_off.state, otherwise)


def fits(cut_off: CutOff, routine: Routine) -> bool:
    """Whether the numbers of ``cut_off`` are possible with the sets and reps of ``routine``."""
    sets, reps = routine.sets + MOST_EXTRA_SETS, routine.reps
    return cut_off.set <= sets and cut_off.reps <= reps and cut_off.perfect <= sets * reps
