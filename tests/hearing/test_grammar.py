"""Grammar: what the recogniser listens for; and a grammar file with a mistake in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coach.devices.speech.openfst_file import read_word_numbers
from coach.devices.speech.vosk_recogniser import GRAPH
from coach.errors import DataError
from coach.hearing.grammar import UNKNOWN, Grammar, parse_grammar
from coach.messages.intents import INTENTS


def test_the_recogniser_listens_for_every_sentence_the_decoys_and_the_unknown(
    grammar: Grammar,
) -> None:
    phrases = grammar.phrases()
    assert {*grammar.intents, *grammar.decoys, UNKNOWN} == set(phrases)
    assert not set(grammar.decoys) & set(grammar.intents)


@pytest.mark.model
def test_the_model_knows_every_word_of_the_grammar(grammar: Grammar, model_folder: Path) -> None:
    grammar.check_vocabulary(known_to(model_folder, grammar))


def known_to(model: Path, grammar: Grammar) -> Callable[[str], bool]:
    """Whether a model knows a word of a grammar."""
    phrases = (*grammar.phrases(), *grammar.talk)
    words = {word for phrase in phrases for word in phrase.split()}
    return read_word_numbers(model / GRAPH, words).__contains__


# A small grammar, and what can be wrong with one

SENTENCES = {intent: f"word {intent.replace('_', ' ')}" for intent in INTENTS}
GOOD = "\n".join(
    [
        "# small",
        "language: en",
        "intents:",
        *(
            f'  "{intent}":\n    data:\n      - sentences:\n          - "{sentence}"'
            for intent, sentence in SENTENCES.items()
        ),
        "decoys:",
        '  - "gone"',
        '  - "gone"',
        '  - "two words"',
        "",
    ]
)


def test_a_template_stands_for_all_its_sentences() -> None:
    template = "[my|the] back (came up|lifted [off])"
    small = parse_grammar(GOOD.replace(SENTENCES["arched"], template), "some.yaml")
    assert set(small.sentences("arched")) == {
        f"{whose}back {how}"
        for whose in ("", "my ", "the ")
        for how in ("came up", "lifted", "lifted off")
    }
    assert small.sentences("stop") == ("word stop",)
    assert small.intent_of("the back lifted off") == "arched"
    assert small.intent_of("back") is None
    assert small.decoys == ("gone", "two words")
    assert small.language == "en"
    assert small.path == "some.yaml"
    assert list(small.phrases()) == [*small.intents, *small.decoys, UNKNOWN]


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("stop stop", "stop"),
        ("stop it please stop stop", "stop"),
        ("ouch it hurts", "pain"),
        ("wait hold on wait a minute", "pause"),
        ("my back arched stop", None),
        ("wait stop", None),
        ("arched arched arched", "arched"),
        ("stop done", None),
        ("done stop", None),
        ("ready ready", None),
        ("stop stop it", "stop"),
    ],
)
def test_urgent_sentences_of_one_intent_may_be_said_in_one_breath(
    grammar: Grammar, said: str, intent: str | None
) -> None:
    assert grammar.intent_of(said) == intent


def test_an_expansion_rule_stands_for_what_is_said_around_a_sentence() -> None:
    rules = 'expansion_rules:\n  so: "[okay|um]"\nintents:'
    text = GOOD.replace("intents:", rules, 1).replace('"word skip"', '"<so> skip"')
    small = parse_grammar(text.replace('"two words"', '"<so> not (yet|now)"'), "some.yaml")
    assert small.sentences("skip") == ("okay skip", "um skip", "skip")
    assert set(small.decoys) > {"okay not yet", "um not now", "not now"}


def test_a_word_of_talk_that_the_model_does_not_know_is_told() -> None:
    small = parse_grammar(GOOD + "\ntalk: gone astray\n", "some.yaml")
    with pytest.raises(DataError, match="talk: the speech model does not know the word 'astray'"):
        small.check_vocabulary(lambda word: word != "astray")


def test_talk_is_every_word_once() -> None:
    assert parse_grammar(GOOD + "\ntalk: >\n  this and\n  that and\n", "some.yaml").talk == (
        "this",
        "and",
        "that",
    )


def test_a_group_of_sentences_may_be_heard_less_readily() -> None:
    group = '- sentences:\n          - "word skip"'
    assert group in GOOD
    rare = '- {sentences: ["[word] skip"], extra_cost: 2}\n      - sentences: ["move on"]'
    assert parse_grammar(GOOD, "some.yaml").extra_costs == {}
    small = parse_grammar(GOOD.replace(group, rare), "some.yaml")
    assert small.extra_costs == {"word skip": 2.0, "skip": 2.0}
    assert small.sentences("skip") == ("word skip", "skip", "move on")


def complaint(text: str) -> str:
    with pytest.raises(DataError) as caught:
        parse_grammar(text, "my/grammar.yaml")
    line = str(caught.value)
    assert line.startswith("my/grammar.yaml: ")
    assert "\n" not in line
    return line


def line_of(text: str, part: str) -> int:
    """The last line in which ``part`` begins, from 1."""
    return text[: text.rindex(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("language: en", "language: en\nlanguages: en", "languages: this key is not known here"),
        ("language: en", "language: 3", "language: input should be a valid string, found 3"),
        ('  "skip":', '  "skipp":', "intents.skipp: this key is not known here"),
        ('  "skip":', '  "skipp":', "did you mean 'skip'?"),
        ('"word skip"', '"word stop"', "'word stop' already means stop"),
        ('"word skip"', '"word (skip|stop)"', "'word stop' already means stop"),
        ('"word skip"', '"(word skip"', "not a sentence template: "),
        ('"word skip"', '"word skip)"', "not a sentence template: "),
        ('"word skip"', '"word {skip}"', "not a sentence template: Missing slot list {skip}"),
        ('"word skip"', '"word <skip>"', "not a sentence template: Missing expansion rule <skip>"),
        ('"word skip"', f'"word (x|{"[a] " * 60}b)"', "it stands for more than 10000 sentences"),
        ('"word skip"', f'"word ({"a;" * 9}b)"', "it stands for more than 10000 sentences"),
        ('"word skip"', f'"word{" a" * 600}"', "a sentence of more than 1000 characters"),
        (
            '- "word skip"',
            '- "word skip"\n'
            + '          - "(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c) x"\n' * 5,
            "with it there are more than 30000 sentences and decoys",
        ),
        ('"word skip"', f'"word {"(a|b)" * 40}"', "it stands for more than 10000 sentences"),
        ('"word skip"', '"[skip]"', "'[skip]' may be empty"),
        ('"word skip"', '"(skip|)"', "'(skip|)' may be empty"),
        ('"word skip"', '""', "skip"),
        ('"word skip"', '" "', "skip"),
        ('"word skip"', "7", "intents.skip.data[0].sentences[0]: input should be a valid string"),
        (
            '- sentences:\n          - "word skip"',
            "- sentences: []",
            "intents.skip.data[0].sentences: ",
        ),
        (
            '- sentences:\n          - "word skip"',
            '- sentences: ["word skip"]\n        extra_cost: -1',
            "intents.skip.data[0].extra_cost: input should be greater than or equal to 0",
        ),
        ('- "two words"', '- "word stop"', "the decoy 'word stop' means stop"),
        ('- "two words"', "- 2", "decoys[2]: input should be a valid string, found 2"),
        ('- "two words"', '- " "', "decoys[2]: it is empty"),
        ('- "two words"', '- " word  stop "', "the decoy 'word stop' means stop"),
        ("decoys:", "decoy:", "decoy: this key is not known here"),
        ('  - "two words"\n', 'weights: {"word stop": 2}\n', "weights: this key is not known here"),
        ('  - "two words"\n', "decoys: []\n", 'not YAML: found duplicate key "decoys"'),
        ('  - "two words"\n', "  - two: [words", "not YAML: "),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_found(
    before: str, after: str, told: str
) -> None:
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    line = complaint(text)
    assert told in line
    assert f"line {line_of(text, after.splitlines()[-1])}, " in line


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("<r29> <r29>", "a sentence of more than 1000 characters"),
        ("<r30>", "not a sentence template: maximum recursion depth exceeded"),
    ],
)
def test_rules_of_rules_are_measured_before_they_are_written_out(last: str, told: str) -> None:
    """Each rule is twice the one before, or leads to itself."""
    bodies = ["a", *(f"<r{number}> <r{number}>" for number in range(29)), last]
    rules = "".join(f'  r{number}: "{body}"\n' for number, body in enumerate(bodies))
    text = GOOD.replace("intents:", f"expansion_rules:\n{rules}intents:", 1)
    assert told in complaint(text.replace('"word skip"', '"word <r30>"', 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("language: en\n", "intents: this key is missing"),
        ("language: en\nintents: {}\n", "intents: no sentences for ready, done, arched, "),
        (GOOD.replace("language: en\n", ""), "language: this key is missing"),
        (GOOD.split('  "how_many"')[0], "intents: no sentences for how_many"),
    ],
)
def test_what_is_missing_is_named(text: str, told: str) -> None:
    assert told in complaint(text)


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ('"word skip"', '"word (skip|flibbertigibbet)"', "flibbertigibbet"),
        ('"word skip"', '"Skip"', "Skip"),
        ('"word skip"', '"skip!"', "skip!"),
        ('"two words"', '"two wordles"', "wordles"),
    ],
)
def test_a_word_the_model_cannot_hear_is_named_with_its_line(
    before: str, after: str, word: str
) -> None:
    text = GOOD.replace(before, after, 1)
    known = set(GOOD.replace('"', " ").replace("_", " ").split())
    with pytest.raises(DataError) as caught:
        parse_grammar(text, "my/grammar.yaml").check_vocabulary(known.__contains__)
    line = str(caught.value)
    assert line.startswith(f"my/grammar.yaml: line {line_of(text, after)}, ")
    assert f"does not know the word {word!r}" in line


@pytest.mark.model
@pytest.mark.parametrize("word", ["flibbertigibbetty", "Ready", "ready!", "one-one-thousand"])
def test_the_real_model_refuses_a_word_it_does_not_know(model_folder: Path, word: str) -> None:
    small = parse_grammar(GOOD.replace("word skip", f"skip {word}"), "my/grammar.yaml")
    with pytest.raises(DataError, match="does not know the word"):
        small.check_vocabulary(known_to(model_folder, small))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("one thousand stop", "stop"),
        ("one thousand it hurts it hurts", "it hurts it hurts"),
        ("one thousand it hurts it", "it hurts it"),
        ("one thousand it hurts men", "one thousand it hurts men"),
        ("one thousand ready", "one thousand ready"),
        ("one thousand my", "one thousand my"),
        ("", ""),
    ],
)
def test_the_urgent_end_of_a_text(grammar: Grammar, text: str, end: str) -> None:
    assert grammar.urgent_end(text) == end
