"""Corrections: a verdict taken back leaves the tally as if the other one had been given."""

from __future__ import annotations

import pytest

from coach.messages.facts import (
    ExerciseChosen,
    FloorFound,
    HoldEnded,
    RepCorrected,
    RepEnded,
    SessionEnded,
)
from coach.session.reps import Tally
from coach.simulation.rehearsal import parse_rehearsal
from tests.session.test_corners import prompts, states, told
from tests.stories import lesson, rehearse


def tally_of(verdicts: str, floor: float | None = 3.0) -> Tally:
    """The tally of a set: p is a perfect rep, a is an arched one, and ! takes the last one back,
    which went down to the floor."""
    programme = lesson(sets=1, reps=20).programme
    exercise = programme.exercises["straight_leg_lift"]
    floors = {} if floor is None else {"straight_leg_lift": floor}
    tally = Tally(programme.routine, "straight_leg_lift", exercise, floors)
    tally.begin_set()
    down = tally.working_floor
    for before, verdict in zip(" " + verdicts, verdicts, strict=False):
        down = down if verdict == "!" else tally.working_floor
        if verdict == "p":
            tally.count_perfect()
        elif verdict == "a":
            tally.count_arched()
        else:
            tally.overturn(perfect=before == "a", count=down)
    return tally


def numbers(tally: Tally) -> dict[str, object]:
    return {name: getattr(tally, name) for name in vars(tally) if name != "_before"}


@pytest.mark.parametrize(
    ("corrected", "right"),
    [
        ("a!", "p"),
        ("aa!", "ap"),
        ("aa!a", "apa"),
        ("paa!ap", "papap"),
        ("aaa!", "aap"),
        ("p" * 14 + "a!", "p" * 15),
    ],
)
def test_a_lost_rep_that_is_given_back_leaves_no_trace(corrected: str, right: str) -> None:
    floor = 2.0 if right == "aap" else 3.0
    given_back, told_right = tally_of(corrected, floor), tally_of(right, floor)
    assert numbers(given_back) == numbers(told_right)


def test_a_floor_that_was_not_known_is_not_known_again() -> None:
    tally = tally_of("aa", floor=None)
    assert tally.floor == 2
    tally.overturn(perfect=True, count=1)
    assert tally.floor is None


@pytest.mark.parametrize(("count", "earned"), [(3.0, True), (1.0, False)])
def test_only_a_rep_that_went_all_the_way_goes_on_with_the_run(count: float, earned: bool) -> None:
    tally = tally_of("p" * 14 + "a")
    tally.overturn(perfect=True, count=count)
    assert (tally.perfect, tally.earned_harder) == (15, earned)


def test_a_perfect_rep_that_is_taken_away_ends_the_run_and_is_no_arch() -> None:
    tally = tally_of("p" * 10 + "p!" + "p" * 5)
    assert (tally.perfect, tally.reps_done, tally.earned_harder) == (15, 16, False)
    assert (tally.floor, tally.arched_in_set) == (3.0, 0)


ARCHES = "{when: {state: working, said: up}, after_s: 6.8, says: arched, times: %s}"
GIVES_BACK = "{when: {state: %s, said: %s}, after_s: %s, says: i didn't arch}"


@pytest.mark.whole_session
def test_the_third_lost_rep_given_back_withdraws_the_offer_of_something_easier() -> None:
    recorder = told(
        ARCHES % 3,
        GIVES_BACK % ("offering_easier", "ask_easier", 2),
        settings="{sets: 1, reps: 5}",
    )
    assert [rep.rep for rep in recorder.of(RepCorrected)] == [3]
    assert len(recorder.of(ExerciseChosen)) == 1
    assert [rep.rep for rep in recorder.of(RepEnded)] == [1, 2, 3, 4, 5]
    assert recorder.of(SessionEnded)[0].perfect_reps == 3


@pytest.mark.whole_session
def test_the_set_that_a_lost_rep_ended_goes_on() -> None:
    recorder = told(
        ARCHES.replace("up", "both") % 3,
        GIVES_BACK % ("working", "set_ends_early", 2),
        settings="{sets: 1, reps: 5, exercise: dead_bug}",
    )
    assert recorder.of(SessionEnded)[0].perfect_reps == 3
    assert [rep.rep for rep in recorder.of(RepEnded)] == [1, 2, 3, 4, 5]


@pytest.mark.whole_session
def test_in_a_pause_the_last_verdict_can_still_be_corrected() -> None:
    recorder = told(
        ARCHES % 1,
        "{when: {state: working, said: lost}, after_s: 1, says: wait}",
        GIVES_BACK % ("paused", "paused", 3),
        "{when: {state: paused, said: corrected}, after_s: 3, says: resume}",
    )
    assert states(recorder)[-4:] == ["paused", "working", "plank", "finished"]
    assert recorder.of(SessionEnded)[0].perfect_reps == 2
    assert [said for said in prompts(recorder, "paused") if said in ("perfect", "corrected")] == [
        "corrected",
        "perfect",
    ]


@pytest.mark.whole_session
def test_the_last_rep_is_corrected_while_the_plank_goes_on() -> None:
    recorder = told(
        ARCHES % 2,
        GIVES_BACK % ("plank", "hold_setup", 1),
        settings="{sets: 1, reps: 2}",
    )
    assert recorder.of(SessionEnded)[0].perfect_reps == 1
    assert recorder.of(HoldEnded)[0].whole


@pytest.mark.whole_session
def test_what_is_said_at_the_bottom_is_said_of_the_rep_that_has_come_down() -> None:
    says = "{when: {state: working, said: up}, after_s: 9.8, says: don't count that}"
    recorder = told(says)
    assert [(rep.rep, rep.perfect) for rep in recorder.of(RepCorrected)] == [(1, False)]
    assert [(rep.rep, rep.perfect) for rep in recorder.of(RepEnded)] == [(1, True), (2, True)]
    assert recorder.of(SessionEnded)[0].perfect_reps == 1
    assert prompts(recorder).count("perfect") == 1


SEARCH = """
settings: {sets: 1, reps: 1}
remembered: {sits: false}
clips: .
limit_s: 240
user:
  - {when: {state: waiting, said: ask_comfortable}, after_s: 1, says: ready}
  - {when: {state: cat_cow}, after_s: 2, says: skip}
  - {when: {state: tension_check}, after_s: 2, says: skip}
  - {when: {state: first_rep}, after_s: 2, says: skip}
  - {when: {state: slow_descent, said: count}, after_s: 1.2, says: arched}
  - {when: {state: stop_point}, after_s: %s, says: undo}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("after_s", "floor"), [(3, 3.0), (19, 3.0), (22, 2.0)])
def test_an_arch_of_the_search_can_be_taken_back_for_twenty_seconds(
    after_s: float, floor: float
) -> None:
    recorder = rehearse(parse_rehearsal(SEARCH % after_s, "search.yaml"))
    assert recorder.of(FloorFound)[0].count == floor
    assert ("taken_back" in prompts(recorder)) is (floor == 3.0)
