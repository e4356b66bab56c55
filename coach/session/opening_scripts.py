"""Opening scripts: what a person is told before anything else."""

from __future__ import annotations

from typing import assert_never

from coach.dialogue.steps import Script, ask, cue, opening
from coach.training.plan import Opening

_ENDINGS: Script = (cue("say_hurts"), cue("say_stop"))
"""The words that end the session: everybody has to know them, every time."""


def opening_script(how: Opening) -> Script:
    """What the coach says before anybody has spoken."""
    match how:
        case "guided":
            return (opening(), *guidance())
        case "greeting":
            return (opening(), cue("greeting"))
        case "silent":
            return ()
        case _:
            assert_never(how)


def guidance() -> Script:
    """Where to lie, what to wear and what to say; then the question whether to begin."""
    return (
        cue("find_a_spot"),
        cue("lay_a_mat"),
        cue("lie_down"),
        *_ENDINGS,
        cue("say_words"),
        ask("ask_comfortable", "ask_comfortable_again"),
    )


def welcome(*, new: bool) -> Script:
    """What a person has to know before a session on call; a ``new`` person learns more."""
    if not new:
        return _ENDINGS
    return (cue("find_a_spot"), cue("lay_a_mat"), *_ENDINGS, cue("say_words"))
