"""Passing time: the seconds that are told are never fewer than there are, and all can be said."""

from __future__ import annotations

import pytest

from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.session.passing_time import in_fives
from coach.session.wordings import fill_ranges
from coach.training.holding import LONGEST_HOLD_SECONDS


@pytest.mark.parametrize(
    ("seconds_left", "told"), [(0, 0), (1, 5), (5, 5), (6, 10), (52, 55), (60, 60)]
)
def test_seconds_are_told_in_fives(seconds_left: int, told: int) -> None:
    assert in_fives(seconds_left) == told


def test_the_seconds_of_every_rest_and_hold_can_be_said() -> None:
    programme = load_programme()
    said = fill_ranges(programme, load_grammar(), load_language().prompts.language)["seconds_left"]
    longest = max(hold.seconds for hold in programme.holds.values())
    whole = (programme.routine.rest_seconds, round(LONGEST_HOLD_SECONDS), longest)
    assert {in_fives(left) for most in whole for left in range(most + 1)} <= set(said)
