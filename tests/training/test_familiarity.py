"""Familiarity: how many trainings, and how long ago, spare a person the explanations."""

from __future__ import annotations

import pytest

from coach.training.history import Training, is_familiar


@pytest.mark.parametrize(
    ("days", "familiar"),
    [
        ([], False),
        ([97], False),
        ([95, 97], True),
        ([1, 72], False),  # four weeks ago
        ([1, 73], True),
        ([95, 97, 100], True),
    ],
)
def test_two_trainings_lately_are_enough(days: list[int], *, familiar: bool) -> None:
    trainings = [Training(day, "finished", "straight_leg_lift") for day in days]
    assert is_familiar(trainings, 100) is familiar
