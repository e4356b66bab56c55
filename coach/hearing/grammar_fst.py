"""Grammar fst: every utterance that the recogniser may hear, as an acceptor over words.

An utterance is one sentence, one decoy, or talk: any row of known words and unknown ones. Costs
are negative natural logarithms, as the decoder adds them to those of the sound; only their
differences matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.hearing.grammar import UNKNOWN, Grammar
from coach.settings import GraphCosts

START = 0


@dataclass(frozen=True, slots=True)
class Arc:
    """From its state on to another, by a word."""

    word: str
    cost: float
    to: int


@dataclass(frozen=True, slots=True)
class GrammarFst:
    """``arcs`` of every state, the first of which is the start; ``finals`` with their costs."""

    arcs: tuple[tuple[Arc, ...], ...]
    finals: Mapping[int, float]

    def words(self) -> frozenset[str]:
        """Every word on an arc."""
        return frozenset(arc.word for arcs in self.arcs for arc in arcs)


def grammar_fst(grammar: Grammar, costs: GraphCosts) -> GrammarFst:
    """The graph of a grammar; saying nothing costs nothing."""
    phrases = dict.fromkeys(grammar.decoys, costs.decoy)
    for text in grammar.intents:
        length_cost = costs.further_word * text.count(" ")
        phrases[text] = costs.sentence + length_cost + grammar.extra_costs.get(text, 0.0)
    tree = _Tree()
    for phrase, cost in phrases.items():
        tree.add(phrase.split(), cost)
    arcs, finals = tree.weighted()
    talk = len(arcs)
    said = _talk_words(grammar, costs)
    arcs[START] += [Arc(word, costs.begin_talk + cost, talk) for word, cost in said.items()]
    arcs.append([Arc(word, cost, talk) for word, cost in said.items()])
    return GrammarFst(tuple(map(tuple, arcs)), {START: 0.0, **finals, talk: 0.0})


def _talk_words(grammar: Grammar, costs: GraphCosts) -> dict[str, float]:
    words = {word: costs.sentence_word for text in grammar.intents for word in text.split()}
    words |= {word: costs.decoy_word for text in grammar.decoys for word in text.split()}
    return {**words, UNKNOWN: costs.unknown}


class _Tree:
    """Phrases by their beginnings; the cost of a phrase is paid as early as it is certain.

    Otherwise the beam would keep every beginning at no cost until its last word.
    """

    def __init__(self) -> None:
        self._children: list[dict[str, int]] = [{}]
        self._ends: dict[int, float] = {}

    def add(self, words: list[str], cost: float) -> None:
        node = START
        for word in words:
            if word not in self._children[node]:
                self._children[node][word] = len(self._children)
                self._children.append({})
            node = self._children[node][word]
        self._ends[node] = cost

    def weighted(self) -> tuple[list[list[Arc]], dict[int, float]]:
        least = [float("inf")] * len(self._children)
        # Children come after their parents.
        for node in reversed(range(len(least))):
            onwards = (least[child] for child in self._children[node].values())
            least[node] = min([self._ends.get(node, float("inf")), *onwards])
        least[START] = 0.0
        arcs = [
            [Arc(word, least[child] - least[node], child) for word, child in children.items()]
            for node, children in enumerate(self._children)
        ]
        return arcs, {node: cost - least[node] for node, cost in self._ends.items()}
