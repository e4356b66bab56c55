"""Grammar: what a person may say, as sentences with their intents, read from a data file.

A sentence counts only as a whole utterance. Decoys are phrases that mean nothing: what the
recogniser would mistake for a sentence is recognised as a decoy instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import Field

from coach.datafile import Strict, parse_yaml
from coach.errors import DataError
from coach.messages.intents import INTENTS, URGENT, Intent

UNKNOWN = "[unk]"
"""The recogniser's word for any sound that is no known word."""


class _Sentences(Strict):
    sentences: list[str] = Field(min_length=1)
    extra_cost: float = Field(default=0.0, ge=0.0, allow_inf_nan=False, strict=False)


class _Intent(Strict):
    data: list[_Sentences] = Field(min_length=1)


class GrammarFile(Strict):
    """What is written in a grammar file, before its templates are expanded."""

    language: str
    expansion_rules: dict[str, str] = Field(default_factory=dict)
    intents: dict[Intent, _Intent]
    decoys: tuple[str, ...] = Field(default=(), strict=False)
    talk: str = ""
    levels: tuple[str, ...] = Field(default=(), strict=False)


@dataclass(frozen=True, slots=True)
class Grammar:
    """The sentences with their intents, the decoys, and the words of talk.

    ``origins`` says where in the file a phrase stands. ``extra_costs`` has the sentences that are
    recognised less readily; see GraphCosts.
    """

    path: str
    language: str
    intents: Mapping[str, Intent]
    origins: Mapping[str, str]
    decoys: tuple[str, ...]
    extra_costs: Mapping[str, float]
    talk: tuple[str, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    """The words for the numbers from zero to ten."""
    beginnings: frozenset[str] = field(init=False, repr=False, compare=False)
    """The proper prefixes of every sentence, in whole words."""
    _decoys: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "beginnings", _beginnings(self.intents))
        object.__setattr__(self, "_decoys", frozenset(self.decoys))

    def intent_of(self, text: str) -> Intent | None:
        """The intent of a whole utterance: of one sentence of the grammar, or of several urgent
        ones of the same intent in a row. None when it is neither.
        """
        if not text:  # as in nearly every frame of a session
            return None
        return self.intents.get(text) or self.after_urgent(text).get("")

    def level_of(self, text: str) -> int | None:
        """The first number from zero to ten that ``text`` names."""
        return next((self.levels[word] for word in text.split() if word in self.levels), None)

    def after_urgent(self, text: str) -> dict[str, Intent | None]:
        """What remains of ``text`` after urgent sentences at its beginning, with their intent.

        There is an entry for each way to read it; with no such sentence all of it remains, and the
        intent is None. Sentences of two intents are not read as a row: the second may be what the
        recogniser makes of the coach's voice after the first.
        """
        words = text.split()
        found: dict[int, set[Intent]] = {}
        for end in range(1, len(words) + 1):
            for start in (0, *found):
                intent = self.intents.get(" ".join(words[start:end]))
                if intent in URGENT and (start == 0 or intent in found[start]):
                    found.setdefault(end, set()).add(intent)
        # Words that can be read as either of two intents are read as the one that sorts first.
        read: dict[str, Intent | None] = {
            " ".join(words[end:]): min(of) for end, of in found.items()
        }
        return {text: None, **read}

    def is_decoy(self, text: str) -> bool:
        """Whether ``text`` is a phrase that means nothing, such as "not ready"."""
        return text in self._decoys

    def urgent_end(self, text: str) -> str:
        """The longest end of ``text`` that is urgent, or is so as far as it goes; all of it where
        no end is.
        """
        words = text.split()
        for start in range(1, len(words)):
            end = " ".join(words[start:])
            read = self.after_urgent(end).items()
            if any(intent and (not rest or rest in self.beginnings) for rest, intent in read):
                return end
        return text

    def sentences(self, intent: Intent) -> tuple[str, ...]:
        """Every sentence of an intent, in the order of the file."""
        return tuple(text for text, meant in self.intents.items() if meant == intent)

    def phrases(self) -> tuple[str, ...]:
        """Every phrase that may be recognised, with ``[unk]`` for everything else."""
        return (*self.intents, *self.decoys, UNKNOWN)

    def check_vocabulary(self, knows: Callable[[str], bool]) -> None:
        """Raise DataError for the first word that is not in the recogniser's vocabulary."""
        for phrase in (*self.intents, *self.decoys, *self.talk):
            for word in phrase.split():
                if not knows(word):
                    problem = f"the speech model does not know the word {word!r}"
                    raise DataError(self.path, self.origins[phrase], problem)


def _beginnings(sentences: Iterable[str]) -> frozenset[str]:
    beginnings: set[str] = set()
    for sentence in sentences:
        words = sentence.split()
        beginnings.update(" ".join(words[:length]) for length in range(1, len(words)))
    return frozenset(beginnings)


def parse_grammar(text: str, path: str) -> Grammar:
    """The grammar in ``text``. Raises DataError with line and key of the first mistake."""
    from coach.hearing.template_expansion import Expansion, parsed  # noqa: PLC0415 - see there

    file, places = parse_yaml(text, path, GrammarFile)
    intents: dict[str, Intent] = {}
    origins: dict[str, str] = {}
    extra_costs: dict[str, float] = {}
    rules = {
        name: parsed(body, path, places.where("expansion_rules", name))
        for name, body in file.expansion_rules.items()
    }
    templates = Expansion(rules, path)
    levels = {word: level for level, words in enumerate(file.levels) for word in words.split()}
    for intent, template, extra_cost, place in _templates(file):
        where = places.where(*place)
        for phrase in templates.expand(template, where):
            if extra_cost:
                extra_costs[phrase] = extra_cost
            if intents.setdefault(phrase, intent) != intent:
                raise DataError(path, where, f"{phrase!r} already means {intents[phrase]}")
            origins.setdefault(phrase, where)
    missing = [name for name in INTENTS if name not in file.intents]
    if missing:
        raise DataError(path, "intents", f"no sentences for {', '.join(missing)}")
    decoys: list[str] = []
    for index, template in enumerate(file.decoys):
        where = places.where("decoys", index)
        for decoy in templates.expand(template, where):
            if decoy in intents:
                raise DataError(path, where, f"the decoy {decoy!r} means {intents[decoy]}")
            origins.setdefault(decoy, where)
            decoys.append(decoy)
    _refuse_without_number(intents, origins, levels, path)
    distinct = tuple(dict.fromkeys(decoys))
    talk = tuple(dict.fromkeys(file.talk.split()))
    for word in talk:
        origins.setdefault(word, places.where("talk"))
    return Grammar(path, file.language, intents, origins, distinct, extra_costs, talk, levels)


def _refuse_without_number(
    intents: Mapping[str, Intent], origins: Mapping[str, str], levels: Mapping[str, int], path: str
) -> None:
    for phrase, intent in intents.items():
        if levels and intent == "number" and not levels.keys() & set(phrase.split()):
            raise DataError(path, origins[phrase], f"{phrase!r} has no word of the levels")


def _templates(file: GrammarFile) -> Iterator[tuple[Intent, str, float, tuple[str | int, ...]]]:
    for intent, body in file.intents.items():
        for group, data in enumerate(body.data):
            for index, template in enumerate(data.sentences):
                place = ("intents", intent, "data", group, "sentences", index)
                yield intent, template, data.extra_cost, place
