"""Exercise names: what the exercises are called by other programs."""

from __future__ import annotations

from dataclasses import dataclass

from coach.display.plain_text import as_name


@dataclass(frozen=True, slots=True)
class ExerciseName:
    """An exercise as Hevy calls it, if it has it.

    ``category`` and ``subtype`` are the names that the FIT profile has for it, and ``equipment`` is
    as the openweight log writes it; None where it is not known.
    """

    title: str
    category: str = "core"
    subtype: str | None = None
    equipment: str | None = None


_OWN_WEIGHT = "bodyweight"

_SHIPPED = {
    "dead_bug": ExerciseName("Dead Bug", "hip_stability", "dead_bug", _OWN_WEIGHT),
    # No profile has it with bent knees: it is the nearest, and the title tells
    "bent_knee_lift": ExerciseName(
        "Bent Knee Leg Lift", "leg_raise", "leg_lowering_drill", _OWN_WEIGHT
    ),
    "single_leg_raise": ExerciseName(
        "Single Leg Raise", "leg_raise", "single_leg_lowering_drill", _OWN_WEIGHT
    ),
    "straight_leg_lift": ExerciseName(
        "Lying Leg Raise", "leg_raise", "lying_straight_leg_raise", _OWN_WEIGHT
    ),
    "weighted_leg_lift": ExerciseName(
        "Weighted Lying Leg Raise", "leg_raise", "weighted_lying_straight_leg_raise", "dumbbell"
    ),
    "hanging_leg_raise": ExerciseName(
        "Hanging Leg Raise", "leg_raise", "hanging_leg_raise", _OWN_WEIGHT
    ),
    "plank": ExerciseName("Plank", "plank", "plank", _OWN_WEIGHT),
}
"""By the names of their files."""


def name_of(exercise: str) -> ExerciseName:
    """The name of an exercise by that of its file; one that a person wrote has its own."""
    if exercise in _SHIPPED:
        return _SHIPPED[exercise]
    words = as_name(exercise).split()
    return ExerciseName(" ".join(word[0].upper() + word[1:] for word in words) or "Exercise")
