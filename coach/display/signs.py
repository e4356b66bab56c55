"""Signs: the words shown in large letters during a session, from the language's ``signs.toml``."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from coach.datafile import Strict, parse_toml
from coach.errors import DataError
from coach.messages.actions import ToneName
from coach.messages.prompt_ids import PROMPTS
from coach.messages.states import STATES

LONGEST_WORD = 9
"""The most letters of a word: more do not fit a narrow terminal in large letters."""


class Notices(Strict):
    """Messages about the devices and the memory, in whole sentences."""

    device_lost: str
    device_found: str
    clipped: str
    sound_lost: str
    memory_failed: str
    echo_remains: str


Colour = Annotated[str, Field(pattern="^#[0-9A-F]{6}$")]


class Signs(Strict):
    """What to do now, in a few words: by state, by prompt, and by tone and state."""

    states: dict[str, str]
    colours: dict[str, Colour]
    prompts: dict[str, str]
    tones: dict[ToneName, dict[str, str]]
    notices: Notices


def parse_signs(text: str, path: str) -> Signs:
    """The signs in ``text``. Raises DataError with the key of the first mistake."""
    signs = parse_toml(text, path, Signs)
    for state in STATES:
        if state not in signs.states:
            raise DataError(path, f"states.{state}", "this sign is missing")
        if state not in signs.colours:
            raise DataError(path, f"colours.{state}", "this colour is missing")
    _check(signs.states, path, "states", frozenset(STATES))
    _check(signs.prompts, path, "prompts", frozenset(PROMPTS))
    for tone in get_args(ToneName):
        _check(signs.tones.get(tone, {}), path, f"tones.{tone}", frozenset(STATES))
    return signs


def _check(signs: dict[str, str], path: str, table: str, known: frozenset[str]) -> None:
    for name, sign in signs.items():
        where = f"{table}.{name}"
        if name not in known:
            raise DataError(path, where, "the coach has no such thing")
        words = sign.split()
        if not words or not sign.isascii():
            problem = "a sign is a few words without accents (the large letters have none)"
            raise DataError(path, where, f"{problem}, found {sign!r}")
        if max(map(len, words)) > LONGEST_WORD:
            raise DataError(path, where, f"a word has at most {LONGEST_WORD} letters: {sign!r}")
