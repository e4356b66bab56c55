"""Language files: the words of a language, read from its folder and its grammar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coach.devices.files import bounded_file
from coach.dialogue.language import Language, parse_language
from coach.dialogue.prompts import Prompts, parse_prompts
from coach.display.home_words import HomeWords, parse_home_words
from coach.display.page_words import PageWords, parse_page_words
from coach.display.signs import Signs, parse_signs
from coach.doctor.word_check import WordPrompts, parse_word_prompts
from coach.errors import DataError
from coach.hearing.grammar import Grammar, parse_grammar
from coach.plain_tree import MOST_BYTES
from coach.training.programme import Source

_PACKAGE = Path(__file__).parents[1]
LANGUAGES = _PACKAGE / "languages"
ENGLISH = "en"
"""The language that defines the prompts: every other one has the same, of the same kinds."""


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """The words that the coach says and shows in one language.

    ``exercises`` is the folder that holds the words of every exercise and hold, and ``report`` the
    file with those of a report, which no session needs. The sentences that the coach understands
    are not part of it: they are in ``grammars``.
    """

    name: str
    language: Language
    prompts: Prompts
    signs: Signs
    page: PageWords
    home: HomeWords
    doctor: WordPrompts
    exercises: Path
    report: Path

    def exercise_words(self, name: str) -> Source:
        """The words of an exercise or hold that comes with the coach. Raises DataError."""
        return read_source(self.exercises / f"{name}.toml")


def read_text(path: Path) -> str:
    """The text of a data file, UTF-8. Raises DataError when it cannot be read."""
    return bounded_file.read_text(path, MOST_BYTES)


def read_source(path: Path) -> Source:
    """A data file with its path. Raises DataError when it cannot be read."""
    return Source(read_text(path), str(path))


def language_names(folder: Path = LANGUAGES) -> tuple[str, ...]:
    """The names of the languages in ``folder``, sorted."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/language.toml")))


@cache
def load_language(name: str = ENGLISH, folder: Path = LANGUAGES) -> LanguagePack:
    """The words of one of the languages in ``folder``. Raises DataError."""
    names = language_names(folder)
    if name not in names:
        known = ", ".join(names)
        raise DataError("--language", "", f"there is no language {name!r}; there are {known}")
    own = folder / name
    english = (name, folder) == (ENGLISH, LANGUAGES)
    like = None if english else load_language(ENGLISH, LANGUAGES).prompts
    language = parse_language(*_named(own / "language.toml"))
    return LanguagePack(
        name,
        language,
        parse_prompts(*_named(own / "prompts.toml"), language, like),
        parse_signs(*_named(own / "signs.toml")),
        parse_page_words(*_named(own / "page.toml")),
        parse_home_words(*_named(own / "home.toml")),
        parse_word_prompts(*_named(own / "doctor.toml")),
        own / "exercises",
        own / "report.toml",
    )


def data_folder(name: str) -> Path:
    """The path of a data folder: beside the package in a checkout, inside it when installed."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@cache
def load_grammar(name: str = ENGLISH) -> Grammar:
    """The sentences that are understood in a language. Raises DataError."""
    return parse_grammar(*_named(data_folder("grammars") / f"{name}.yaml"))


def _named(path: Path) -> tuple[str, str]:
    return read_text(path), str(path)
