"""Page words: what the page in a browser says, from the language's ``page.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from coach.datafile import Strict, parse_toml
from coach.display.past_words import PastWords
from coach.errors import DataError
from coach.messages.actions import ToneName
from coach.messages.states import STATES, State
from coach.training.plan import Reason

VoiceName = Literal["usual", "natural"]
"""The voices that a page offers."""


class PageWords(Strict):
    """The words of the page. Where a word needs a number, the page fills it in for a ``{name}``."""

    title: str
    connecting: str
    not_live: str
    over: str
    set: str
    rep: str
    perfect: str
    turning_point: str
    minutes_left: str
    can_be_said: str
    microphone: str
    transcript: str
    way: str
    coach: str
    you: str
    ignored: str
    doubted: str
    is_perfect: str
    is_lost: str
    is_done: str
    is_now: str
    is_to_come: str
    start: str
    pause: str
    resume: str
    stop: str
    louder: str
    quieter: str
    style: str
    talk_less: str
    talk_more: str
    speak_slower: str
    speak_faster: str
    voice: str
    voices: dict[VoiceName, str]
    next_start: str
    pair: str
    code: str
    plans: dict[Reason, str]
    how_to_pair: str
    wrong_code: str
    too_soon: str
    not_pressed: str
    states: dict[State, str]
    tones: dict[ToneName, str]
    past: PastWords

    def of_session(self) -> dict[str, Any]:
        """The words of the page that shows a session."""
        return self.model_dump(exclude={"past"})

    def of_past(self) -> dict[str, Any]:
        """The words of the page that shows past training."""
        return {**self.model_dump(include=_OF_BOTH), **self.past.model_dump()}


_OF_BOTH = {
    *("title", "coach", "you", "ignored", "doubted", "is_perfect", "is_lost"),
    *("pair", "code", "how_to_pair", "wrong_code", "too_soon", "tones"),
}
"""The words of a session that the page of past training has, too."""

_FIELDS = {
    "set": ("set", "sets"),
    "rep": ("rep", "reps"),
    "perfect": ("perfect",),
    "turning_point": ("floor",),
    "minutes_left": ("minutes",),
    "too_soon": ("seconds",),
}
"""What is filled into a word."""


_WHOLE: Mapping[str, tuple[str, ...]] = {
    "states": STATES,
    "plans": get_args(Reason),
    "voices": get_args(VoiceName),
    "tones": get_args(ToneName),
}
"""The tables that have a word for each of these."""


def parse_page_words(text: str, path: str) -> PageWords:
    """The words in ``text``. Raises DataError with the key of the first mistake."""
    words = parse_toml(text, path, PageWords)
    for key, names in _FIELDS.items():
        for name in names:
            if f"{{{name}}}" not in getattr(words, key):
                raise DataError(path, key, f"should have a {{{name}}}")
    words.past.check(path)
    for table, names in _WHOLE.items():
        for name in names:
            if name not in getattr(words, table):
                raise DataError(path, f"{table}.{name}", "this word is missing")
    for reason, plan in words.plans.items():
        if "{exercise}" not in plan:
            raise DataError(path, f"plans.{reason}", "should have an {exercise}")
    return words
