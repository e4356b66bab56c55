"""Prompt ids: the id of every prompt of the coach. A misspelt id is an error of mypy.

The wordings are in the ``prompts.toml`` of a language, and those of an exercise's own prompts in
the file of that exercise. Both are checked against these lists when they are loaded.
"""

from __future__ import annotations

from typing import Literal, get_args

SharedPromptId = Literal[
    # waiting
    "find_a_spot",
    "lay_a_mat",
    "lie_down",
    "say_stop",
    "say_words",
    "ask_comfortable",
    "ask_comfortable_again",
    "greeting",
    "memory_damaged",
    "memory_failed",
    "microphone_clips",
    "echo_remains",
    # planning
    "ask_take_up",
    "ask_take_up_again",
    "ask_well",
    "ask_well_again",
    "ask_sitting",
    "ask_sitting_again",
    "easy_today",
    "easy_yesterday",
    "easy_three_times",
    "ask_easy",
    "ask_easy_again",
    "ready_for_harder",
    "ask_harder",
    "ask_harder_again",
    "plan_first_time",
    "plan_as_last_time",
    "plan_as_asked",
    "plan_after_pain",
    "plan_two_weeks_off",
    "plan_all_perfect",
    "plan_easy",
    "exercise_now",
    # stretching, plank
    "half_held",
    "five_left",
    "hold_over",
    "hold_as_you_can",
    # cat_cow
    "cat_cow_setup",
    "cat",
    "cat_round",
    "cow",
    # tension_check
    "tension_knees",
    "tension_hand",
    "tension_crush",
    "tension_keep",
    "ask_tension",
    "ask_tension_again",
    "explain_tilt",
    "explain_draw_in",
    # first_rep
    "ask_stable",
    "ask_stable_again",
    # slow_descent, stop_point
    "descent_intro",
    "descent_warning",
    "count",
    "half_count",
    "arched_in_descent",
    "stop_point_intro",
    "probe_intro",
    "floor_is",
    "floor_is_full",
    # working
    "set_intro",
    "only_perfect",
    "mind_momentum",
    "mind_breath",
    "mind_head",
    "mind_ribs",
    "mind_belly",
    "perfect",
    "floor_raised",
    "without_plank",
    "without_stretching",
    "set_added",
    "sets_enough",
    "corrected",
    "discounted",
    "set_ends_early",
    # easier and harder, slower and faster
    "ask_break",
    "ask_break_again",
    "lost_too_many",
    "ask_easier",
    "ask_easier_again",
    "exercise_kept",
    "easiest_already",
    "hardest_already",
    "not_harder_yet",
    "tempo_is",
    "slowest_already",
    "fastest_already",
    # resting
    "rest",
    "next_set",
    "half_rested",
    "ask_there",
    "ask_there_again",
    # questions
    "help",
    "how_many_none",
    "how_many",
    "how_many_left",
    "no_floor_yet",
    "floor_now",
    "bulging_means",
    "answer_bulging",
    "answer_neck",
    "answer_breathing",
    "answer_how_often",
    "answer_why",
    "next_stretching",
    "next_cat_cow",
    "next_tension_check",
    "next_first_rep",
    "next_slow_descent",
    "next_stop_point",
    "next_working",
    "next_resting",
    "next_plank",
    "next_finished",
    # paused
    "paused",
    "waiting_quietly",
    "cannot_hear",
    "sound_is_back",
    "when_you_like",
    # in_doubt
    "doubt_stop",
    "doubt_pain",
    "doubt_alarm",
    # finished, stopped
    "well_trained",
    "stopped",
    "tally",
    "floor_remembered",
    "earned_harder",
    "next_time",
    "goodbye",
    "not_you",
    "taken_back",
    "rest_today",
    "pain_rest",
    "pain_next_time",
    "pain_stretch",
    "pain_professional",
    "alarm_rest",
    "alarm_help",
    "alarm_doctor",
]
"""The prompts whose wording is the same for every exercise."""

OwnPromptId = Literal[
    "arched_means",
    "setup",
    "once_more",
    "range",
    "steadier",
    "again",
    "half_lift",
    "full_lift",
    "keep",
    "legs_down",
    "inhale",
    "lift",
    "lower",
    "flat",
    "reset",
    "lost",
    "hold_setup",
    "hold_begin",
    "hold_end",
    "why",
]
"""The prompts that each exercise or hold words itself."""

PromptId = Literal[SharedPromptId, OwnPromptId]

DoctorPromptId = Literal[
    "intro",
    "ask_ready",
    "ask_done",
    "ask_arched",
    "ask_stop",
    "heard_ready",
    "heard_done",
    "heard_arched",
    "heard_stop",
    "again",
    "missed",
    "over",
    "monologue",
]
"""The prompts of ``coach doctor``."""

FillName = Literal[
    "count",
    "exercise",
    "floor",
    "left",
    "perfect",
    "reps",
    "rest",
    "round",
    "seconds",
    "set",
    "words",
]
"""The names of what can be filled into a wording."""

SHARED_PROMPTS: tuple[SharedPromptId, ...] = get_args(SharedPromptId)
OWN_PROMPTS: tuple[OwnPromptId, ...] = get_args(OwnPromptId)
PROMPTS: tuple[PromptId, ...] = get_args(PromptId)
FILLS: tuple[FillName, ...] = get_args(FillName)
