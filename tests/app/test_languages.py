"""Languages: what every language has to pass that the coach speaks and understands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hassil.parse_expression import parse_sentence
from hassil.sample import sample_sentence
from ruamel.yaml import YAML

from coach.app.language_files import LanguagePack, data_folder, language_names, load_language
from coach.app.language_files import load_grammar as read_grammar
from coach.app.programme_files import load_programme
from coach.devices.speech.model_manifest import project_manifest
from coach.dialogue.prompts import faults
from coach.dialogue.steps import Fill
from coach.doctor.word_check import WORDS
from coach.hearing.grammar import Grammar
from coach.messages.intents import INTENTS
from coach.messages.prompt_ids import PROMPTS, PromptId
from coach.messages.states import STATES, State
from coach.session.table import wanted_intents
from coach.session.wordings import fill_ranges, help_words
from coach.training.care import HIGHEST_LEVEL

PHRASES = Path(__file__).parents[1] / "phrases"
ASKED_IN: Mapping[State, tuple[PromptId, ...]] = {
    "waiting": ("ask_comfortable",),
    "screening": (
        *("ask_heart", "ask_fainting", "ask_recent"),
        *("ask_bones", "ask_nerves", "ask_advised"),
    ),
    "planning": (
        *("ask_take_up", "ask_well", "ask_practised"),
        *("ask_sitting", "ask_easy", "ask_harder", "ask_same"),
    ),
    "rating": ("ask_ache", "ask_effort"),
    "checking_rating": ("ask_level_right",),
    "tension_check": ("ask_tension",),
    "first_rep": ("ask_stable", "ask_climb"),
    "offering_break": ("ask_break",),
    "offering_easier": ("ask_easier",),
    "asking_there": ("ask_there",),
}
"""The questions by the state that asks them; each has a second wording, ``…_again``."""
QUESTIONS = {
    prompt: state
    for state, asked in ASKED_IN.items()
    for first in asked
    for prompt in PROMPTS
    if prompt in (first, f"{first}_again")
}

load_grammar = cache(read_grammar)
pytestmark = pytest.mark.parametrize("language", language_names())


@pytest.fixture
def pack(language: str) -> LanguagePack:
    return load_language(language)


@pytest.fixture
def grammar(language: str) -> Grammar:
    return load_grammar(language)


@pytest.fixture
def wordings(language: str) -> list[tuple[PromptId, str]]:
    return all_wordings(language)


@cache
def all_wordings(language: str) -> list[tuple[PromptId, str]]:
    pack = load_language(language)
    programme = load_programme(pack=pack).resized(2, 8)
    ranges = fill_ranges(programme, load_grammar(language), pack.language)
    return sorted({*pack.prompts.wordings(ranges), *programme.texts()})


@cache
def phrases(language: str) -> dict[str, str | None]:
    """What people say in the language, and what it must mean."""
    file = PHRASES / f"{language}.yaml"
    assert file.is_file(), f"{file} is missing: give an example of every template"
    loaded: dict[str, str | None] = YAML(typ="safe").load(file.read_text("utf-8"))
    return loaded


def as_heard(pack: LanguagePack, text: str) -> str:
    """The words of a text, with a space around each, to look for sentences in."""
    return f" {' '.join(pack.language.words(text))} "


# What is understood


def test_the_grammar_is_of_the_language(language: str, grammar: Grammar) -> None:
    assert grammar.language == language


def test_an_utterance_means_its_intent_and_nothing_else(language: str, grammar: Grammar) -> None:
    expected = phrases(language)
    assert {utterance: grammar.intent_of(utterance) for utterance in expected} == expected


def test_every_template_is_said_in_a_phrase(language: str) -> None:
    path = data_folder("grammars") / f"{language}.yaml"
    tree: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    rules = {name: parse_sentence(body) for name, body in tree.get("expansion_rules", {}).items()}
    templates = [
        template
        for body in tree["intents"].values()
        for group in body["data"]
        for template in group["sentences"]
    ]

    def said(template: str) -> bool:
        sampled = sample_sentence(parse_sentence(template), expansion_rules=rules)
        return any(" ".join(sentence.split()) in phrases(language) for sentence in sampled)

    assert templates
    assert [template for template in templates if not said(template)] == []


def test_every_intent_has_phrases(language: str) -> None:
    times = Counter(phrases(language).values())
    assert set(times) == {*INTENTS, None}
    assert {intent: count for intent, count in times.items() if count < 3} == {}


def test_the_first_sentence_of_an_intent_is_short_enough_to_teach(grammar: Grammar) -> None:
    first = {intent: grammar.sentences(intent)[0] for intent in INTENTS}
    assert {intent: text for intent, text in first.items() if len(text.split()) > 2} == {}


def test_every_number_has_a_word(grammar: Grammar) -> None:
    assert set(grammar.levels.values()) == set(range(HIGHEST_LEVEL + 1))


def test_its_speech_model_is_known(pack: LanguagePack) -> None:
    assert project_manifest(pack.language.model).name == pack.language.model


# What is said and shown


def test_it_has_the_words_of_every_exercise_and_hold(pack: LanguagePack) -> None:
    programme = load_programme(pack=pack)
    words = {path.stem for path in pack.exercises.glob("*.toml")}
    assert words == {*programme.exercises, *programme.holds}


def test_every_prompt_has_a_wording_and_every_wording_a_prompt(
    wordings: list[tuple[PromptId, str]],
) -> None:
    assert {prompt for prompt, _ in wordings} == set(PROMPTS)


def test_a_wording_is_a_sentence_with_everything_filled_in(
    wordings: list[tuple[PromptId, str]],
) -> None:
    assert [
        (prompt, text)
        for prompt, text in wordings
        if "  " in text or text[0].islower() or not re.fullmatch(r"\w[^{}]*[.?]", text)
    ] == []


def test_a_wording_is_spelled_with_the_letters_of_the_language(
    pack: LanguagePack, wordings: list[tuple[PromptId, str]]
) -> None:
    texts = [*(text for _, text in wordings), *pack.doctor.texts(), pack.language.sample]
    other = re.compile(rf"[^{pack.language.letters}\s.,;:?!-]")
    assert {text: found for text in texts if (found := other.findall(text.lower()))} == {}


def test_a_wording_is_short_and_no_clause_of_it_a_sentence_of_the_grammar(
    pack: LanguagePack, grammar: Grammar, wordings: list[tuple[PromptId, str]]
) -> None:
    texts = [*(text for _, text in wordings), *pack.doctor.texts()]
    found = {text: list(faults(text, grammar, pack.language)) for text in texts}
    assert {text: told for text, told in found.items() if told} == {}


def test_every_question_is_known_by_the_state_that_asks_it_and_has_a_sign(
    pack: LanguagePack,
) -> None:
    questions = {prompt for prompt in PROMPTS if prompt.startswith("ask_")}
    assert questions == set(QUESTIONS)
    assert questions <= set(pack.signs.prompts)


def test_no_question_contains_an_answer_to_it(pack: LanguagePack, grammar: Grammar) -> None:
    exercise = load_programme(pack=pack).exercises["dead_bug"]
    fills: dict[str, Fill] = {"exercise": exercise.name, "level": 4}
    contained: dict[str, list[str]] = {}
    for prompt, state in QUESTIONS.items():
        question = as_heard(pack, pack.prompts.text(prompt, fills))
        wanted = wanted_intents(state)
        assert wanted
        contained[prompt] = [
            sentence
            for intent in wanted
            for sentence in grammar.sentences(intent)
            if f" {sentence} " in question
        ]
    assert {prompt: answers for prompt, answers in contained.items() if answers} == {}


@pytest.mark.parametrize(("prompt", "about"), [("doubt_stop", "stop"), ("doubt_pain", "pain")])
def test_a_question_in_doubt_contains_no_command_but_those_it_is_about(
    pack: LanguagePack, grammar: Grammar, prompt: PromptId, about: str
) -> None:
    question = as_heard(pack, pack.prompts.text(prompt, {}))
    wanted = wanted_intents("in_doubt")
    contained = {
        intent
        for sentence, intent in grammar.intents.items()
        if intent in wanted and f" {sentence} " in question
    }
    assert contained == {about}


@pytest.mark.parametrize("state", [state for state in STATES if wanted_intents(state)])
def test_help_offers_a_few_sentences_that_count_in_the_state(
    pack: LanguagePack, grammar: Grammar, state: State
) -> None:
    wanted = wanted_intents(state)
    offered = help_words(grammar, pack.language, wanted).split(pack.language.between)
    intents = {grammar.intent_of(sentence) for sentence in offered}
    assert len(offered) <= 6
    assert len(intents) == len(offered)
    assert intents <= wanted
    assert "stop" in intents


def test_the_doctor_says_no_word_before_it_was_heard(pack: LanguagePack, grammar: Grammar) -> None:
    """Nor does it say anything else that means the word."""
    said = pack.doctor
    for text in (said.intro, *(said.ask.of(word) for word in WORDS), said.again, said.missed):
        heard = as_heard(pack, text)
        means = [s for word in WORDS for s in grammar.sentences(word) if f" {s} " in heard]
        assert not means, text
