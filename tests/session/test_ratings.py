"""Ratings: what a number from zero to ten changes, and what a session asks before it has begun."""

from __future__ import annotations

import pytest

from coach.messages.events import Spoken
from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    PainRated,
    ScreeningPassed,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from tests.session.test_corners import prompts, states, told

pytestmark = pytest.mark.whole_session

WELL = "{when: {state: planning, said: ask_well}, after_s: 4, says: 'yes', times: always}"
RIGHT = "{when: {said: ask_level_right}, after_s: 5, says: 'yes', times: always}"
NO_STRETCH = "{when: {state: stretching}, after_s: 1, says: skip the stretches}"


def hurt(*numbers: str, exercise: str = "straight_leg_lift", sets: int = 2) -> list[str]:
    """The states and exercises of a session after pain in ``exercise``, with a number for it."""
    past = f"{{days_ago: 2, exercise: {exercise}, reps: 9, perfect: 9, floor: 2, outcome: pain}}"
    said = [f"{{when: {{said: ask_ache}}, after_s: 4, says: {each}}}" for each in numbers]
    recorder = told(
        *(WELL, RIGHT, NO_STRETCH, *said),
        settings=f"{{sets: {sets}, reps: 1}}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    chosen = [event.exercise for event in recorder.of(ExerciseChosen)]
    return [*chosen, *(f"of {event.sets}" for event in recorder.of(SetBegan)[:1])]


@pytest.mark.parametrize(
    ("number", "trained"),
    [
        ("zero", ["single_leg_raise", "of 2"]),
        ("two", ["single_leg_raise", "of 2"]),
        ("three", ["single_leg_raise", "bent_knee_lift", "of 2"]),
        ("about five", ["single_leg_raise", "bent_knee_lift", "of 2"]),
        ("it's a six", ["single_leg_raise"]),
        ("ten", ["single_leg_raise"]),
    ],
)
def test_the_number_decides_what_is_trained(number: str, trained: list[str]) -> None:
    assert hurt(number) == trained


def test_at_the_easiest_exercise_it_is_a_set_less_but_always_one() -> None:
    assert hurt("two", exercise="dead_bug") == ["dead_bug", "of 2"]
    assert hurt("four", exercise="dead_bug") == ["dead_bug", "of 1"]
    assert hurt("four", exercise="dead_bug", sets=1) == ["dead_bug", "of 1"]


def test_who_starts_over_is_asked_for_the_number_again_and_is_not_eased_twice() -> None:
    past = (
        "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2, outcome: pain}"
    )
    recorder = told(
        *(WELL, RIGHT, NO_STRETCH),
        "{when: {said: ask_ache}, after_s: 4, says: four, times: always}",
        "{when: {state: planning, said: exercise_now}, after_s: 2, says: start over}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    assert [event.level for event in recorder.of(PainRated)] == [4, 4]
    (began,) = recorder.of(SetBegan)
    assert began.exercise == "bent_knee_lift"


def test_a_pause_within_the_question_leads_back_to_it() -> None:
    recorder = told(
        RIGHT,
        "{when: {said: ask_ache}, after_s: 4, says: pause}",
        "{when: {state: paused}, after_s: 5, says: resume}",
        "{when: {said: ask_ache}, after_s: 20, says: one, times: always}",
        NO_STRETCH,
        remembered="{sits: false, pain_level: 5, sessions: ["
        "{days_ago: 9, exercise: dead_bug, reps: 4, perfect: 4, floor: 2, outcome: pain}, "
        "{days_ago: 4, exercise: dead_bug, reps: 4, perfect: 4, floor: 2}]}",
    )
    assert states(recorder)[1:6] == ["planning", "rating", "paused", "rating", "checking_rating"]
    assert [event.level for event in recorder.of(PainRated)] == [1]


def test_pain_within_the_question_ends_the_session() -> None:
    recorder = told(
        WELL,
        "{when: {said: ask_ache}, after_s: 4, says: it hurts}",
        remembered="{sits: false, sessions: ["
        "{days_ago: 2, exercise: dead_bug, reps: 4, perfect: 4, floor: 2, outcome: pain}]}",
    )
    assert [event.outcome for event in recorder.of(SessionEnded)] == ["pain"]


@pytest.mark.parametrize(
    ("said", "levels"), [("seven", [7]), ("zero", [0]), ("skip", []), ("harder", [])]
)
def test_how_hard_it_was_may_be_told_or_not(said: str, levels: list[int]) -> None:
    recorder = told(
        f"{{when: {{said: ask_effort}}, after_s: 4, says: {said}}}",
        remembered="{sits: false, effort_days_ago: null}",
    )
    assert [event.level for event in recorder.of(EffortRated)] == levels
    assert [event.outcome for event in recorder.of(SessionEnded)] == ["finished"]


def test_who_did_no_set_is_not_asked_how_hard_it_was() -> None:
    recorder = told(
        "{when: {said: ask_easy}, after_s: 4, says: 'yes'}",
        "{when: {state: plank}, after_s: 3, says: skip}",
        remembered="{sits: false, effort_days_ago: null, sessions: ["
        "{days_ago: 1, exercise: dead_bug, reps: 4, perfect: 4, floor: 2}]}",
    )
    assert "ask_effort" not in prompts(recorder)
    assert states(recorder)[-2:] == ["plank", "finished"]


NEVER_ASKED = "{sits: false, screened_days_ago: null}"
ALL_WELL = "{when: {state: screening, said: '%s'}, after_s: 9, says: 'no'}"


def test_a_no_before_a_question_answers_nothing() -> None:
    recorder = told(
        "{when: {said: screening_intro}, after_s: 0.5, says: 'no'}", remembered=NEVER_ASKED
    )
    asked = [event.prompt for event in recorder.of(Spoken) if event.prompt.startswith("ask_")]
    assert asked == ["ask_comfortable", "ask_heart", *["ask_heart_again"] * 2]
    assert states(recorder)[-1] == "paused"


def test_who_starts_the_questions_over_is_asked_all_of_them() -> None:
    about = ("heart", "fainting", "recent", "bones", "nerves")
    recorder = told(
        "{when: {said: ask_heart}, after_s: 9, says: 'yes'}",
        "{when: {said: ask_advised}, after_s: 9, says: start over}",
        *(ALL_WELL % f"ask_{each}" for each in about[1:]),
        "{when: {said: ask_heart}, after_s: 40, says: 'no'}",
        remembered=NEVER_ASKED,
    )
    assert [event.advised for event in recorder.of(ScreeningPassed)] == [False]
    assert "planning" in [event.dest for event in recorder.of(StateChanged)]
