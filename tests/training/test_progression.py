"""Planning: what is trained today follows from what is remembered, by rules a table can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.app.programme_files import load_programme
from coach.training.care import care_for
from coach.training.exercise import Exercise
from coach.training.history import CutOff, History, Pain, Training
from coach.training.plan import Plan
from coach.training.progression import recommend

TODAY = 1000
LINE = (
    "dead_bug",
    "bent_knee_lift",
    "single_leg_raise",
    "straight_leg_lift",
    "weighted_leg_lift",
    "hanging_leg_raise",
)
"""From the easiest to the hardest."""

EASIEST = LINE[0]

START = "straight_leg_lift"
TWO_EASIER, EASIER = LINE[LINE.index(START) - 2 : LINE.index(START)]
CUT_OFF = CutOff(5.0, "working", EASIER, 2.0, 1, 3, 3)


@cache
def exercises() -> dict[str, Exercise]:
    """The exercises that the coach comes with."""
    return dict(sorted(load_programme().exercises.items()))


def trained(exercise: str, days_ago: int, **what: Any) -> Training:
    """Five reps of it, four of them perfect."""
    usual: dict[str, Any] = {"outcome": "finished", "down_seconds": 3.0, "reps": 5, "perfect": 4}
    return Training(TODAY - days_ago, exercise=exercise, **{**usual, **what})


def flawless(exercise: str, days_ago: int, reps: int = 5) -> Training:
    return trained(exercise, days_ago, reps=reps, perfect=reps, longest_run=reps)


def after(*trainings: Training, **known: Any) -> Plan:
    """The plan of somebody who starts with the straight leg lift, and comes back today."""
    history = History(trainings, **{"screened": TODAY, "effort_day": TODAY, **known})
    return recommend(history, TODAY, START, exercises())


def hurt(exercise: str | None, days_ago: int) -> Pain:
    return Pain(TODAY - days_ago, exercise)


def own(name: str, *, easier: str | None = None, harder: tuple[str, ...] = ()) -> Exercise:
    """An exercise of the user's own, who has put it somewhere into the line."""
    links = {"name": name, "easier": easier, "harder": harder}
    return exercises()[START].model_copy(update=links)


def test_the_line_is_the_one_that_the_coach_comes_with() -> None:
    assert set(LINE) == set(exercises())
    assert [exercises()[name].easier for name in LINE] == [None, *LINE[:-1]]


# Which exercise


def test_somebody_new_begins_at_the_start_without_anything_known() -> None:
    assert after() == Plan(exercise=START, reason="plan_first_time")


def test_an_exercise_that_is_no_more_leads_back_to_the_start() -> None:
    plan = after(trained("sea_lion_lift", 3), floors={"sea_lion_lift": 2.0})
    assert (plan.exercise, plan.reason, plan.floor) == (START, "plan_first_time", None)


def test_a_session_without_reps_is_no_training() -> None:
    plain = trained(TWO_EASIER, 3)
    only_held = trained("straight_leg_lift", 1, reps=0, perfect=0)
    assert after(plain, only_held) == after(plain)


@pytest.mark.parametrize(
    ("days_off", "exercise", "reason"),
    [
        (2, "straight_leg_lift", "plan_all_perfect"),
        (13, "straight_leg_lift", "plan_all_perfect"),
        (14, "straight_leg_lift", "plan_two_weeks_off"),
        (27, "straight_leg_lift", "plan_two_weeks_off"),
        (28, EASIER, "plan_four_weeks_off"),
        (300, EASIER, "plan_four_weeks_off"),
    ],
)
def test_two_weeks_off_are_a_gentle_session_and_four_one_step_back(
    days_off: int, exercise: str, reason: str
) -> None:
    lift = "straight_leg_lift"
    plan = after(flawless(lift, days_off, 15), flawless(lift, days_off, 15), floors={exercise: 2.0})
    gently = 14 <= days_off < 28
    assert (plan.exercise, plan.reason) == (exercise, reason)
    assert (plan.floor, plan.fewer_sets) == ((1.0, 1) if gently else (2.0, 0))
    assert bool(plan.offers) == plan.probe == (days_off < 14)


@pytest.mark.parametrize(
    ("last", "known", "repeats"),
    [
        (flawless(START, 2), {}, True),
        (flawless(START, 7), {}, True),
        (flawless(START, 8), {}, False),
        (flawless(START, 30), {}, False),
        (flawless(START, 2), {"floors": {}}, False),
        (flawless(START, 2), {"pain": hurt(START, 5)}, False),
        (flawless(START, 2), {"pain": hurt(START, 9)}, True),
        (replace(flawless(START, 2), outcome="pain"), {"pain": hurt(START, 2)}, False),
        (flawless(EASIEST, 2), {"asked": START}, False),
    ],
)
def test_the_same_as_last_time_is_offered_within_a_week_without_pain(
    last: Training, known: dict[str, Any], repeats: bool
) -> None:
    known = {"floors": {START: 2.0, EASIEST: 2.0}, "screened": TODAY, **known}
    asked = known.pop("asked", None)
    plan = recommend(History((last,), **known), TODAY, START, exercises(), asked)
    assert plan.repeats is repeats


@pytest.mark.parametrize(("floor", "eased"), [(3.0, 2.0), (2.5, 1.5), (1.5, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize("days_off", [20, 50])
def test_after_time_off_the_easiest_goes_on_a_count_higher(
    days_off: int, floor: float, eased: float
) -> None:
    plan = after(flawless(EASIEST, days_off, 15), floors={EASIEST: floor})
    assert (plan.exercise, plan.floor, plan.fewer_sets) == (EASIEST, eased, 1)


def test_what_is_asked_for_after_time_off_is_done_as_it_was() -> None:
    history = History((flawless(START, 20, 15),), floors={START: 2.0}, screened=TODAY)
    plan = recommend(history, TODAY, START, exercises(), START)
    assert (plan.reason, plan.floor, plan.fewer_sets) == ("plan_as_asked", 2.0, 0)


def test_after_a_session_above_the_floor_nothing_deeper_than_the_floor_is_tried() -> None:
    gentle = replace(flawless(START, 2), floor=1.0)
    plan = after(gentle, floors={START: 2.0})
    assert (plan.floor, plan.probe, plan.reason) == (2.0, False, "plan_as_last_time")


def test_there_is_nothing_easier_than_the_easiest() -> None:
    long_ago = after(flawless(EASIEST, 20, 15), floors={EASIEST: 2.0})
    hurting = after(flawless(EASIEST, 5, 15), pain=hurt(EASIEST, 5), floors={EASIEST: 2.0})
    for plan in (long_ago, hurting):
        assert (plan.exercise, plan.probe, plan.offers) == (EASIEST, False, ())


def test_an_exercise_without_its_easier_one_is_left_for_the_nearest_that_leads_to_it() -> None:
    """The straight leg lift and the weighted one both name the hanging leg raise as harder."""
    history = History((trained("hanging_leg_raise", 30),))
    unlinked = {**exercises(), "hanging_leg_raise": own("hanging leg raise")}
    assert recommend(history, TODAY, START, unlinked).exercise == "weighted_leg_lift"
    gone = {name: it for name, it in exercises().items() if name != "weighted_leg_lift"}
    assert recommend(history, TODAY, START, gone).exercise == "straight_leg_lift"


# Pain


@pytest.mark.parametrize(
    ("days_ago", "in_which", "last", "exercise"),
    [
        (0, "straight_leg_lift", "straight_leg_lift", EASIER),
        (7, "straight_leg_lift", "straight_leg_lift", EASIER),
        (7, "straight_leg_lift", EASIER, EASIER),
        (3, "straight_leg_lift", "dead_bug", "dead_bug"),
        (3, "hanging_leg_raise", "straight_leg_lift", "straight_leg_lift"),
        (3, "hanging_leg_raise", "hanging_leg_raise", "weighted_leg_lift"),
        (3, None, "straight_leg_lift", EASIER),
        (3, "plank", "straight_leg_lift", EASIER),
        (-400, "straight_leg_lift", "straight_leg_lift", EASIER),
        (8, "straight_leg_lift", "straight_leg_lift", "straight_leg_lift"),
    ],
)
def test_for_a_week_it_is_one_easier_than_what_hurt(
    days_ago: int, in_which: str | None, last: str, exercise: str
) -> None:
    session = flawless(last, max(0, days_ago), 15)
    plan = after(session, session, pain=hurt(in_which, days_ago), floors={exercise: 2.0})
    careful = days_ago <= 7
    assert plan.exercise == exercise
    assert (plan.reason == "plan_after_pain") == careful
    assert plan.may_advance == plan.probe == bool(plan.offers) == (not careful)
    assert plan.stretch is (True if careful else None)
    assert plan.floor == 2.0


def test_pain_before_any_exercise_is_one_step_back_and_not_one_more_every_time() -> None:
    pain, before = hurt(None, 5), trained("straight_leg_lift", 6)
    first = after(before, pain=pain).exercise
    assert first == EASIER
    assert after(before, trained(first, 3), pain=pain).exercise == first
    assert after(trained(first, 3), trained(first, 1), pain=pain).exercise == first
    lowered = trained("weighted_leg_lift", 3)
    assert after(lowered, pain=pain).exercise == "weighted_leg_lift"


def test_pain_before_anything_was_ever_trained_is_one_easier_than_the_start() -> None:
    assert after(pain=hurt(None, 1)).exercise == EASIER


def test_after_time_off_and_then_pain_it_is_easier_than_what_was_in_turn_then() -> None:
    long_ago = trained("straight_leg_lift", 30)
    assert after(long_ago, pain=hurt(None, 2)).exercise == TWO_EASIER
    assert after(long_ago, pain=hurt(EASIER, 2)).exercise == TWO_EASIER


@pytest.mark.parametrize("days_ago", [0, 5, 9, 60])
def test_the_next_session_after_pain_asks_and_is_easier_however_late_it_is(days_ago: int) -> None:
    plan = after(
        trained("straight_leg_lift", days_ago),
        pain=hurt("straight_leg_lift", days_ago),
        ended_in_pain=True,
    )
    assert plan.asks_after_pain
    assert (plan.exercise, plan.reason) == (EASIER, "plan_after_pain")
    assert not plan.may_advance


@pytest.mark.parametrize(
    ("pain_ago", "last", "offers"),
    [
        (8, flawless(EASIER, 3), ("straight_leg_lift",)),
        (8, trained(EASIER, 3), ("straight_leg_lift",)),
        (8, flawless(EASIER, 3, 15), ("straight_leg_lift",)),
        (8, trained(EASIER, 3, reps=4, perfect=2), ()),  # too many were lost
        (8, flawless(TWO_EASIER, 3), ()),  # that would be two steps
        (7, flawless(EASIER, 3), ()),  # the week is not over
        (8, flawless(EASIER, 1), ()),  # today should be easy
        (12, flawless(EASIER, 3), ()),  # it was offered then
        (21, flawless(EASIER, 15), ()),  # two weeks off
    ],
)
def test_after_the_week_the_way_back_is_offered_once(
    pain_ago: int, last: Training, offers: tuple[str, ...]
) -> None:
    assert after(last, pain=hurt("straight_leg_lift", pain_ago)).offers == offers


def test_there_is_no_way_back_to_the_easiest_which_was_never_left() -> None:
    assert after(flawless("dead_bug", 3), pain=hurt("dead_bug", 8)).offers == ()


def test_the_way_back_is_offered_before_anything_else_that_is_harder() -> None:
    line = {**exercises(), "band_lift": own("band lift", easier=START)}
    twice = flawless(START, 6, 15), flawless(START, 3, 15)
    history = History(twice, pain=hurt("band_lift", 8))
    offers = recommend(history, TODAY, START, line).offers
    assert offers == ("band_lift", "weighted_leg_lift", "hanging_leg_raise")


# The floor


@pytest.mark.parametrize(
    ("found", "perfect", "floor", "probe"),
    [
        (None, 5, None, False),
        (1.0, 5, 1.0, True),
        (2.5, 5, 2.5, True),
        (2.5, 4, 2.5, False),
        (3.0, 5, 3.0, False),
        (4.0, 5, 3.0, False),  # found when the way down had more counts
    ],
)
def test_after_perfect_reps_alone_half_a_count_more_is_tried(
    found: float | None, perfect: int, floor: float | None, probe: bool
) -> None:
    floors = {} if found is None else {START: found}
    plan = after(trained(START, 3, perfect=perfect), floors=floors)
    assert (plan.floor, plan.probe) == (floor, probe)
    assert plan.reason == ("plan_all_perfect" if probe else "plan_as_last_time")


# Harder, or easy


@pytest.mark.parametrize(
    ("last", "offers"),
    [
        (flawless(EASIEST, 3, 15), (LINE[1],)),
        (flawless("straight_leg_lift", 3, 15), ("weighted_leg_lift", "hanging_leg_raise")),
        (flawless("weighted_leg_lift", 3, 40), ("hanging_leg_raise",)),
        (flawless("hanging_leg_raise", 3, 15), ()),
        (flawless("straight_leg_lift", 3, 14), ()),
        (trained("straight_leg_lift", 3, reps=30, perfect=29, longest_run=14), ()),
        (trained(EASIEST, 3, reps=20, perfect=19, longest_run=15), (LINE[1],)),
        (replace(flawless(EASIEST, 3, 15), down_seconds=2.5), ()),
        (replace(flawless(EASIEST, 3, 15), down_seconds=None), ()),
        (flawless(EASIEST, 1, 15), ()),  # today should be easy
    ],
)
def test_fifteen_slow_perfect_reps_in_two_sessions_running_earn_an_offer(
    last: Training, offers: tuple[str, ...]
) -> None:
    assert after(replace(last, day=last.day - 9), last).offers == offers
    assert after(last).offers == ()
    assert after(last).earned_last_time or not offers


@pytest.mark.parametrize(
    "before",
    [
        flawless(START, 6, 14),
        trained(START, 6, reps=30, perfect=29, longest_run=14),
        replace(flawless(START, 6, 15), down_seconds=2.5),
        flawless(EASIER, 6, 20),
        flawless("weighted_leg_lift", 6, 20),
    ],
)
def test_one_session_that_earned_it_is_not_enough(before: Training) -> None:
    earned = flawless(START, 6, 15)
    assert after(before, flawless(START, 3, 15)).offers == ()
    assert after(earned, before, flawless(START, 3, 15)).offers == ()
    assert after(earned, replace(before, day=TODAY - 3)).offers == ()


@pytest.mark.parametrize(
    ("days_ago", "easy"),
    [
        ((), None),
        ((2,), None),
        ((5, 2), None),
        ((7, 5, 2), None),
        ((6, 4, 2), "easy_three_times"),
        ((4, 4, 4, 2), None),  # days count, not sessions
        ((1,), "easy_yesterday"),
        ((5, 3, 1), "easy_yesterday"),
        ((0,), "easy_today"),
        ((3, 2, 1, 0), "easy_today"),
        ((-50,), "easy_today"),
    ],
)
def test_too_often_is_told_and_made_easy(days_ago: tuple[int, ...], easy: str | None) -> None:
    assert after(*(trained(START, ago) for ago in days_ago)).easy == easy


# What else


@pytest.mark.parametrize(
    ("held", "whole", "days_ago", "pain", "seconds"),
    [
        (20.0, True, 2, None, 25.0),
        (19.9999, True, 2, None, 25.0),
        (55.0, True, 2, None, 60.0),
        (60.0, True, 2, None, 60.0),
        (34.9, False, 2, None, 30.0),
        (4.0, False, 2, None, 10.0),
        (40.0, True, 14, None, 35.0),
        (34.9, False, 14, None, 25.0),
        (10.0, True, 99, None, 10.0),
        (40.0, True, 2, hurt(None, 2), 40.0),
    ],
)
def test_the_plank_grows_by_five_seconds_with_every_whole_one(
    held: float, whole: bool, days_ago: int, pain: Pain | None, seconds: float
) -> None:
    hold = Training(TODAY - days_ago, "finished", hold_seconds=held, hold_whole=whole)
    assert after(last_hold=hold, pain=pain).hold_seconds == seconds


@pytest.mark.parametrize("sits", [None, True, False])
def test_who_sits_stretches_first_and_so_does_who_was_hurt(sits: bool | None) -> None:
    assert after(sits=sits).stretch is sits
    assert after(sits=sits, pain=hurt(START, 2)).stretch is True


def test_what_else_is_remembered_reaches_the_session() -> None:
    plan = after(mistakes={"ribs": 3}, floors={"dead_bug": 2.5}, damaged=True, clock_went_back=True)
    assert plan.mistakes == {"ribs": 3}
    assert plan.floors == {"dead_bug": 2.5}
    assert plan.memory_was_damaged
    assert plan.clock_went_back


@pytest.mark.parametrize(("known", "floor"), [(-1.0, 1), (0.0, 1), (0.5, 1), (2.5, 2.5), (9.0, 3)])
def test_no_floor_is_outside_of_the_descent(known: float, floor: float) -> None:
    cut_off = CutOff(5.0, "working", LINE[0], known, 1, 3, 3)
    history = History(floors={LINE[0]: known}, cut_off=cut_off)
    plan = recommend(history, TODAY, LINE[0], exercises())
    assert plan.floor == floor
    assert plan.cut_off is not None
    assert plan.cut_off.floor == floor


@pytest.mark.parametrize(
    ("exercise", "last", "pain", "goes_on"),
    [
        ("straight_leg_lift", trained(START, 2), None, True),
        ("weighted_leg_lift", trained(START, 2), None, True),
        ("sea_lion_lift", trained(START, 2), None, False),
        ("straight_leg_lift", trained(START, 2), hurt(START, 2), False),
        (EASIER, trained(START, 2), hurt(START, 2), True),
        ("straight_leg_lift", trained(START, 20), None, True),
        ("straight_leg_lift", trained(START, 30), None, False),
    ],
)
def test_what_was_cut_off_goes_on_unless_it_became_too_hard(
    exercise: str, last: Training, pain: Pain | None, goes_on: bool
) -> None:
    cut_off = CutOff(5.0, "working", exercise, 2.0, 1, 3, 3)
    assert after(last, cut_off=cut_off, pain=pain).cut_off == (cut_off if goes_on else None)


# What is asked first


@pytest.mark.parametrize(
    ("days_ago", "screens"),
    [(None, True), (0, False), (181, False), (182, True), (5000, True), (-1, True)],
)
def test_health_is_asked_about_at_first_and_after_half_a_year(
    days_ago: int | None, screens: bool
) -> None:
    screened = None if days_ago is None else TODAY - days_ago
    assert after(screened=screened).screens == screens


@pytest.mark.parametrize(
    ("days_ago", "asks"), [(None, True), (0, False), (6, False), (7, True), (-1, True)]
)
def test_how_hard_it_was_is_asked_once_a_week(days_ago: int | None, asks: bool) -> None:
    told = None if days_ago is None else TODAY - days_ago
    assert after(effort_day=told).asks_effort == asks


@pytest.mark.parametrize(
    ("known", "asks"),
    [
        ({}, False),
        ({"pain": hurt(START, 9)}, False),
        ({"pain": hurt(START, 9), "ended_in_pain": True}, True),
        ({"pain": hurt(START, 9), "pain_level": 2}, False),
        ({"pain": hurt(START, 9), "pain_level": 3}, True),
        ({"pain": hurt(START, 9), "pain_level": 10}, True),
        ({"pain_level": 10}, False),  # of no pain that is remembered
    ],
)
def test_pain_is_asked_about_after_it_and_until_it_is_low(
    known: dict[str, Any], asks: bool
) -> None:
    plan = after(trained(EASIER, 3), cut_off=CUT_OFF, **known)
    assert plan.asks_pain_level == asks
    assert plan.may_advance == (not asks)
    assert (plan.cut_off is None) == asks


@pytest.mark.parametrize(
    ("level", "hurt_twice", "care"),
    [
        *((level, False, "as_planned") for level in range(3)),
        *((level, False, "easier") for level in range(3, 6)),
        *((level, False, "easy") for level in range(6, 11)),
        *((level, True, "easy") for level in range(11)),
    ],
)
def test_the_number_for_pain_decides_how_careful_a_session_is(
    level: int, hurt_twice: bool, care: str
) -> None:
    assert care_for(level, hurt_twice=hurt_twice) == care


# The user's own exercises


def test_an_own_exercise_may_lead_in_a_circle_and_is_never_offered_as_harder_than_itself() -> None:
    circle = {
        "this": own("this", easier="that", harder=("this", "that", "gone")),
        "that": own("that", easier="this", harder=("this",)),
    }
    history = History((flawless("this", 3, 15),))
    assert recommend(history, TODAY, "this", circle).offers == ()
    careful = replace(history, pain=hurt("this", 3))
    assert recommend(careful, TODAY, "this", circle).exercise == "that"


def test_an_own_exercise_that_only_names_what_is_harder_counts_as_easier() -> None:
    line = {**exercises(), "sea_lion_lift": own("sea lion lift", harder=(EASIEST,))}
    history = History((trained(EASIEST, 3),), pain=hurt(EASIEST, 3))
    assert recommend(history, TODAY, START, line).exercise == "sea_lion_lift"


def test_an_own_exercise_that_says_it_is_easier_and_harder_at_once_is_no_step_back() -> None:
    line = {**exercises(), "twist": own("twist", easier=START, harder=(EASIEST,))}
    history = History((trained(EASIEST, 3),), pain=hurt(EASIEST, 3))
    assert recommend(history, TODAY, START, line).exercise == EASIEST


# Whatever is remembered

Names = st.sampled_from([*LINE, "sea_lion_lift"])
Days = st.integers(TODAY - 40, TODAY + 10)
Trainings = st.builds(
    Training,
    day=Days,
    outcome=st.sampled_from(["finished", "stopped", "pain", "abandoned"]),
    exercise=st.none() | Names,
    down_seconds=st.none() | st.floats(2, 5),
    reps=st.integers(0, 20),
    perfect=st.integers(0, 20),
    longest_run=st.integers(0, 20),
    hold_seconds=st.none() | st.floats(0, 90),
    hold_whole=st.booleans(),
)
Histories = st.builds(
    History,
    trainings=st.lists(Trainings, max_size=5).map(tuple),
    floors=st.dictionaries(Names, st.integers(1, 8).map(lambda halves: halves / 2)),
    pain=st.none() | st.builds(Pain, day=Days, exercise=st.none() | Names),
    ended_in_pain=st.booleans(),
    hurt_twice=st.booleans(),
    pain_level=st.none() | st.integers(-1, 12),
    effort_day=st.none() | Days,
    screened=st.none() | Days,
    practised=st.none() | st.booleans(),
    sits=st.none() | st.booleans(),
    last_hold=st.none() | Trainings,
    cut_off=st.none()
    | st.builds(
        CutOff,
        minutes_ago=st.floats(-9, 9),
        state=st.just("working"),
        exercise=Names,
        floor=st.none(),
        set=st.just(1),
        reps=st.just(1),
        perfect=st.just(1),
    ),
)
"""Days may lie in any order, and in the future."""

Steps = ("step 0", "step 1", "step 2", "step 3")
OwnLines = st.fixed_dictionaries(
    {
        step: st.builds(
            lambda easier, harder: own("own", easier=easier, harder=tuple(harder)),
            st.none() | st.sampled_from([*Steps, "gone"]),
            st.lists(st.sampled_from([*Steps, "gone"]), max_size=3),
        )
        for step in Steps
    }
)


def level(name: str | None) -> int:
    return LINE.index(name) if name in LINE else LINE.index(START)


@given(Histories, st.sampled_from(LINE))
def test_no_floor_is_deeper_than_what_was_found(history: History, start: str) -> None:
    plan = recommend(history, TODAY, start, exercises())
    if plan.floor is not None:
        assert 1 <= plan.floor <= max(1, min(3, history.floors[plan.exercise]))
        assert not plan.probe or plan.floor < 3
    assert plan.floor is not None or not plan.probe


@given(Histories)
def test_nothing_harder_than_before_is_recommended_but_only_offered(history: History) -> None:
    plan = recommend(history, TODAY, START, exercises())
    sessions = [one for one in history.trainings if one.exercise and one.reps]
    assert level(plan.exercise) <= level(sessions[-1].exercise if sessions else START)
    assert all(level(offer) > level(plan.exercise) for offer in plan.offers)


@given(Histories)
def test_within_a_week_of_pain_nothing_leads_up(history: History) -> None:
    plan = recommend(history, TODAY, START, exercises())
    pain = history.pain
    if pain is not None and TODAY - pain.day <= 7:
        if pain.exercise in LINE:
            assert level(plan.exercise) <= max(0, level(pain.exercise) - 1)
        assert plan.reason == "plan_after_pain"
        assert not plan.may_advance
        assert not plan.offers
        assert not plan.probe
        assert not plan.repeats
        assert plan.cut_off is None or level(plan.cut_off.exercise) <= level(plan.exercise)


@given(Histories)
def test_an_easy_day_offers_nothing_harder(history: History) -> None:
    plan = recommend(history, TODAY, START, exercises())
    assert plan.easy is None or not plan.offers


@given(Histories)
def test_a_hold_is_some_fives_of_seconds_from_ten_to_sixty(history: History) -> None:
    seconds = recommend(history, TODAY, START, exercises()).hold_seconds
    assert seconds is None or seconds in range(10, 61, 5)


@given(Histories, st.sampled_from(sorted(exercises())))
def test_what_is_asked_for_is_trained_but_for_pain(history: History, asked: str) -> None:
    plan = recommend(history, TODAY, START, exercises(), asked)
    if plan.may_advance:
        assert (plan.exercise, plan.reason) == (asked, "plan_as_asked")
    else:
        assert plan.reason == "plan_after_pain"


@given(Histories)
def test_a_day_to_come_counts_as_today(history: History) -> None:
    def past(training: Training) -> Training:
        return replace(training, day=min(TODAY, training.day))

    clamped = replace(
        history,
        trainings=tuple(past(one) for one in history.trainings),
        pain=history.pain and replace(history.pain, day=min(TODAY, history.pain.day)),
        last_hold=history.last_hold and past(history.last_hold),
    )
    plan = recommend(history, TODAY, START, exercises())
    assert plan == recommend(clamped, TODAY, START, exercises())


def test_pain_on_a_day_to_come_is_no_time_off_before_it() -> None:
    plan = after(trained("straight_leg_lift", 3), pain=hurt(None, -20))
    assert (plan.exercise, plan.reason) == (EASIER, "plan_after_pain")


@given(st.data(), OwnLines, st.sampled_from(Steps))
def test_whatever_links_own_exercises_have_there_is_a_plan(
    data: st.DataObject, line: Mapping[str, Exercise], last: str
) -> None:
    ago = data.draw(st.sampled_from([3, 20]))
    pain = data.draw(st.none() | st.builds(Pain, st.just(TODAY), st.sampled_from(Steps)))
    history = History((flawless(last, ago, 15),), pain=pain)
    plan = recommend(history, TODAY, "step 0", line)
    assert plan.exercise in line
    assert set(plan.offers) <= set(line) - {plan.exercise}


# Somebody who has never done it

UP = LINE[LINE.index("bent_knee_lift") : LINE.index(START) + 1]


def begun(*trainings: Training, asked: str | None = None, **known: Any) -> Plan:
    history = History(trainings, **{"screened": TODAY, "effort_day": TODAY, **known})
    return recommend(history, TODAY, START, exercises(), asked, UP[0])


@pytest.mark.parametrize(
    ("known", "exercise", "asks", "climbs"),
    [
        ({}, START, True, UP[1:]),
        ({"practised": True}, START, False, ()),
        ({"practised": False}, UP[0], False, UP[1:]),
        ({"asked": "dead_bug"}, "dead_bug", False, ()),
        ({"practised": False, "asked": START}, START, False, ()),
        ({"pain": hurt(None, 2)}, UP[-2], False, ()),
        ({"pain": hurt(None, 2), "practised": False}, LINE[LINE.index(UP[0]) - 1], False, ()),
    ],
)
def test_somebody_new_is_asked_and_a_beginner_begins_with_bent_knees(
    known: dict[str, Any], exercise: str, asks: bool, climbs: tuple[str, ...]
) -> None:
    plan = begun(**known)
    assert (plan.exercise, plan.beginner is not None, plan.climbs) == (exercise, asks, climbs)


def test_who_has_trained_before_is_asked_no_more_and_goes_up_by_sets_alone() -> None:
    for practised in (None, False):
        plan = begun(trained(UP[0], 2), practised=practised)
        assert (plan.exercise, plan.beginner, plan.climbs) == (UP[0], None, ())


def test_nobody_begins_with_what_is_no_easier_than_the_start() -> None:
    for beginner in (START, "hanging_leg_raise", "sea_lion_lift"):
        plan = recommend(History(), TODAY, START, exercises(), None, beginner)
        assert (plan.exercise, plan.beginner, plan.climbs) == (START, None, ())
