"""Word graph: whatever the grammar, an utterance costs what its settings say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.hearing.grammar import UNKNOWN, Grammar
from coach.hearing.grammar_fst import START, GrammarFst, grammar_fst
from coach.messages.intents import INTENTS, URGENT, Intent
from coach.settings import GraphCosts

COSTS = GraphCosts()


def small(sentences: Iterable[str], decoys: Iterable[str] = (), extra_cost: float = 0.0) -> Grammar:
    """A grammar of a few phrases; what the sentences mean does not matter.

    The last sentence has the extra cost.
    """
    intents = {text: INTENTS[index % len(INTENTS)] for index, text in enumerate(sentences)}
    apart = tuple(decoy for decoy in dict.fromkeys(decoys) if decoy not in intents)
    return Grammar("some.yaml", "en", intents, {}, apart, {[*intents][-1]: extra_cost})


Word = st.sampled_from(["my", "back", "arched", "lifted", "off", "stop", "it", "one", "thousand"])
Phrase = st.lists(Word, min_size=1, max_size=4).map(" ".join)
Phrases = st.lists(Phrase, max_size=8, unique=True)
Cost = st.floats(0, 20).map(lambda cost: round(cost, 3))
Grammars = st.builds(small, st.lists(Phrase, min_size=1, max_size=8, unique=True), Phrases, Cost)
Costs = st.builds(GraphCosts, **{field.name: Cost for field in fields(GraphCosts)})


def ways(graph: GrammarFst, words: list[str]) -> list[float]:
    """What a row of words costs, on every way that takes it."""
    reached = [(START, 0.0)]
    for word in words:
        reached = [
            (arc.to, cost + arc.cost)
            for state, cost in reached
            for arc in graph.arcs[state]
            if arc.word == word
        ]
    return [cost + graph.finals[state] for state, cost in reached if state in graph.finals]


def talk_cost(grammar: Grammar, costs: GraphCosts, words: list[str]) -> float:
    """What a row of words costs as talk."""
    of_decoys = {word for decoy in grammar.decoys for word in decoy.split()}
    prices = {
        word: costs.decoy_word if word in of_decoys else costs.sentence_word for word in words
    }
    prices[UNKNOWN] = costs.unknown
    return costs.begin_talk + sum(prices[word] for word in words)


def insistence_costs(grammar: Grammar, costs: GraphCosts, words: list[str]) -> list[float]:
    """What a row of words costs as two or more urgent sentences of one intent, on every way."""
    found = []
    for length in range(1, len(words)):
        first = " ".join(words[:length])
        intent = grammar.intents.get(first)
        if intent not in URGENT:
            continue
        said_first = costs.sentence + costs.further_word * (length - 1)
        said_first += grammar.extra_costs.get(first, 0.0)
        further = _further_costs(grammar, costs, words[length:], intent)
        found += [said_first + cost for cost in further]
    return found


def _further_costs(
    grammar: Grammar, costs: GraphCosts, words: list[str], intent: Intent
) -> list[float]:
    found = []
    for length in range(1, len(words) + 1):
        if grammar.intents.get(" ".join(words[:length])) == intent:
            cost = costs.insistence + costs.further_word * (length - 1)
            cost += grammar.extra_costs.get(" ".join(words[:length]), 0.0)
            rest = [0.0] if length == len(words) else []
            rest += _further_costs(grammar, costs, words[length:], intent)
            found += [cost + each for each in rest]
    return found


@given(Grammars, Costs)
def test_a_sentence_costs_itself_its_further_words_and_what_the_grammar_adds(
    grammar: Grammar, costs: GraphCosts
) -> None:
    graph = grammar_fst(grammar, costs)
    for text in grammar.intents:
        words = text.split()
        whole = costs.sentence + costs.further_word * (len(words) - 1)
        whole += grammar.extra_costs.get(text, 0.0)
        as_talk = talk_cost(grammar, costs, words)
        insisted = insistence_costs(grammar, costs, words)
        assert sorted(ways(graph, words)) == pytest.approx(sorted([whole, as_talk, *insisted]))


@given(Grammars, Costs)
def test_a_decoy_costs_the_same_however_long(grammar: Grammar, costs: GraphCosts) -> None:
    graph = grammar_fst(grammar, costs)
    for text in grammar.decoys:
        as_talk = talk_cost(grammar, costs, text.split())
        expected = [costs.decoy, as_talk, *insistence_costs(grammar, costs, text.split())]
        assert sorted(ways(graph, text.split())) == pytest.approx(sorted(expected))


@given(Grammars, Costs, st.data())
def test_any_row_of_known_and_unknown_words_is_talk(
    grammar: Grammar, costs: GraphCosts, data: st.DataObject
) -> None:
    graph = grammar_fst(grammar, costs)
    known = sorted({word for phrase in grammar.phrases() for word in phrase.split()})
    words = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=6))
    dearest = talk_cost(grammar, costs, words)
    assert any(cost == pytest.approx(dearest) for cost in ways(graph, words))
    others = (" ".join(words) in grammar.phrases()[:-1]) + len(
        insistence_costs(grammar, costs, words)
    )
    assert len(ways(graph, words)) == 1 + others


@given(Grammars, Costs, st.data())
def test_urgent_sentences_may_follow_each_other_as_often_as_one_likes(
    grammar: Grammar, costs: GraphCosts, data: st.DataObject
) -> None:
    urgent = [each for each in map(grammar.sentences, sorted(URGENT)) if each]
    if not urgent:
        return
    of_one_intent = data.draw(st.sampled_from(urgent))
    said = data.draw(st.lists(st.sampled_from(of_one_intent), min_size=2, max_size=5))
    words = " ".join(said).split()
    found = insistence_costs(grammar, costs, words)
    assert found
    cheapest = min(ways(grammar_fst(grammar, costs), words))
    assert cheapest <= min(found) + 1e-6
    assert grammar.intent_of(" ".join(said)) is not None


@given(Grammars)
def test_saying_nothing_costs_nothing(grammar: Grammar) -> None:
    assert ways(grammar_fst(grammar, COSTS), []) == [0.0]


@given(Grammars, Costs)
def test_no_step_costs_less_than_nothing(grammar: Grammar, costs: GraphCosts) -> None:
    graph = grammar_fst(grammar, costs)
    assert all(arc.cost >= 0 for arcs in graph.arcs for arc in arcs)
    assert all(cost >= 0 for cost in graph.finals.values())


@given(Grammars)
def test_what_begins_alike_goes_through_the_same_states(grammar: Grammar) -> None:
    """One state for every beginning, one for talk; and those of what follows an urgent sentence.

    Every state but where these begin can be reached.
    """
    graph = grammar_fst(grammar, COSTS)
    trees = [_beginnings(grammar.phrases()[:-1])]
    trees += [_beginnings(grammar.sentences(intent)) for intent in sorted(URGENT)]
    assert len(graph.arcs) == sum(map(len, trees)) + 1
    starts = set(accumulate(map(len, trees[:-1]), initial=START))
    reached = {arc.to for arcs in graph.arcs for arc in arcs}
    assert reached == set(range(len(graph.arcs))) - starts


def _beginnings(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    split = [phrase.split() for phrase in phrases]
    return {(), *(tuple(words[:n]) for words in split for n in range(1, len(words) + 1))}


@given(Grammars)
def test_its_words_are_those_of_the_phrases_and_the_unknown(grammar: Grammar) -> None:
    said = {word for phrase in grammar.phrases() for word in phrase.split()}
    assert grammar_fst(grammar, COSTS).words() == said
    assert UNKNOWN in said


@pytest.mark.parametrize(
    ("phrases", "word", "paid"),
    [
        (["stop"], "stop", COSTS.sentence),
        (["stop it"], "stop", COSTS.sentence + COSTS.further_word),
        (["stop", "stop it"], "stop", COSTS.sentence),
        (["my back arched", "my back"], "my", COSTS.sentence + COSTS.further_word),
    ],
)
def test_a_sentence_is_paid_for_as_early_as_it_is_certain(
    phrases: list[str], word: str, paid: float
) -> None:
    graph = grammar_fst(small(phrases), COSTS)
    assert next(arc.cost for arc in graph.arcs[START] if arc.word == word) == pytest.approx(paid)


@pytest.mark.slow
@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.thorough)])
def test_a_phrase_of_the_shipped_grammar_is_cheaper_whole_than_as_talk(
    grammar: Grammar, every: int
) -> None:
    graph = grammar_fst(grammar, COSTS)
    for phrase in [*grammar.intents, *grammar.decoys][::every]:
        assert min(ways(graph, phrase.split())) < talk_cost(grammar, COSTS, phrase.split())
