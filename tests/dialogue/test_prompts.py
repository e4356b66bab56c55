"""Prompts: what the coach says, its fills and its voice; and a file with a mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import coach
from coach.app.assembly import Coach
from coach.app.language_files import LANGUAGES, load_language
from coach.app.programme_files import load_programme
from coach.dialogue.prompts import Prompts, faults, parse_prompts
from coach.dialogue.steps import Fill
from coach.errors import DataError
from coach.hearing.grammar import Grammar
from coach.messages.prompt_ids import FILLS, PROMPTS, SHARED_PROMPTS, OwnPromptId, PromptId
from coach.session.cues import beats
from coach.session.wordings import fill_ranges
from coach.training.programme import Programme
from coach.units import seconds

PACKAGE = Path(coach.__file__).parent
GOOD = (LANGUAGES / "en" / "prompts.toml").read_text(encoding="utf-8")
ENGLISH = load_language().prompts
LANGUAGE = ENGLISH.language
PROGRAMME = load_programme().resized(2, 8)


# Ids


def test_every_prompt_is_named_by_the_code() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path.stem != "prompt_ids"]
    code = "".join(path.read_text("utf-8") for path in modules)
    assert [prompt for prompt in PROMPTS if f'"{prompt}"' not in code] == []


# Wordings


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Lift slowly, and stop.", []),
        ("Lift slowly, stop, and rest.", ["would hear 'stop' as its own command: stop"]),
        ("Hold 20 seconds.", ["write numbers and signs as words"]),
        ("Lift " * 21 + ".", ["21 words are too many"]),
    ],
)
def test_what_is_wrong_with_a_wording_is_told(grammar: Grammar, text: str, told: list[str]) -> None:
    found = list(faults(text, grammar, LANGUAGE))
    assert len(found) == len(told)
    assert all(one in fault for one, fault in zip(told, found, strict=True))


@pytest.mark.parametrize("name", PROGRAMME.exercises)
@pytest.mark.parametrize("prompt", ["lift", "half_lift", "full_lift"])
def test_the_lift_is_cued_with_the_breath(name: str, prompt: OwnPromptId) -> None:
    assert "breathe out" in PROGRAMME.exercises[name].text(prompt).lower()


@pytest.mark.parametrize(
    ("prompt", "fills", "text"),
    [
        ("count", {"count": 1}, "One-one-thousand."),
        ("count", {"count": 3}, "Three-one-thousand."),
        ("cat", {"round": 5}, "Five, breathe out and round your back."),
        ("floor_is", {"floor": 2.0}, "Your turning point is count two. Never go lower."),
        ("floor_now", {"floor": 2.5}, "Your turning point is count two and a half."),
        ("tally", {"perfect": 21}, "Number of perfect reps today: twenty-one."),
        ("help", {"words": "ready or stop"}, "You can say ready or stop."),
    ],
)
def test_numbers_are_filled_in_as_words(
    prompts: Prompts, prompt: PromptId, fills: dict[str, Fill], text: str
) -> None:
    assert prompts.text(prompt, fills) == text


@pytest.mark.parametrize(("sets", "reps"), [(1, 1), (1, 5), (3, 12)])
def test_every_wording_of_a_session_can_be_listed(
    prompts: Prompts, programme: Programme, grammar: Grammar, sets: int, reps: int
) -> None:
    ranges = fill_ranges(programme.resized(sets, reps), grammar, LANGUAGE)
    listed = dict.fromkeys(prompts.wordings(ranges))
    shared: tuple[PromptId, ...] = SHARED_PROMPTS
    for prompt in shared:
        for end in (0, -1):
            names = [name for name in FILLS if name in prompts.fills(prompt)]
            fills: dict[str, Fill] = {name: ranges[name][end] for name in names}
            assert (prompt, prompts.text(prompt, fills)) in listed


# The voice


@pytest.mark.model
def test_every_wording_is_rendered_and_none_takes_longer_than_seven_seconds(coach: Coach) -> None:
    lengths = {text: seconds(len(coach.lesson.cues[text])) for _, text in coach.wordings()}
    assert not {text: length for text, length in lengths.items() if length > 7.0}
    slowest_words_a_second, quickest_words_a_second = 1.0, 5.0
    for text, length in lengths.items():
        assert slowest_words_a_second < len(LANGUAGE.words(text)) / length < quickest_words_a_second


@pytest.mark.model
def test_what_is_said_on_a_beat_fits_into_it(coach: Coach) -> None:
    longest = beats(coach.lesson.programme)
    on_a_beat = [(prompt, text) for prompt, text in coach.wordings() if prompt in longest]
    assert {prompt for prompt, _ in on_a_beat} == set(longest)
    for prompt, text in on_a_beat:
        assert len(coach.lesson.cues[text]) < longest[prompt]


# A file with a mistake


def with_line(key: str, line: str) -> str:
    """The good file with another line in place of that of ``key``."""
    text, count = re.subn(rf"^{re.escape(key)}(?!\w).*$", lambda _: line, GOOD, flags=re.MULTILINE)
    assert count == 1
    return text


@pytest.mark.parametrize(
    ("key", "line", "told"),
    [
        (
            "[verdict]",
            "[verdicts]",
            "verdicts: this key is not known here: did you mean",
        ),
        ("[verdict]", "silly = 3\n[verdict]", "count.silly: input should be a valid string"),
        ("paused", "", "paused: the prompt 'paused' is missing"),
        ("paused", 'paused = "a"\nlower_legs = "b"', "answer.lower_legs: the coach has no such"),
        ("paused", 'paused = "a"\nsetup = "b"', "answer.setup: the coach has no such prompt"),
        ("paused", 'paused = "a"\nrest = "b"', "news.rest: 'rest' is of kind answer already"),
        ("paused", "paused = 3", "answer.paused: input should be a valid string, found 3"),
        ("paused", 'paused = ["a"]', "answer.paused: input should be a valid string, found ['a']"),
        ("paused", 'paused = ""', "answer.paused: a prompt says at least a word"),
        ("paused", 'paused = " "', "answer.paused: a prompt says at least a word"),
        ("count", 'count = "{counts}."', "count.count: {counts} cannot be filled in here"),
        ("count", 'count = "{counts}."', "allowed: count, digit, exercise, "),
        ("count", 'count = "{0}."', "count.count: {0} cannot be filled in here"),
        ("count", 'count = "{count.real}."', "count.count: {count.real} cannot be filled"),
        ("count", 'count = "{}."', "count.count: "),
        ("count", 'count = "{count:d}."', "count.count: "),
        ("count", 'count = "{count!x}."', "count.count: "),
        ("count", 'count = "{count:{floor}}."', "count.count: "),
        ("count", 'count = "{count."', "count.count: expected '}' before end of string"),
        ("count", 'count = "count}."', "count.count: Single '}' encountered"),
        ("safety", 'safety = ["steadier"]', "own: the prompt 'arched_means' is missing"),
        ("safety", 'safety = ["paused"]', "own.safety: the coach has no such prompt: 'paused'"),
        ("answer", 'answer = ["why", "lift"]', "own.guidance: 'lift' is of kind answer already"),
        ("paused", 'paused = "a"\npaused = "b"', "not TOML: "),
        ("paused", 'paused = "a', "not TOML: "),
        (
            "paused",
            'paused = "a',
            f"(at line {GOOD[: GOOD.index('paused = ')].count(chr(10)) + 1}, ",
        ),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_was_found(key: str, line: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_prompts(with_line(key, line), "my/prompts.toml", LANGUAGE)
    text = str(caught.value)
    assert text.startswith("my/prompts.toml: ")
    assert "\n" not in text
    assert told in text


@pytest.mark.parametrize(
    ("key", "line", "told"),
    [
        ("paused", 'paused = "{count}."', "answer.paused: {count} cannot be filled in here"),
        ("paused", 'paused = "{count}."', "allowed: none"),
        ("next_set", 'next_set = "{reps}."', "news.next_set: {reps} cannot be filled in here"),
        ("next_set", 'next_set = "{reps}."', "allowed: exercise, set"),
        ("rest", 'rest = "a"\n[answer]\nx = "b"', "not TOML: "),
        ("answer", 'news = ["why"]', "own.news: 'why' is of kind answer"),
        ("[count]", "five_lift = 'x'\n[count]", "news.five_lift: the coach has no such prompt"),
    ],
)
def test_another_language_keeps_to_the_kinds_and_fills_of_english(
    key: str, line: str, told: str
) -> None:
    with pytest.raises(DataError) as caught:
        parse_prompts(with_line(key, line), "my/prompts.toml", LANGUAGE, ENGLISH)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("{count}", "Three"),
        ("only {count} and {count}", "Only three and three"),
        ("no number", "No number"),
        ("{{count}}", "{count}"),
    ],
)
def test_a_wording_may_use_its_fills_or_leave_them(wording: str, text: str) -> None:
    changed = with_line("count", f'count = "{wording}"')
    prompts = parse_prompts(changed, "my/prompts.toml", LANGUAGE, ENGLISH)
    assert prompts.text("count", {"count": 3}) == text
