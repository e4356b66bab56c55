"""Verbosity: what kind every prompt is of, and which kinds are said in words how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.messages.actions import ToneName

Verbosity = Literal["full", "short", "tones"]
Kind = Literal["safety", "question", "answer", "news", "count", "verdict", "guidance"]

_PROMPTS: Mapping[Kind, str] = {
    # What keeps a back from harm, and what is said when there is pain or a stop.
    "safety": """say_stop arched_means descent_warning steadier set_ends_early not_harder_yet
        stopped rest_today pain_rest pain_next_time pain_stretch pain_professional
        hold_as_you_can""",
    # Nothing goes on without the person's answer.
    "question": """ask_comfortable ask_comfortable_again ask_tension ask_tension_again
        ask_stable ask_stable_again ask_take_up ask_take_up_again ask_well ask_well_again
        ask_sitting ask_sitting_again ask_easy ask_easy_again ask_harder ask_harder_again
        ask_easier ask_easier_again ask_there ask_there_again lost_too_many ready_for_harder""",
    # The person asked, or wants to know that the coach understood.
    "answer": """help how_many_none how_many how_many_left paused explain_tilt explain_draw_in
        easiest_already hardest_already slowest_already fastest_already tempo_is exercise_kept
        bulging_means answer_bulging answer_neck answer_breathing answer_how_often answer_why why
        floor_now no_floor_yet next_stretching next_cat_cow next_tension_check next_first_rep
        next_slow_descent next_stop_point next_working next_resting next_plank next_finished""",
    # What the person cannot know: numbers, what was decided, and that the coach falls quiet.
    "news": """floor_is floor_is_full floor_raised probe_intro set_intro rest next_set half_rested
        half_held five_left exercise_now plan_first_time plan_as_last_time plan_after_pain
        plan_two_weeks_off plan_all_perfect plan_as_asked plan_easy easy_today easy_yesterday
        easy_three_times
        greeting waiting_quietly cannot_hear sound_is_back when_you_like tally floor_remembered
        earned_harder memory_damaged memory_failed microphone_clips""",
    "count": "count half_count cat_round",
    # A number, too, but one that a tone can stand for.
    "verdict": "perfect",
    # What to do and how: somebody who was told can do without.
    "guidance": """find_a_spot lay_a_mat lie_down say_words cat_cow_setup cat cow tension_knees
        tension_hand tension_crush tension_keep setup range half_lift full_lift keep legs_down
        again once_more descent_intro lift lower arched_in_descent flat stop_point_intro
        only_perfect inhale lost reset hold_setup hold_begin hold_end
        hold_over mind_momentum mind_breath mind_head mind_ribs mind_belly well_trained
        next_time goodbye""",
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
    ("cow", "cat_cow_setup", "tension_knees", "setup", "legs_down", "once_more", "hold_setup"),
    "start",
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

    def leaves_out(self, prompt: str, words: str | None = None) -> bool:
        """Whether ``prompt``, or its wording ``words`` of several, is left out now."""
        when = self._left_out.get(_KIND_OF[prompt])
        return when == "always" or (when is not None and (words or prompt) in self._known)

    def note_said(self, prompt: str, words: str | None = None) -> None:
        self._known.add(words or prompt)
