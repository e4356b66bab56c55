"""Language: what holds for everything that is said in one language, from its ``language.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pydantic import Field, field_validator
from unicode_rbnf import RbnfEngine

from coach.datafile import Strict, parse_toml
from coach.training.exercise import UsualCues


class Language(Strict):
    """How one language writes and says numbers, alternatives and words."""

    numbers: str
    """The tag of the language whose number words are spoken, as in "de"."""
    half: str
    """The wording of a ``{number}`` and a half."""
    between: str = Field(alias="or")
    """What stands between two alternatives; its key in the file is ``or``."""
    letters: str = Field(min_length=1)
    """What words are made of: the inside of a regular expression's character class, lower case."""
    model: str
    """The name of the speech model."""
    voice: str
    """eSpeak NG's name of the voice, unless another one is asked for."""
    sample: str
    """What a voice says when a person listens to the voices."""
    cues: UsualCues
    """The cues of an exercise that has none of its own."""

    @field_validator("numbers")
    @classmethod
    def _can_be_spelled(cls, tag: str) -> str:
        RbnfEngine.for_language(tag)
        return tag

    @field_validator("half")
    @classmethod
    def _has_a_number(cls, half: str) -> str:
        if half.replace("{number}", "", 1).count("{") or "{number}" not in half:
            raise ValueError("should have a {number}")
        return half

    @field_validator("letters")
    @classmethod
    def _is_a_character_class(cls, letters: str) -> str:
        try:
            re.compile(f"[{letters}]")
        except re.error as error:
            raise ValueError(f"should be the inside of a character class: {error}") from None
        return letters

    def spelled(self, number: float) -> str:
        """A whole or half number in words."""
        whole = self._engine.format_number(int(number)).text
        return whole if number == int(number) else self.half.format(number=whole)

    def alternatives(self, words: Iterable[str]) -> str:
        """The alternatives in one phrase, as in "ready or stop"."""
        return self.between.join(words)

    def words(self, text: str) -> list[str]:
        """The words of a text, as the recogniser would hear them."""
        return re.findall(f"[{self.letters}]+", text.lower())

    @cached_property
    def _engine(self) -> RbnfEngine:
        return RbnfEngine.for_language(self.numbers)


def parse_language(text: str, path: str) -> Language:
    """The language in ``text``. Raises DataError with the key of the first mistake."""
    return parse_toml(text, path, Language)
