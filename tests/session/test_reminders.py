"""Reminders: they rotate, so that they do not numb, and the one most needed comes more often."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.messages.facts import MISTAKES, Mistake
from coach.session.workout import Reminders

Noted = st.dictionaries(st.sampled_from(MISTAKES), st.integers(0, 1000))


def given_out(noted: dict[Mistake, int], count: int) -> list[Mistake]:
    reminders = Reminders(noted)
    return [reminders.next() for _ in range(count)]


def test_without_a_history_each_comes_in_turn() -> None:
    assert given_out({}, 10) == [*MISTAKES, *MISTAKES]


@given(Noted)
def test_none_comes_twice_in_a_row(noted: dict[Mistake, int]) -> None:
    assert all(one != other for one, other in pairwise(given_out(noted, 60)))


@given(Noted)
def test_every_one_comes_up_however_often_the_others_are_needed(noted: dict[Mistake, int]) -> None:
    assert set(given_out(noted, 30)) == set(MISTAKES)


@pytest.mark.parametrize("needed", MISTAKES)
def test_the_one_most_needed_comes_most_often(needed: Mistake) -> None:
    times = Counter(given_out({needed: 3}, 40))
    assert times.most_common(1)[0][0] == needed
    assert times[needed] > 1.5 * max(times[one] for one in MISTAKES if one != needed)


def test_a_mistake_of_today_counts_from_now_on() -> None:
    reminders = Reminders({})
    for _ in range(4):
        reminders.note("belly")
    assert Counter(reminders.next() for _ in range(10))["belly"] >= 4
