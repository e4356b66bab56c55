"""Grammar fst: every utterance that the recogniser may hear, as a weighted acceptor over words.

An utterance is one sentence, one decoy, several urgent sentences of one intent, or talk, which is
any sequence of known and unknown words.
Costs are negative natural logarithms of weights, which the decoder adds to the acoustic costs; only
their differences matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.hearing.grammar import UNKNOWN, Grammar
from coach.messages.intents import URGENT
from coach.settings import GraphCosts

START = 0
"""The number of the first state."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A transition to the state ``to``, by a word."""

    word: str
    cost: float
    to: int


@dataclass(frozen=True, slots=True)
class GrammarFst:
    """``arcs`` are those of every state, START first; ``finals`` are final states with costs."""

    arcs: tuple[tuple[Arc, ...], ...]
    finals: Mapping[int, float]

    def words(self) -> frozenset[str]:
        """Every word on an arc."""
        return frozenset(arc.word for arcs in self.arcs for arc in arcs)


def grammar_fst(grammar: Grammar, costs: GraphCosts) -> GrammarFst:
    """The acceptor of a grammar. The empty utterance costs nothing."""
    phrases = dict.fromkeys(grammar.decoys, costs.decoy)
    for text in grammar.intents:
        phrases[text] = costs.sentence + _own_cost(text, grammar, costs)
    tree = _Tree(phrases)
    arcs, finals = tree.weighted()
    _insist(grammar, costs, tree.ends, arcs, finals)
    talk = len(arcs)
    said = _talk_words(grammar, costs)
    arcs[START] += [Arc(word, costs.begin_talk + cost, talk) for word, cost in said.items()]
    arcs.append([Arc(word, cost, talk) for word, cost in said.items()])
    return GrammarFst(tuple(map(tuple, arcs)), {START: 0.0, **finals, talk: 0.0})


def _own_cost(text: str, grammar: Grammar, costs: GraphCosts) -> float:
    """What a sentence costs for its length, and by the grammar's own choice."""
    return costs.further_word * text.count(" ") + grammar.extra_costs.get(text, 0.0)


def _insist(
    grammar: Grammar,
    costs: GraphCosts,
    ends: Mapping[str, int],
    arcs: list[list[Arc]],
    finals: dict[int, float],
) -> None:
    """Add arcs by which urgent sentences of the same intent may follow each other without end.

    ``ends`` has the states at which the sentences end.
    """
    for intent in sorted(URGENT):
        texts = grammar.sentences(intent)
        further = {text: costs.insistence + _own_cost(text, grammar, costs) for text in texts}
        again, offset = _Tree(further), len(arcs)
        more_arcs, more_finals = again.weighted()
        arcs += [[Arc(arc.word, arc.cost, arc.to + offset) for arc in each] for each in more_arcs]
        finals |= {node + offset: cost for node, cost in more_finals.items()}
        first = tuple(arcs[offset])
        reached = [ends[text] for text in texts]
        for node in (*reached, *(node + offset for node in again.ends.values())):
            arcs[node] += [Arc(arc.word, finals[node] + arc.cost, arc.to) for arc in first]


def _talk_words(grammar: Grammar, costs: GraphCosts) -> dict[str, float]:
    words = dict.fromkeys(grammar.talk, costs.talk_word)
    words |= {word: costs.sentence_word for text in grammar.intents for word in text.split()}
    words |= {word: costs.decoy_word for text in grammar.decoys for word in text.split()}
    return {**words, UNKNOWN: costs.unknown}


class _Tree:
    """A prefix tree of phrases, in which the cost of a phrase is paid as early as possible.

    If it were paid at the last word, the decoder's beam would keep every beginning at no cost.
    """

    def __init__(self, phrases: Mapping[str, float]) -> None:
        self._children: list[dict[str, int]] = [{}]
        self._costs: dict[int, float] = {}
        self.ends: dict[str, int] = {}
        """The node at which a phrase ends."""
        for phrase, cost in phrases.items():
            self.ends[phrase] = self._add(phrase.split())
            self._costs[self.ends[phrase]] = cost

    def _add(self, words: list[str]) -> int:
        node = START
        for word in words:
            if word not in self._children[node]:
                self._children[node][word] = len(self._children)
                self._children.append({})
            node = self._children[node][word]
        return node

    def weighted(self) -> tuple[list[list[Arc]], dict[int, float]]:
        """The arcs of every node, and the final costs: weights are pushed towards the root."""
        least = [float("inf")] * len(self._children)
        # Children come after their parents.
        for node in reversed(range(len(least))):
            onwards = (least[child] for child in self._children[node].values())
            least[node] = min([self._costs.get(node, float("inf")), *onwards])
        least[START] = 0.0
        arcs = [
            [Arc(word, least[child] - least[node], child) for word, child in children.items()]
            for node, children in enumerate(self._children)
        ]
        return arcs, {node: cost - least[node] for node, cost in self._costs.items()}
