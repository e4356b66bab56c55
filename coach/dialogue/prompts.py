"""Prompts: the kind and the wording of every prompt. All wordings can be listed, to be rendered.

The file has a table for each kind. The fills of a prompt are those that its wording names; numbers
are filled in as words ("three") of the language of the file.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from coach.datafile import Strict, parse_toml
from coach.dialogue.language import Language
from coach.dialogue.steps import Fill
from coach.dialogue.verbosity import Kind
from coach.errors import DataError
from coach.hearing.grammar import Grammar
from coach.messages.intents import OF_ITS_STATE
from coach.messages.prompt_ids import (
    FILLS,
    OWN_PROMPTS,
    PROMPTS,
    SHARED_PROMPTS,
    FillName,
    PromptId,
)

KINDS: tuple[Kind, ...] = get_args(Kind)


class _Table(Strict):
    """The prompts of each kind. ``own`` has, by kind, those that each exercise words itself."""

    safety: dict[str, str]
    question: dict[str, str]
    answer: dict[str, str]
    news: dict[str, str]
    count: dict[str, str]
    verdict: dict[str, str]
    guidance: dict[str, str]
    own: dict[Kind, list[str]]


class Prompts:
    """The wordings of one language, and the kind of every prompt. Made by parse_prompts."""

    def __init__(
        self,
        language: Language,
        wordings: Mapping[PromptId, str],
        kinds: Mapping[PromptId, Kind],
    ) -> None:
        self.language = language
        self.kinds = kinds
        in_order: tuple[PromptId, ...] = SHARED_PROMPTS
        self._wordings = {prompt: wordings[prompt] for prompt in in_order}

    def text(self, prompt: PromptId, fills: Mapping[str, Fill]) -> str:
        """The wording as it is spoken. Raises KeyError for an unknown prompt or a missing fill."""
        spelled = {
            name: fill if isinstance(fill, str) else self.language.spelled(fill)
            for name, fill in fills.items()
        }
        text = self._wordings[prompt].format_map(spelled)
        return text[:1].upper() + text[1:]

    def fills(self, prompt: PromptId) -> frozenset[str]:
        """The fills of a prompt; none for a prompt that each exercise words itself."""
        return _fields(self._wordings.get(prompt, ""))

    def wordings(self, ranges: Mapping[FillName, Sequence[Fill]]) -> Iterator[tuple[PromptId, str]]:
        """Every (prompt, text) that can be spoken with fills out of ``ranges``."""
        for prompt in self._wordings:
            names = [name for name in FILLS if name in self.fills(prompt)]
            for values in itertools.product(*(ranges[name] for name in names)):
                yield prompt, self.text(prompt, dict(zip(names, values, strict=True)))


def parse_prompts(text: str, path: str, language: Language, like: Prompts | None = None) -> Prompts:
    """The wordings in ``text``. Raises DataError with the key of the first mistake.

    ``like`` are the prompts of the language that the coach was written in: another language must
    have the same kind for each prompt, and no fill that ``like`` has not.
    """
    table = parse_toml(text, path, _Table)
    kinds: dict[PromptId, Kind] = {}
    wordings: dict[PromptId, str] = {}
    for kind, prompt, wording in _entries(table):
        where = f"own.{kind}" if wording is None else f"{kind}.{prompt}"
        known = _known(prompt, own=wording is None)
        if known is None:
            raise DataError(path, where, f"the coach has no such prompt: {prompt!r}")
        if known in kinds:
            raise DataError(path, where, f"{prompt!r} is of kind {kinds[known]} already")
        if like is not None and like.kinds[known] != kind:
            raise DataError(path, where, f"{prompt!r} is of kind {like.kinds[known]}")
        if wording is not None:
            _check_wording(wording, path, where, _allowed(known, like))
            wordings[known] = wording
        kinds[known] = kind
    for prompt in PROMPTS:
        if prompt not in kinds:
            place = "own" if prompt in OWN_PROMPTS else prompt
            raise DataError(path, place, f"the prompt {prompt!r} is missing")
    return Prompts(language, wordings, kinds)


def _entries(table: _Table) -> Iterator[tuple[Kind, str, str | None]]:
    """Every kind, prompt and wording; the wording is None where each exercise has its own."""
    for kind in KINDS:
        yield from ((kind, prompt, wording) for prompt, wording in getattr(table, kind).items())
        yield from ((kind, prompt, None) for prompt in table.own.get(kind, ()))


def _known(name: str, *, own: bool) -> PromptId | None:
    known: Sequence[PromptId] = OWN_PROMPTS if own else SHARED_PROMPTS
    return next((prompt for prompt in known if prompt == name), None)


def _allowed(prompt: PromptId, like: Prompts | None) -> frozenset[str]:
    return frozenset(FILLS) if like is None else like.fills(prompt)


def _check_wording(wording: str, path: str, where: str, allowed: frozenset[str]) -> None:
    try:
        fields = _fields(wording)
    except ValueError as error:
        raise DataError(path, where, f"{error} in {wording!r}") from None
    if unknown := fields - allowed:
        known = ", ".join(sorted(allowed)) or "none"
        problem = f"{{{min(unknown)}}} cannot be filled in here; allowed: {known}"
        raise DataError(path, where, problem)
    if not wording.strip():
        raise DataError(path, where, "a prompt says at least a word")


def _fields(wording: str) -> frozenset[str]:
    """The fills that a wording names, as plain ``{name}``. Raises ValueError for anything else."""
    parts = [part for part in string.Formatter().parse(wording) if part[1] is not None]
    for _, name, spec, conversion in parts:
        if not name or spec or conversion:
            raise ValueError("a fill is written {name}")
    return frozenset(str(name) for _, name, _, _ in parts)


MOST_WORDS = 20
"""The most words of a wording: nobody on a mat keeps more in mind."""


def faults(text: str, grammar: Grammar, language: Language) -> Iterator[str]:
    """The faults of a wording, a line each."""
    count = len(language.words(text))
    if count > MOST_WORDS:
        yield f"{count} words are too many to keep in mind (at most {MOST_WORDS})"
    if re.search(r"[0-9_<>&]", text):
        yield "write numbers and signs as words: they are spoken"
    for clause in re.split(r"[.,;:?!]", text):
        meant = grammar.intent_of(" ".join(language.words(clause)))
        if meant is not None and meant not in OF_ITS_STATE:
            yield f"the coach would hear {clause.strip()!r} as its own command: {meant}"
