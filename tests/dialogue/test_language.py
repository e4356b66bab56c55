"""Language: how numbers and alternatives are said, and a file with a mistake."""

from __future__ import annotations

import pytest

from coach.app.language_files import LANGUAGES, language_names, load_language
from coach.dialogue.language import Language, parse_language
from coach.errors import DataError

GOOD = (LANGUAGES / "en" / "language.toml").read_text(encoding="utf-8")


def changed(before: str, after: str) -> Language:
    assert before in GOOD
    return parse_language(GOOD.replace(before, after, 1), "my/language.toml")


@pytest.mark.parametrize(
    ("tag", "number", "spelled"),
    [
        ("en", 3, "three"),
        ("en", 21.0, "twenty-one"),
        ("en", 2.5, "two and a half"),
        ("de", 2, "zwei"),
        ("de", 2.5, "zwei and a half"),
    ],
)
def test_numbers_are_spelled_in_whole_and_halves(tag: str, number: float, spelled: str) -> None:
    assert changed('numbers = "en"', f'numbers = "{tag}"').spelled(number) == spelled


def test_alternatives_are_joined_in_one_phrase() -> None:
    assert changed('or = " or "', 'or = " oder "').alternatives(["a", "b"]) == "a oder b"


def test_words_are_made_of_its_letters() -> None:
    german = changed('letters = "a-z\'"', 'letters = "a-zäöüß"')
    assert german.words("Füße hoch, bitte!") == ["füße", "hoch", "bitte"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('numbers = "en"', "", "numbers: this key is missing"),
        ('numbers = "en"', "numbers = 3", "numbers: input should be a valid string, found 3"),
        ('numbers = "en"', 'numbers = "xx"', "numbers: xx is not supported"),
        ('numbers = "en"', 'numbers = "en"\nvoices = 1', "voices: this key is not known here"),
        ('"{number} and a half"', '"half"', "half: should have a {number}, found 'half'"),
        ('"{number} and a half"', '"{number} {x}"', "half: should have a {number}"),
        ("or = ", "and = ", "or: this key is missing"),
        ('"a-z\'"', '"z-a"', "letters: should be the inside of a character class"),
        ('"You breathe in."', '"you breathe in"', "cues.inhale[0]: should be whole sentences"),
    ],
)
def test_a_mistake_is_told_with_its_key(before: str, after: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        changed(before, after)
    assert str(caught.value).startswith(f"my/language.toml: {told}")


def test_a_language_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(DataError) as caught:
        load_language("xx")
    known = ", ".join(language_names())
    assert str(caught.value) == f"--language: there is no language 'xx'; there are {known}"
