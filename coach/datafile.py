"""Datafile: reads YAML, TOML and JSON into records, and checks them once, when they are read.

An error names the path, the line or key, what was expected and what was found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from coach.errors import DataError


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
        return f"line {_line_of(self._tree, place)}, {_dotted(place)}"


def parse_yaml(text: str, path: str, record: type[Record]) -> tuple[Record, Places]:
    """The record in ``text``. Raises DataError with the line of the first mistake."""
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise DataError(path, line, f"not YAML: {error.problem or error.context}") from None
    except YAMLError as error:
        raise DataError(path, "", f"not YAML: {str(error).splitlines()[0]}") from None
    if tree is None:
        raise DataError(path, "", "the file is empty")
    places = Places(tree)
    try:
        return record.model_validate(_plain(tree)), places
    except ValidationError as error:
        place, problem = _first_mistake(error)
        raise DataError(path, places.where(*place), problem) from None


def parse_toml(text: str, path: str, record: type[Record]) -> Record:
    """``text`` checked against ``record``. Raises DataError with the key of the first mistake."""
    return checked(read_toml(text, path), record, lambda _key: path)


def read_toml(text: str, path: str) -> dict[str, Any]:
    """The tree of a TOML file. Raises DataError with the line of the first mistake."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(path, "", f"not TOML: {error}") from None


def checked(tree: Mapping[str, Any], record: type[Record], source: Callable[[str], str]) -> Record:
    """``tree`` checked against ``record``. Raises DataError with the key of the first mistake, and
    the path that ``source`` has for what stands outermost in that key."""
    try:
        return record.model_validate(tree)
    except ValidationError as error:
        place, problem = _first_mistake(error)
        outermost = str(place[0]) if place else ""
        raise DataError(source(outermost), _dotted(place), problem) from None


def parse_json(text: bytes, path: str, record: type[Record]) -> Record:
    """The record in ``text``. Raises DataError with the key of the first mistake."""
    try:
        return record.model_validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":
            raise DataError(path, "", "not JSON, or not all of it") from None
        place, problem = _first_mistake(error)
        raise DataError(path, _dotted(place), problem) from None


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


def _first_mistake(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    """Its place, and what is wrong there, as a phrase."""
    mistake = error.errors(include_url=False)[0]
    kind, found = mistake["type"], mistake.get("input")
    if kind == "extra_forbidden":
        problem = "this key is not known here"
    elif kind == "missing":
        problem = "this key is missing"
    else:
        message = mistake["msg"].removeprefix("Value error, ")
        problem = f"{message[:1].lower()}{message[1:]}, found {found!r:.60}"
    return tuple(key for key in mistake["loc"] if key != "[key]"), problem


def _dotted(place: Sequence[str | int]) -> str:
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text or "the file"


def _plain(tree: Any) -> Any:
    """The tree in Python's own types."""
    if isinstance(tree, CommentedMap):
        return {key: _plain(value) for key, value in tree.items()}
    if isinstance(tree, CommentedSeq):
        return [_plain(value) for value in tree]
    # ruamel keeps the spelling of scalars in subclasses of float, int and str.
    for kind in (bool, int, float, str):
        if isinstance(tree, kind):
            return kind(tree)
    return tree
