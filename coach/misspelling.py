"""Misspelling: which key of a record a person meant by one that it does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

Place = tuple[str | int, ...]
"""The keys and indices that lead to a value, from the outermost on."""


def place_of(mistake: Any) -> Place:
    """The place that a mistake of pydantic is about."""
    return tuple(key for key in mistake["loc"] if key != "[key]")


def misspelt(mistake: Any, record: type[BaseModel]) -> tuple[Place, str] | None:
    """The place of the key that a mistake is about, and the key that is nearest to it."""
    place, kind, found = place_of(mistake), mistake["type"], mistake.get("input")
    if kind == "extra_forbidden":
        known = [name for each in _records(record, place[:-1]) for name in each.model_fields]
        meant = _nearest(str(place[-1]), known)
        return None if meant is None else (place, meant)
    if kind == "missing" and isinstance(found, Mapping):
        known = [name for each in _records(record, place[:-1]) for name in each.model_fields]
        unknown = [str(key) for key in found if key not in known]
        key = _nearest(str(place[-1]), unknown)
        return None if key is None else ((*place[:-1], key), str(place[-1]))
    if kind == "literal_error" and mistake["loc"][-1] == "[key]":
        meant = _nearest(str(place[-1]), re.findall(r"'([^']*)'", mistake["ctx"]["expected"]))
        return None if meant is None else (place, meant)
    return None


def _nearest(word: str, words: Sequence[str]) -> str | None:
    """The one of ``words`` that a person most likely meant by ``word``."""
    alike = {each.casefold().replace("-", "_"): each for each in words}
    found = get_close_matches(word.casefold().replace("-", "_"), alike, n=1)
    return alike[found[0]] if found else None


def _records(kind: Any, place: Sequence[str | int]) -> Iterator[type[BaseModel]]:
    """The records that may stand at ``place`` in what is of a ``kind``."""
    if get_origin(kind) is None and isinstance(kind, type):
        if not issubclass(kind, BaseModel):
            return
        if not place:
            yield kind
        elif (field := kind.model_fields.get(str(place[0]))) is not None:
            yield from _records(field.annotation, place[1:])
        elif place[0] == kind.__name__:  # of several records the one that was tried
            yield from _records(kind, place[1:])
        return
    inside = get_origin(kind) in (dict, list, tuple, Mapping, Sequence)
    for argument in get_args(kind):
        yield from _records(argument, place[1:] if inside else place)
