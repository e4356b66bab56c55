"""Language: what holds for all that is said in one language, from its ``language.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pydantic import Field, field_validator
from unicode_rbnf import RbnfEngine

from coach.datafile import Strict, parse_toml
from coach.training.exercise import UsualCues


class Language(Strict):
    """How a language writes and says what is put together.

    ``numbers`` is the tag of the language whose number words are spoken; ``half`` says half more
    than a ``{number}``, and ``between`` stands between alternatives. ``letters`` is the inside of a
    regular expression's character class: what words are made of, in lower case. ``model`` is the
    name of the speech model, ``voice`` eSpeak NG's name of the voice unless another is asked for,
    and ``sample`` what a voice says to be listened to. ``cues`` are those of an exercise that has
    none of its own.
    """

    numbers: str
    half: str
    between: str = Field(alias="or")
    letters: str = Field(min_length=1)
    model: str
    voice: str
    sample: str
    cues: UsualCues

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
        """A number in words, in whole and halves."""
        whole = self._engine.format_number(int(number)).text
        return whole if number == int(number) else self.half.format(number=whole)

    def alternatives(self, words: Iterable[str]) -> str:
        """All of them in one phrase: "ready or stop"."""
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
