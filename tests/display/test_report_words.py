"""Report words: a mistake in them is told when they are read."""

from __future__ import annotations

import pytest

from coach.app.language_files import LANGUAGES
from coach.display.report_words import parse_report_words
from coach.errors import DataError

TEXT = (LANGUAGES / "en" / "report.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('never_asked = "never asked"\n', "", "glance.never_asked: "),
        ('share = "Perfect reps"', 'shares = "Perfect reps"', "glance.shares: this key is not"),
        ("{first} to {last}", "{first}", "from_to: should have a {last}"),
        ("of {weeks}", "of {many}", "glance.kept: should have a {weeks}"),
        ('yes = "yes"', 'yes = "{yes}"', "events.yes: {yes} cannot be filled in here"),
        ("{first} to {last}", "{first} to {last", "from_to: expected '}' before end of string"),
        (
            "{first} to {last}",
            "{first} to {last!r}",
            "from_to: what is filled in is",
        ),
        ("{exercise}, as in", "It, as in", "reasons.plan_as_last_time: should have a {exercise}"),
        ("it is below {easier_from}.", "it is below {0}.", "definitions: {0} cannot be filled in"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(DataError, match=r"report\.toml") as raised:
        parse_report_words(TEXT.replace(old, new, 1), "report.toml")
    assert told in str(raised.value)
