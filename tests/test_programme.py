"""Programme: a session in numbers; a good file says them, a bad one is told with its key."""

from __future__ import annotations

import pytest

from coach.errors import DataError
from coach.programme import Programme, parse_programme

GOOD = """\
exercise = "sea_lion_lift"
sets = 2
reps = 7
rest_seconds = 45
[cat_cow]
rounds = 4
breath_seconds = 3.5
[rep]
inhale_seconds = 1
lift_seconds = 2.25
lower_seconds = 0.5
counts = 5
grace_seconds = 1.5
[stop_point]
descents = 3
[setbacks]
arched_raises_floor = 2
arched_ends_set = 4
[answers]
patience_seconds = 20
asks = 2
"""


def test_a_good_file_says_its_numbers() -> None:
    programme = parse_programme(GOOD, "some.toml")
    assert programme.model_dump() == {
        "exercise": "sea_lion_lift",
        "sets": 2,
        "reps": 7,
        "rest_seconds": 45,
        "cat_cow": {"rounds": 4, "breath_seconds": 3.5},
        "rep": {
            "inhale_seconds": 1.0,
            "lift_seconds": 2.25,
            "lower_seconds": 0.5,
            "counts": 5,
            "grace_seconds": 1.5,
        },
        "stop_point": {"descents": 3},
        "setbacks": {"arched_raises_floor": 2, "arched_ends_set": 4},
        "answers": {"patience_seconds": 20.0, "asks": 2},
    }


@pytest.mark.parametrize(
    ("sets", "reps", "expected"),
    [(None, None, (2, 7)), (3, None, (3, 7)), (None, 9, (2, 9)), (1, 1, (1, 1))],
)
def test_other_sets_and_reps_leave_the_rest_as_it_is(
    sets: int | None, reps: int | None, expected: tuple[int, int]
) -> None:
    programme = parse_programme(GOOD, "some.toml")
    resized = programme.resized(sets, reps)
    assert (resized.sets, resized.reps) == expected
    assert resized.resized(2, 7) == programme


def test_the_session_of_this_version_is_one_set_of_five(programme: Programme) -> None:
    assert (programme.sets, programme.reps) == (1, 5)
    assert programme.cat_cow.rounds == 5
    assert programme.rep.grace_seconds == 1.5
    assert programme.stop_point.descents == 2
    assert programme.setbacks.arched_raises_floor == 2
    assert programme.setbacks.arched_ends_set == 3
    assert programme.answers.asks == 3


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("sets = 2", "", "sets: this key is missing"),
        ("sets = 2", "sets = 2\nset = 2", "set: this key is not known here"),
        ("counts = 5", "counts = 5\nsteps = 5", "rep.steps: this key is not known here"),
        ("counts = 5", "", "rep.counts: this key is missing"),
        ("[answers]", "[questions]", "answers: this key is missing"),
        ("sets = 2", "sets = 0", "sets: input should be greater than or equal to 1, found 0"),
        ("sets = 2", "sets = 11", "sets: input should be less than or equal to 10, found 11"),
        ("sets = 2", 'sets = "2"', "sets: input should be a valid integer, found '2'"),
        ("sets = 2", "sets = 2.0", "sets: input should be a valid integer, found 2.0"),
        ("sets = 2", "sets = true", "sets: input should be a valid integer, found True"),
        ("reps = 7", "reps = 31", "reps: input should be less than or equal to 30, found 31"),
        ("= 45", "= 601", "rest_seconds: input should be less than or equal to 600, found 601"),
        ("= 3.5", "= 0", "cat_cow.breath_seconds: input should be greater than 0, found 0"),
        ("= 3.5", "= -1.0", "cat_cow.breath_seconds: input should be greater than 0, found -1.0"),
        ("= 3.5", "= nan", "cat_cow.breath_seconds: "),
        ("= 3.5", "= inf", "cat_cow.breath_seconds: "),
        ("= 3.5", '= "3.5"', "cat_cow.breath_seconds: input should be a valid number"),
        ("= 3.5", "= true", "cat_cow.breath_seconds: input should be a valid number"),
        ("= 3.5", "= [3.5]", "cat_cow.breath_seconds: input should be a valid number"),
        ("counts = 5", "counts = 11", "rep.counts: "),
        ("asks = 2", "asks = 0", "answers.asks: "),
        ('"sea_lion_lift"', "7", "exercise: input should be a valid string, found 7"),
        ("sets = 2", "sets == 2", "not TOML: "),
        ("sets = 2", "sets = 2\nsets = 3", "not TOML: "),
        ("sets = 2", "sets = 2\nsets = 3", "(at line 3, column "),
        (GOOD, "", "exercise: this key is missing"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_was_found(
    before: str, after: str, told: str
) -> None:
    assert before in GOOD
    with pytest.raises(DataError) as caught:
        parse_programme(GOOD.replace(before, after, 1), "my/programme.toml")
    line = str(caught.value)
    assert line.startswith("my/programme.toml: ")
    assert "\n" not in line
    assert told in line
