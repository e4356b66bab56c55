"""Home words: what the coach is called in home automation, from the language's ``home.toml``."""

from __future__ import annotations

from coach.datafile import Strict, parse_toml


class HomeWords(Strict):
    """The names of the coach and of all that it shows."""

    device: str
    state: str
    exercise: str
    set: str
    rep: str
    perfect_reps: str
    turning_point: str
    last_session: str
    sessions_this_week: str
    session: str
    problem: str
    event_rep: str
    event_session: str
    start: str
    pause: str
    resume: str
    stop: str
    pain: str
    effort: str


def parse_home_words(text: str, path: str) -> HomeWords:
    """The words in ``text``. Raises DataError with the key of the first mistake."""
    return parse_toml(text, path, HomeWords)
