"""Course: what is left out does not come, what is added comes once, and who is tired may rest."""

from __future__ import annotations

import pytest

from coach.messages.facts import RepEnded, SessionEnded, SetBegan, StateChanged
from tests.openings import parts_before
from tests.session.test_corners import prompts, states, told

pytestmark = pytest.mark.whole_session

NO_PLANK = "{when: {state: working, said: set_intro}, after_s: 1, says: skip the plank, times: 1}"


def test_a_plank_that_is_left_out_does_not_come() -> None:
    recorder = told(NO_PLANK)
    assert states(recorder)[-2:] == ["working", "finished"]
    assert "without_plank" in prompts(recorder)


@pytest.mark.parametrize(("asked", "sets"), [(1, 2), (2, 3), (4, 3)])
def test_two_sets_at_most_are_added(asked: int, sets: int) -> None:
    when = "when: {state: working, said: only_perfect}, after_s: 1"
    more = f"{{{when}, says: one more set, times: {asked}}}"
    recorder = told(more, NO_PLANK, settings="{sets: 1, reps: 1}")
    assert [(each.set, each.sets) for each in recorder.of(SetBegan)][-1] == (sets, sets)
    assert ("sets_enough" in prompts(recorder)) is (asked > 2)
    assert recorder.of(SessionEnded)[0].perfect_reps == sets


def test_what_there_is_no_part_before_begins_again() -> None:
    recorder = told("{when: {state: cat_cow}, after_s: 1, says: go back}")
    first_parts = parts_before("first_rep")[:2]
    assert states(recorder)[:4] == ["waiting", "planning", *first_parts]
    assert prompts(recorder, "cat_cow")[:2] == ["cat_cow_setup", "cat_cow_setup"]


TIRED = "{when: {state: working, said: %s}, after_s: 1.2, says: i'm tired}"
NO_BREAK = "{when: {state: offering_break, said: ask_break}, after_s: 2, says: 'no'}"


@pytest.mark.parametrize(("said", "reps_before"), [("both", 0), ("three", 1)])
def test_where_nothing_is_easier_the_set_goes_on_with_a_rep_begun_anew(
    said: str, reps_before: int
) -> None:
    """A rep that has come down counts, one that has not begins again."""
    settings = "{sets: 1, reps: 2, exercise: dead_bug}"
    recorder = told(TIRED % said, NO_BREAK, settings=settings)
    offered = next(e.at for e in recorder.of(StateChanged) if e.dest == "offering_break")
    assert len([rep for rep in recorder.of(RepEnded) if rep.at <= offered]) == reps_before
    assert states(recorder)[-4:] == ["offering_break", "working", "plank", "finished"]
    assert [rep.rep for rep in recorder.of(RepEnded)] == [1, 2]


def test_a_break_after_the_last_rep_leads_on() -> None:
    settings = "{sets: 1, reps: 1, exercise: dead_bug}"
    recorder = told(TIRED % "three", NO_BREAK, settings=settings)
    assert states(recorder)[-4:] == ["offering_break", "working", "plank", "finished"]
    assert recorder.of(SessionEnded)[0].perfect_reps == 1
