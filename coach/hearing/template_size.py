"""Template size: how many sentences a template stands for, counted without making a single one.

hassil makes all beginnings of a sequence before it yields its first sentence, so that a few dozen
optional words in a row would take for ever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from hassil import Sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    Permutation,
    RuleReference,
    TextChunk,
)

_CAP = 1 << 62
"""Counts and lengths are capped here, so that they do not become huge numbers."""


class TemplateSizes:
    """The sizes of templates that may refer to ``rules``."""

    def __init__(self, rules: Mapping[str, Sentence]) -> None:
        self._rules = rules
        self._known: dict[str, tuple[int, int]] = {}

    def size(self, expression: Expression) -> tuple[int, int]:
        """How many sentences there are at the most, and the characters of the longest one.

        Raises RecursionError for rules that lead in a circle.
        """
        match expression:
            case TextChunk():
                return 1, len(expression.original_text)
            case RuleReference():
                return self._size_of_rule(expression.rule_name)
            case Group():
                return self._size_of_group(expression)
            case _:
                return 1, 0

    def _size_of_rule(self, name: str) -> tuple[int, int]:
        if name not in self._rules:
            return 1, 0  # the expansion of the template reports it
        if name not in self._known:
            self._known[name] = self.size(self._rules[name].expression)
        return self._known[name]

    def _size_of_group(self, group: Group) -> tuple[int, int]:
        counts, lengths = (
            zip(*map(self.size, group.items), strict=True) if group.items else ((), ())
        )
        if isinstance(group, Alternative):
            return min(sum(counts), _CAP), max(lengths, default=0)
        orders = math.factorial(min(len(counts), 20)) if isinstance(group, Permutation) else 1
        return min(orders * math.prod(counts), _CAP), min(sum(lengths), _CAP)
