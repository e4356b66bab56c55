"""Past words: what the page of past training says, from the table ``past`` of ``page.toml``."""

from __future__ import annotations

from typing import Literal, get_args

from coach.datafile import Strict
from coach.errors import DataError
from coach.messages.facts import MISTAKES, Mistake, Outcome

Level = Literal["ok", "warning", "problem"]


class PastWords(Strict):
    """The words of the page. Where a word needs a number, the page fills it in for a ``{name}``."""

    profile: str
    training: str
    doctor: str
    sessions: str
    last: str
    share: str
    share_means: str
    turning: str
    turning_means: str
    ratings: str
    ratings_mean: str
    planks: str
    planks_mean: str
    plank: str
    pain: str
    effort: str
    hurt: str
    perfect: str
    counts: str
    no_date: str
    nothing: str
    more: str
    back: str
    set: str
    down_to: str
    picture: str
    transcript: str
    no_transcript: str
    doctor_means: str
    look: str
    looking: str
    failed: str
    outcomes: dict[Outcome, str]
    mistakes: dict[Mistake, str]
    levels: dict[Level, str]

    def check(self, path: str) -> None:
        """Raise DataError where a word, or what is filled into it, is missing."""
        for key, name in (("counts", "count"), ("set", "number"), ("down_to", "count")):
            if f"{{{name}}}" not in getattr(self, key):
                raise DataError(path, f"past.{key}", f"should have a {{{name}}}")
        for table, names in (
            ("outcomes", get_args(Outcome)),
            ("mistakes", MISTAKES),
            ("levels", get_args(Level)),
        ):
            for name in names:
                if name not in getattr(self, table):
                    raise DataError(path, f"past.{table}.{name}", "this word is missing")
