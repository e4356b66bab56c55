"""Template expansion: the sentences that the templates of a grammar stand for, made by hassil.

hassil takes 5 MB, so this is imported where a grammar is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from hassil.errors import HassilError
from hassil.expression import Sentence
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.sample import sample_sentence

from coach.errors import DataError
from coach.hearing.template_size import TemplateSizes

_MOST_PHRASES = 10_000
"""The most phrases of one template: a few alternatives in a row make millions."""

_MOST_TOGETHER = 30_000
"""The most phrases of a grammar; one that stands in it twice counts twice. English has a third of
this."""

_LONGEST_PHRASE = 1_000
"""The most characters of a phrase: rules that name other rules make millions of them, too."""


class Expansion:
    """Expands the templates of a file, and keeps count of what they stand for."""

    def __init__(self, rules: Mapping[str, Sentence], path: str) -> None:
        self._rules, self._path = dict(rules), path
        self._sizes = TemplateSizes(rules)
        self._together = 0

    def expand(self, template: str, where: str) -> list[str]:
        """The phrases of a template. Raises DataError."""
        sentence = parsed(template, self._path, where)
        try:
            self._refuse_large(sentence, where)
            sampled = sample_sentence(sentence, expansion_rules=self._rules)
            phrases = [" ".join(phrase.split()) for phrase in sampled]
        except (HassilError, ValueError, RecursionError) as error:
            raise DataError(self._path, where, f"not a sentence template: {error}") from None
        if not all(phrases):
            raise DataError(self._path, where, f"{template!r} may be empty")
        return list(dict.fromkeys(phrases))

    def _refuse_large(self, sentence: Sentence, where: str) -> None:
        count, longest = self._sizes.size(sentence.expression)
        self._together += count
        problem = None
        if count > _MOST_PHRASES:
            problem = f"it stands for more than {_MOST_PHRASES} sentences"
        elif longest > _LONGEST_PHRASE:
            problem = f"it stands for a sentence of more than {_LONGEST_PHRASE} characters"
        elif self._together > _MOST_TOGETHER:
            problem = f"with it there are more than {_MOST_TOGETHER} sentences and decoys"
        if problem is not None:
            raise DataError(self._path, where, problem)


def parsed(template: str, path: str, where: str) -> Sentence:
    """A template as hassil reads it. Raises DataError."""
    if not template.strip():
        raise DataError(path, where, "it is empty")
    try:
        return parse_sentence(template)
    except (HassilError, ParseError, ValueError, AssertionError) as error:
        raise DataError(path, where, f"not a sentence template: {error}") from None
