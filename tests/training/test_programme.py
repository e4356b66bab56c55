"""Programmes: routines, exercises and holds as files; a bad one is told with its key."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from coach.app.language_files import load_language
from coach.app.programme_files import SHIPPED, load_programme, read_piece, whole_text
from coach.errors import DataError
from coach.messages.states import PARTS
from coach.training.exercise import Exercise, Hold
from coach.training.programme import (
    Piece,
    Programme,
    Routine,
    Source,
    parse_piece,
    parse_worded,
)
from tests.training.test_progression import LINE

ROUTINE = """\
kind = "routine"
exercise = "sea_lion_lift"
sets = 2
reps = 7
"""
EXERCISE = """\
kind = "exercise"
name = "sea lion lift"
easier = "dead_bug"
sides = ["left", "right"]
arched = "Tell me when your back lifts."
why = "It is fun."
[cues]
setup = ["Lie down."]
range = "Lower all the way."
half_lift = "Exhale as you lift a little."
full_lift = "Exhale as you lift all the way."
keep = "Stay flat."
legs_down = "Put your feet down."
lift = "Exhale as you lift your {side} fin."
steadier = ["Take it slower.", "Take it slower yet."]
"""
HOLD = """\
kind = "hold"
name = "sea lion"
seconds = 15
setup = ["Turn over."]
begin = "Hold it."
end = "Come down."
why = "It is fun."
"""
ENGLISH = load_language()
USUAL = ENGLISH.language.cues


def exercise() -> Exercise:
    piece = parse_piece(EXERCISE, "some.toml", USUAL)
    assert isinstance(piece, Exercise)
    return piece


def test_a_routine_says_its_numbers_and_leaves_the_rest_as_usual() -> None:
    routine = parse_piece(ROUTINE, "some.toml", USUAL)
    assert isinstance(routine, Routine)
    assert (routine.exercise, routine.sets, routine.reps) == ("sea_lion_lift", 2, 7)
    assert (routine.parts, routine.cat_cow.rounds, routine.rest_seconds) == (PARTS, 5, 60)


def test_a_session_is_the_whole_one_unless_told_otherwise() -> None:
    routine = load_programme().routine
    assert (routine.sets, routine.reps, routine.cat_cow.rounds) == (3, 10, 5)
    assert routine.parts == PARTS


def test_an_easy_session_is_reset_tension_check_and_plank() -> None:
    assert load_programme().easy.parts == ("cat_cow", "tension_check", "plank")


def test_the_exercises_are_a_line_from_the_easiest_to_the_hardest() -> None:
    exercises = load_programme().exercises
    assert sorted(exercises) == sorted(LINE)
    for easier, harder in pairwise(LINE):
        assert exercises[harder].easier == easier
        assert exercises[easier].harder[0] == harder
    assert exercises["straight_leg_lift"].harder == ("weighted_leg_lift", "hanging_leg_raise")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_that_is_shipped_can_be_trained(path: Path) -> None:
    assert load_programme(path).exercises


@pytest.mark.parametrize("name", LINE)
def test_every_exercise_goes_down_in_three_to_four_seconds(name: str) -> None:
    assert 3.0 <= load_programme().exercises[name].tempo.down_seconds <= 4.0


@pytest.mark.parametrize(
    ("sets", "reps", "expected"),
    [(None, None, (3, 10)), (2, None, (2, 10)), (None, 9, (3, 9)), (1, 1, (1, 1))],
)
def test_other_sets_and_reps_leave_the_rest_as_it_is(
    sets: int | None, reps: int | None, expected: tuple[int, int]
) -> None:
    programme = load_programme()
    resized = programme.resized(sets, reps)
    assert (resized.routine.sets, resized.routine.reps) == expected
    assert resized.resized(3, 10) == programme


def test_sides_are_taken_in_turn() -> None:
    lifts = [exercise().text("lift", rep) for rep in range(3)]
    assert lifts == [
        "Exhale as you lift your left fin.",
        "Exhale as you lift your right fin.",
        "Exhale as you lift your left fin.",
    ]


def test_the_wordings_of_a_rep_are_used_in_turn_on_both_sides() -> None:
    cue = 'lift = "Exhale as you lift your {side} fin."'
    both = 'lift = ["Exhale as you lift your {side} fin.", "Exhale, {side} fin."]'
    mermaid = parse_piece(EXERCISE.replace(cue, both), "some.toml", USUAL)
    assert isinstance(mermaid, Exercise)
    assert [mermaid.text("lift", rep, turn=rep) for rep in range(3)] == [
        "Exhale as you lift your left fin.",
        "Exhale, right fin.",
        "Exhale as you lift your left fin.",
    ]
    assert [text for prompt, text in mermaid.texts() if prompt == "lift"] == [
        "Exhale as you lift your left fin.",
        "Exhale as you lift your right fin.",
        "Exhale, left fin.",
        "Exhale, right fin.",
    ]


def test_every_text_can_be_listed_with_its_sides() -> None:
    texts = [text for prompt, text in exercise().texts() if prompt == "lift"]
    assert texts == ["Exhale as you lift your left fin.", "Exhale as you lift your right fin."]


# Numbers and words in files of their own


NUMBERS = 'kind = "hold"\nseconds = 15\n'
WORDS = HOLD.replace(NUMBERS.splitlines()[0], "").replace("seconds = 15\n", "")


def worded(numbers: str, words: str) -> Piece:
    return parse_worded(Source(numbers, "numbers.toml"), lambda: Source(words, "words.toml"), USUAL)


def test_what_is_shipped_has_its_words_with_the_language() -> None:
    assert worded(NUMBERS, WORDS) == parse_piece(HOLD, "some.toml", USUAL)


@pytest.mark.parametrize(
    ("numbers", "words", "told"),
    [
        (NUMBERS, WORDS + "seconds = 3\n", "words.toml: seconds: this key is not known here"),
        (NUMBERS + 'name = "x"\n', WORDS, "numbers.toml: name: the words of what is shipped stand"),
        (NUMBERS, WORDS.replace("It is", "it is"), "words.toml: why: should be whole sentences"),
        (NUMBERS.replace("15", "1"), WORDS, "numbers.toml: seconds: input should be greater"),
        (NUMBERS, WORDS.replace("end", "begins"), "words.toml: begins: this key is not known here"),
        (NUMBERS, WORDS.replace('end = "Come down."', ""), "words.toml: end: this key is missing"),
        (NUMBERS, "name =", "words.toml: not TOML"),
        ("kind =", WORDS, "numbers.toml: not TOML"),
    ],
)
def test_a_mistake_is_told_with_the_file_it_is_in(numbers: str, words: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        worded(numbers, words)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_what_one_begins_from_is_whole(path: Path) -> None:
    text = whole_text(path.stem, ENGLISH)
    assert parse_piece(text, "my/own.toml", USUAL) == read_piece(path, ENGLISH)
    assert text.startswith(path.read_text("utf-8").splitlines()[0])


# A folder of one's own


def trained(folder: Path, **files: str) -> Programme:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return load_programme(folder / f"{next(iter(files))}.toml")


def test_an_exercise_of_ones_own_is_trained_in_the_usual_session(tmp_path: Path) -> None:
    programme = trained(tmp_path, sea_lion_lift=EXERCISE)
    assert programme.routine.exercise == "sea_lion_lift"
    assert programme.exercises["sea_lion_lift"].easier == "dead_bug"
    assert set(programme.exercises) >= {"dead_bug", "hanging_leg_raise"}


def test_the_neighbours_of_ones_own_exercise_lead_to_it(tmp_path: Path) -> None:
    (harder,) = load_programme().exercises["dead_bug"].harder
    text = EXERCISE.replace("sides", f'harder = ["{harder}"]\nsides', 1)
    exercises = trained(tmp_path, sea_lion_lift=text).exercises
    assert exercises["dead_bug"].harder == ("sea_lion_lift", harder)
    assert exercises[harder].easier == "sea_lion_lift"


def test_a_hold_with_sides_takes_the_place_of_the_stretches(tmp_path: Path) -> None:
    sided = HOLD.replace("seconds", 'sides = ["left", "right"]\nseconds', 1)
    assert trained(tmp_path, sea_lion=sided).routine.stretches == ("sea_lion",)


def test_a_plank_with_sides_is_refused(tmp_path: Path) -> None:
    sided = HOLD.replace("seconds", 'sides = ["left", "right"]\nseconds', 1)
    routine = ROUTINE.replace("sea_lion_lift", "dead_bug") + 'hold = "sea_lion"\n'
    with pytest.raises(DataError, match="'sea_lion' has sides"):
        trained(tmp_path, mine=routine, sea_lion=sided)


def test_a_routine_of_ones_own_finds_the_exercise_beside_it(tmp_path: Path) -> None:
    programme = trained(tmp_path, mine=ROUTINE, sea_lion_lift=EXERCISE)
    assert programme.exercises["sea_lion_lift"].name == "sea lion lift"
    assert programme.routine.sets == 2


def test_a_hold_of_ones_own_takes_the_place_of_the_plank(tmp_path: Path) -> None:
    programme = trained(tmp_path, sea_lion=HOLD)
    assert programme.routine.hold == "sea_lion"
    assert isinstance(programme.holds["sea_lion"], Hold)


@pytest.mark.parametrize("name", ["sea_lion_lift.TOML", "sea_lion_lift.txt"])
def test_ones_own_exercise_may_be_called_as_one_likes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\ufeff" + EXERCISE, encoding="utf-8")
    programme = load_programme(tmp_path / name)
    assert programme.routine.exercise == "sea_lion_lift"
    assert programme.exercises["dead_bug"].harder[0] == "sea_lion_lift"


@pytest.mark.parametrize("name", ["a" * 61, "sea[1]", "=sea", "sea\nlion"])
def test_a_file_whose_name_no_archive_takes_is_refused(tmp_path: Path, name: str) -> None:
    # Its sessions would be left out of every export.
    path = tmp_path / f"{name}.toml"
    path.write_text(EXERCISE)
    with pytest.raises(DataError, match="the file's name: should be a name: 1 to 60 letters"):
        load_programme(path)


def test_what_lies_beside_it_may_end_in_toml_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "SEA.TOML").write_text(ROUTINE)
    (tmp_path / "sea_lion_lift.TOML").write_text(EXERCISE)
    assert "sea_lion_lift" in load_programme(tmp_path / "SEA.TOML").exercises
    with pytest.raises(DataError, match=r"there is no exercise 'dodo'; there are .*sea_lion_lift"):
        load_programme(tmp_path / "SEA.TOML", "dodo")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"dead_bug"', '"dodo"', "sea_lion_lift: easier: there is no 'dodo': looked for "),
        ('"dead_bug"', '"plank"', "should be of kind 'exercise', found 'hold'"),
        ('"dead_bug"', '"sea_lion_lift"', "easier: leads in a circle: sea_lion_lift, sea_lion_li"),
    ],
)
def test_a_neighbour_that_cannot_be_is_told(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(DataError) as caught:
        trained(tmp_path, sea_lion_lift=EXERCISE.replace(before, after, 1))
    assert told in str(caught.value)


# A file with a mistake


@pytest.mark.parametrize(
    ("good", "before", "after", "told"),
    [
        (ROUTINE, 'kind = "routine"', "", "kind: this key is missing"),
        (ROUTINE, '"routine"', '"song"', "kind: input should be 'routine', 'exercise' or 'hold'"),
        (ROUTINE, "sets = 2", "sets = 0", "sets: input should be greater than or equal to 1"),
        (ROUTINE, "sets = 2", "sets = 11", "sets: input should be less than or equal to 10"),
        (ROUTINE, "sets = 2", 'sets = "2"', "sets: input should be a valid integer, found '2'"),
        (ROUTINE, "reps = 7", "reps = 31", "reps: input should be less than or equal to 30"),
        (ROUTINE, "reps = 7", "rips = 7", "rips: this key is not known here"),
        (ROUTINE, "reps = 7", "rest_seconds = 5", "rest_seconds: input should be greater than or"),
        (ROUTINE, "reps = 7", "parts = []", "parts: tuple should have at least 1 item"),
        (ROUTINE, "reps = 7", 'parts = ["plank", "working"]', "should come once each, in this or"),
        (ROUTINE, "reps = 7", 'parts = ["nap"]', "parts[0]: input should be 'stretching'"),
        (ROUTINE, "reps = 7", "stretches = []", "stretching is among the parts, so name stretches"),
        (ROUTINE, "reps = 7", "[answers]\nasks = 0", "answers.asks: input should be greater than"),
        (ROUTINE, "reps = 7", "reps =", "not TOML: "),
        (EXERCISE, 'name = "sea lion lift"\n', "", "name: this key is missing"),
        (EXERCISE, '"sea lion lift"', '"[/]sea lion"', "name: should be words, without brackets"),
        (EXERCISE, '"sea lion lift"', '"[bold]sea lion"', "found '[bold]sea lion'"),
        (EXERCISE, '"sea lion lift"', '" "', "name: should be words"),
        (EXERCISE, '"sea lion lift"', r'"sea\nlion"', "name: should be one line of at most 60 ch"),
        (EXERCISE, '"sea lion lift"', r'"sea\u202elion"', "name: should be one line of at most 60"),
        (EXERCISE, '"sea lion lift"', f'"{"sea " * 20}"', "name: should be one line of at most 60"),
        (ROUTINE, '"sea_lion_lift"', f'"{"a" * 61}"', "exercise: string should have at most"),
        (EXERCISE, '"left"', '"left{"', "sides[0]: should be words, without brackets"),
        (HOLD, "seconds = 15", "secnods = 15", "did you mean 'seconds'?"),
        (HOLD, "kind =", "knid =", "knid: this key is not known here: did you mean 'kind'?"),
        (EXERCISE, "It is fun.", "it is fun.", "why: should be whole sentences, from a capital"),
        (EXERCISE, "Stay flat.", "Stay flat", "cues.keep: should be whole sentences"),
        (EXERCISE, "Stay flat.", "Stay {flat}.", "cues.keep: nothing but {side} can be filled in"),
        (EXERCISE, "Lie down.", "Lie on your {side}.", "{side} cannot be filled in here"),
        (EXERCISE, 'sides = ["left", "right"]', "", "{side} cannot be filled in here"),
        (EXERCISE, 'setup = ["Lie down."]', "setup = []", "cues.setup: tuple should have at least"),
        (EXERCISE, "[cues]", "[tempo]\ndown_seconds = 5\n[cues]", "tempo.down_seconds: input shou"),
        (EXERCISE, "[cues]", "[tempo]\ncounts = 4\n[cues]", "a count takes a second"),
        (EXERCISE, '"dead_bug"', '"../dead_bug"', "easier: string should match pattern"),
        (HOLD, "seconds = 15", "seconds = 1", "seconds: input should be greater than or equal"),
        (HOLD, '["Turn over."]', '["Turn to the {side}."]', "{side} cannot be filled in here"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_was_found(
    good: str, before: str, after: str, told: str
) -> None:
    assert before in good
    with pytest.raises(DataError) as caught:
        parse_piece(good.replace(before, after, 1), "my/own.toml", USUAL)
    text = str(caught.value)
    assert text.startswith("my/own.toml: ")
    assert "\n" not in text
    assert told in text
