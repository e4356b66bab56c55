"""Frequency: weeks count from the first day, and one that is not over does not count."""

from __future__ import annotations

import pytest

from coach.app.language_files import load_language
from coach.training.frequency import FEWEST_A_WEEK, MOST_A_WEEK, Kept, due, kept


@pytest.mark.parametrize(
    ("days", "today", "found"),
    [
        ([], 10, Kept(0, 0, 0, 0)),
        ([10], 10, Kept(0, 0, 0, 0)),
        ([10, 13], 15, Kept(0, 0, 0, 3)),
        ([10, 13], 16, Kept(1, 2, 1, 3)),
        ([13, 10, 13, 10], 16, Kept(1, 2, 1, 3)),
        ([10, 17, 19, 24], 30, Kept(3, 4, 1, 7)),
        ([10, 12, 31], 40, Kept(4, 3, 1, 19)),
        ([10, 12], 100, Kept(13, 2, 1, 88)),
    ],
)
def test_weeks_of_training_are_counted(days: list[int], today: int, found: Kept) -> None:
    assert kept(days, today) == found


@pytest.mark.parametrize(
    ("days", "wanted"), [(0, (0, 0)), (1, (0, 0)), (7, (2, 3)), (30, (9, 13)), (365, (104, 156))]
)
def test_what_is_due_grows_with_the_days(days: int, wanted: tuple[int, int]) -> None:
    assert due(days) == wanted


def test_the_mean_is_that_of_weeks_that_are_over() -> None:
    assert kept([10, 12, 17], 23).days_a_week == 1.5
    assert kept([10, 12], 13).days_a_week is None


def test_the_coach_says_what_it_holds_people_against() -> None:
    pack = load_language()
    spelled = [pack.language.spelled(each) for each in (FEWEST_A_WEEK, MOST_A_WEEK)]
    assert " or ".join(spelled) in pack.prompts.text("answer_how_often", {})
