"""Datafile: reads YAML, TOML and JSON into records, and checks them once, when they are read.

An error names the path, the line or key, what was expected and what was found.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent

from coach.errors import DataError
from coach.misspelling import misspelt, place_of
from coach.plain_tree import DEEPEST, MOST_VALUES, limited, refuse_large, refuse_wide

_MARK = "\ufeff"
"""The byte order mark, which some editors put before a text."""

_MERGE = "<<"
"""The key of YAML that takes over what is in another mapping; ruamel falls over one in itself."""

_FALLS = (ValueError, LookupError, TypeError, AttributeError, NotImplementedError)
"""What ruamel raises for text that it did not expect, such as ``0x_`` or odd comments."""

_MANY_DIGITS = 1000
_TOO_MANY_DIGITS = "the number has too many digits"

_KEY = r"""(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = re.compile(rf"(?:{_KEY}[ \t]*\.[ \t]*){{{DEEPEST}}}")
"""A TOML key of so many parts."""
_DEEP = re.compile(rf"(?:[\[{{][^\[\]{{}}]*+){{{DEEPEST}}}")
"""So many brackets of which none is closed."""

_JSON_PROBLEMS = {
    "recursion limit exceeded": "nested too deeply",
    "number out of range": _TOO_MANY_DIGITS,
}
"""In our words, what pydantic finds wrong with JSON that is written correctly."""


class Strict(BaseModel):
    """A record of a data file. It is frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Record = TypeVar("Record", bound=BaseModel)


class Places:
    """The lines of a YAML file, for errors that are found after it was checked."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree

    def where(self, *place: str | int) -> str:
        """The line and the key of a place, such as ``line 9, user[0].says``."""
        return f"line {_line_of(self._tree, place)}, {dotted(place)}"


def parse_yaml(text: str, path: str, record: type[Record]) -> tuple[Record, Places]:
    """The record in ``text``. Raises DataError with the line of the first mistake."""
    tree = _read_yaml(text.removeprefix(_MARK), path)
    if tree is None:
        raise DataError(path, "", "the file is empty")
    places = Places(tree)
    plain = limited(tree, path, places.where)
    try:
        return record.model_validate(plain), places
    except ValidationError as error:
        place, problem = _first_mistake(error, record)
        raise DataError(path, places.where(*place), problem) from None


class _Composer(Composer):
    """Refuses what no file of ours has, and what takes long: keys that are no words, tags, merges,
    and more values than anybody writes."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        self.warn_double_anchors = False  # a warning would be a line that nobody asked for
        self.values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.values += 1
        event = self.parser.peek_event()
        problem = None
        if self.values > MOST_VALUES:
            problem = f"there are more than {MOST_VALUES} values"
        elif parent is not None and index is None and not isinstance(event, ScalarEvent):
            problem = "a key should be a word"
        elif parent is not None and index is None and event.value == _MERGE:
            problem = f"{_MERGE} has no place here: write out what is merged"
        elif not isinstance(event, AliasEvent) and event.ctag is not None:
            problem = f"a tag has no place here, found {str(event.ctag)!r:.60}"
        if problem is not None:
            raise MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


class _Constructor(RoundTripConstructor):
    """Tells the place of a number or a date that Python refuses, or that ruamel falls over."""

    def construct_object(self, node: Any, *rest: Any, **named: Any) -> Any:
        try:
            return super().construct_object(node, *rest, **named)
        except _FALLS as error:
            many = len(node.value) > _MANY_DIGITS
            problem = _TOO_MANY_DIGITS if many else f"a value cannot be read: {error}"
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None


def _read_yaml(text: str, path: str) -> Any:
    refuse_large(text, path)
    yaml = YAML(typ="rt")
    yaml.max_depth = DEEPEST
    yaml.Composer, yaml.Constructor = _Composer, _Constructor
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = f"nested deeper than {DEEPEST}" if "max_depth" in str(error) else error.problem
        raise DataError(path, line, f"not YAML: {problem or error.context}") from None
    except YAMLError as error:
        raise DataError(path, "", f"not YAML: {str(error).splitlines()[0]}") from None
    except _FALLS as error:
        raise DataError(path, "", f"not YAML: {str(error) or 'odd text'}") from None


def parse_toml(text: str, path: str, record: type[Record]) -> Record:
    """``text`` checked against ``record``. Raises DataError with the key of the first mistake."""
    return checked(read_toml(text, path), record, lambda _key: path)


def read_toml(text: str, path: str) -> dict[str, Any]:
    """The tree of a TOML file. Raises DataError with the line of the first mistake."""
    refuse_large(text, path)
    if deep := _DOTTED.search(text):  # tomllib takes memory by the square of its length
        raise DataError(path, _line(text, deep), f"nested deeper than {DEEPEST}")
    try:
        tree = tomllib.loads(text.removeprefix(_MARK))
    except tomllib.TOMLDecodeError as error:
        raise DataError(path, "", f"not TOML: {error}") from None
    except ValueError as error:  # a number that Python refuses
        raise _unreadable(error, text, path) from None
    except RecursionError:
        deepest = _DEEP.search(text)
        where = _line(text, deepest) if deepest else ""
        raise DataError(path, where, f"nested deeper than {DEEPEST}") from None
    plain: dict[str, Any] = limited(tree, path, lambda *place: dotted(place))
    return plain


def checked(tree: Mapping[str, Any], record: type[Record], source: Callable[[str], str]) -> Record:
    """``tree`` checked against ``record``. Raises DataError with the key of the first mistake, and
    the path that ``source`` has for what stands outermost in that key."""
    try:
        return record.model_validate(tree)
    except ValidationError as error:
        place, problem = _first_mistake(error, record)
        outermost = str(place[0]) if place else ""
        raise DataError(source(outermost), dotted(place), problem) from None


def parse_json(
    text: bytes, path: str, record: type[Record], at: Sequence[str | int] | None = None
) -> Record:
    """The record in ``text``. Raises DataError with the key of the first mistake; ``at`` is the
    place of the record in the file, None where it is the whole file."""
    refuse_wide(text, path)
    try:
        return record.model_validate_json(without_mark(text))
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        if mistake["type"] == "json_invalid":
            problem, _, where = str(mistake["ctx"]["error"]).partition(" at ")
            problem = _JSON_PROBLEMS.get(problem, "not JSON, or not all of it")
            where = where.replace(" column", ", column") if at is None else dotted(at)
            raise DataError(path, where, problem) from None
        place, problem = _first_mistake(error, record)
        raise DataError(path, dotted((*(at or ()), *place)), problem) from None


def _unreadable(error: ValueError, text: str, path: str) -> DataError:
    """The error for a value that is written correctly, but cannot be read."""
    if number := re.search(rf"[0-9_]{{{_MANY_DIGITS},}}", text):
        return DataError(path, _line(text, number), _TOO_MANY_DIGITS)
    return DataError(path, "", f"a value cannot be read: {error}")


def _line(text: str, found: re.Match[str]) -> str:
    return f"line {text.count(chr(10), 0, found.start()) + 1}"


def without_mark(text: bytes) -> bytes:
    """UTF-8 text without the byte order mark before it."""
    return text.removeprefix(_MARK.encode())


def _line_of(tree: Any, place: Sequence[str | int]) -> int:
    """The line, from 1, of the deepest part of ``place`` that exists in a round-trip YAML tree."""
    line = 1
    for key in place:
        if isinstance(tree, CommentedMap) and key in tree:
            line = tree.lc.key(key)[0] + 1
        elif isinstance(tree, CommentedSeq) and isinstance(key, int) and key < len(tree):
            line = tree.lc.item(key)[0] + 1
        else:
            break
        tree = tree[key]
    return line


def _first_mistake(
    error: ValidationError, record: type[BaseModel]
) -> tuple[tuple[str | int, ...], str]:
    """Its place, and what is wrong there, as a phrase. A misspelt key comes before what its being
    misspelt makes a mistake of."""
    mistakes = error.errors(include_url=False)
    for mistake in mistakes:
        if (meant := misspelt(mistake, record)) is not None:
            place, key = meant
            return place, f"this key is not known here: did you mean {key!r}?"
    mistake = mistakes[0]
    kind = mistake["type"]
    if kind == "extra_forbidden":
        problem = "this key is not known here"
    elif kind == "missing":
        problem = "this key is missing"
    else:
        message = mistake["msg"].removeprefix("Value error, ")
        problem = f"{message[:1].lower()}{message[1:]}, found {_shown(mistake.get('input'))}"
    return place_of(mistake), problem


def _shown(found: Any) -> str:
    try:
        return f"{found!r:.60}"
    except ValueError:  # a number of more digits than Python writes
        return "a number of thousands of digits"


def dotted(place: Sequence[str | int]) -> str:
    """A place in a file, as ``people[0].name``."""
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text or "the file"
