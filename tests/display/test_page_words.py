"""Page words: a mistake in them is told when they are read."""

from __future__ import annotations

import pytest

from coach.app.language_files import LANGUAGES
from coach.display.page_words import parse_page_words
from coach.errors import DataError

TEXT = (LANGUAGES / "en" / "page.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('not_live = "Not live"\n', "", "not_live: "),
        ("over =", "overt =", "page.toml: overt: this key is not known"),
        ("Set {set} of {sets}", "Set {set}", "page.toml: set: should have a {sets}"),
        ('plank = "Plank"\n', "", "states.plank: this word is missing"),
        ("[tones]", '[tones]\ngong = "Gong"', "page.toml: tones.gong"),
        (
            'rest_over = "The rest is over"\n',
            "",
            "tones.rest_over: this word is missing",
        ),
        ("count {count}", "count", "page.toml: past.counts: should have a {count}"),
        ('ribs = "flared ribs"\n', "", "past.mistakes.ribs: this word is missing"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(DataError, match=r"page\.toml") as raised:
        parse_page_words(TEXT.replace(old, new, 1), "page.toml")
    assert told in str(raised.value)
