"""Verbosity: what kind every prompt is of, and which kinds are said in words how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.messages import ToneName

Verbosity = Literal["full", "short", "tones"]
Kind = Literal["safety", "question", "answer", "news", "count", "verdict", "guidance"]

_PROMPTS: Mapping[Kind, str] = {
    # What keeps a back from harm, and what is said when there is pain or a stop.
    "safety": """say_arched say_stop descent_warning bend_knees hands_under_hips set_ends_early
        stopped pain_rest pain_next_time pain_professional""",
    # Nothing goes on without the person's answer.
    "question": """ask_comfortable ask_comfortable_again ask_tension ask_tension_again
        ask_stable ask_stable_again""",
    # The person asked, or wants to know that the coach understood.
    "answer": """help how_many_none how_many how_many_left paused explain_tilt
        explain_draw_in""",
    # What the person cannot know: numbers, and that the coach falls quiet.
    "news": """floor_is floor_is_full floor_raised set_intro rest waiting_quietly tally
        floor_remembered""",
    "count": "count cat_round",
    # A number, too, but one that a tone can stand for.
    "verdict": "perfect",
    # What to do and how: somebody who was told can do without.
    "guidance": """find_a_spot lay_a_mat lie_down say_words cat_cow_setup cat cow tension_knees
        tension_hand tension_crush tension_keep first_legs first_head lift_to_45 lift_to_90
        keep_flat feet_down first_again descent_intro lower arched_in_descent descent_flat
        stop_point_intro lift only_perfect inhale rep_lost rep_lost_hips reset_back well_trained
        goodbye""",
}

KINDS: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(prompts.split()) for kind, prompts in _PROMPTS.items()
}
"""Every prompt is of one kind."""

LEFT_OUT: Mapping[Verbosity, Mapping[Kind, Literal["after the first time", "always"]]] = {
    "full": {},
    "short": {"guidance": "after the first time"},
    "tones": {"guidance": "always", "verdict": "always"},
}
"""What is not named is said whenever it comes."""

SHORTER: Mapping[str, str] = {"cat": "cat_round"}
"""The prompt that is said where another is left out …"""

TONE_INSTEAD: Mapping[str, ToneName] = dict.fromkeys(
    ("cow", "cat_cow_setup", "tension_knees", "first_legs", "feet_down"), "start"
)
"""… and the tone that sounds in its place, where it has none of its own: now comes the next
movement or position."""

_KIND_OF: Mapping[str, Kind] = {
    prompt: kind for kind, prompts in KINDS.items() for prompt in prompts
}


class Brevity:
    """What one session leaves out: it remembers what has been said to its end."""

    def __init__(self, verbosity: Verbosity) -> None:
        self._left_out = LEFT_OUT[verbosity]
        self._known: set[str] = set()

    def leaves_out(self, prompt: str) -> bool:
        """Whether the words of ``prompt`` are left out now."""
        when = self._left_out.get(_KIND_OF[prompt])
        return when == "always" or (when is not None and prompt in self._known)

    def note_said(self, prompt: str) -> None:
        self._known.add(prompt)
