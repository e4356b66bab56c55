"""Prompts: prompt id -> wording. Every wording can be listed beforehand, to be rendered.

Numbers are filled in as words ("three"), in the language of the file.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ConfigDict
from unicode_rbnf import RbnfEngine

from coach.datafile import Strict, parse_toml
from coach.dialogue.steps import Fill
from coach.errors import DataError
from coach.hearing.grammar import Grammar

_PLAIN = """
    greeting find_a_spot lay_a_mat lie_down say_stop say_words ask_comfortable ask_comfortable_again
    memory_damaged memory_failed microphone_clips ask_take_up ask_take_up_again ask_well
    ask_well_again ask_sitting
    ask_sitting_again ask_easy ask_easy_again easy_today easy_yesterday easy_three_times
    ready_for_harder plan_easy
    half_held five_left hold_over hold_as_you_can cat_cow_setup cow
    tension_knees tension_hand tension_crush tension_keep ask_tension ask_tension_again explain_tilt
    explain_draw_in ask_stable ask_stable_again descent_intro descent_warning arched_in_descent
    stop_point_intro probe_intro half_count
    only_perfect mind_momentum mind_breath mind_head mind_ribs mind_belly
    set_ends_early lost_too_many exercise_kept easiest_already hardest_already
    not_harder_yet slowest_already fastest_already half_rested
    how_many_none no_floor_yet bulging_means answer_bulging answer_neck answer_breathing
    answer_how_often answer_why next_stretching next_cat_cow next_tension_check next_first_rep
    next_slow_descent
    next_stop_point next_working next_resting next_plank next_finished
    ask_there ask_there_again paused waiting_quietly cannot_hear sound_is_back when_you_like
    well_trained stopped earned_harder next_time goodbye rest_today
    pain_rest pain_next_time pain_stretch pain_professional
"""
_FILLED = {
    **dict.fromkeys(("cat", "cat_round"), "round"),
    **dict.fromkeys(("floor_is", "floor_is_full", "floor_raised"), "floor"),
    **dict.fromkeys(("floor_now", "floor_remembered"), "floor"),
    **dict.fromkeys(
        ("plan_first_time", "plan_as_last_time", "plan_as_asked", "plan_after_pain"), "exercise"
    ),
    **dict.fromkeys(("plan_two_weeks_off", "plan_all_perfect", "exercise_now"), "exercise"),
    **dict.fromkeys(("ask_harder", "ask_harder_again"), "exercise"),
    **dict.fromkeys(("ask_easier", "ask_easier_again"), "exercise"),
    **dict.fromkeys(("perfect", "how_many", "tally"), "perfect"),
    "count": "count",
    "help": "words",
    "how_many_left": "left",
    "next_set": "set exercise",
    "rest": "rest",
    "set_intro": "set reps",
    "tempo_is": "seconds",
}

KNOWN: Mapping[str, frozenset[str]] = {
    **{prompt: frozenset() for prompt in _PLAIN.split()},
    **{prompt: frozenset(fills.split()) for prompt, fills in _FILLED.items()},
}
"""Every prompt whose wording stands in the prompts file, with the fills it may name."""


class _File(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True)
    language: str
    half: str
    prompts: dict[str, str]


class Prompts:
    """The wordings of one language. Made by parse_prompts.

    ``half`` says half more than a ``{number}``.
    """

    def __init__(self, language: str, half: str, wordings: Mapping[str, str]) -> None:
        self.language = language
        self._half = half
        self._wordings = dict(wordings)
        self._numbers = RbnfEngine.for_language(language)

    def text(self, prompt: str, fills: Mapping[str, Fill]) -> str:
        """The wording as it is spoken. KeyError for a prompt or fill that does not exist."""
        spelled = {
            name: fill if isinstance(fill, str) else self._spelled(fill)
            for name, fill in fills.items()
        }
        text = self._wordings[prompt].format_map(spelled)
        return text[:1].upper() + text[1:]

    def _spelled(self, number: float) -> str:
        """A number in words, in whole and halves."""
        whole = self._numbers.format_number(int(number)).text
        return whole if number == int(number) else self._half.format(number=whole)

    def wordings(self, ranges: Mapping[str, Sequence[Fill]]) -> Iterator[tuple[str, str]]:
        """Every (prompt, text) that can be spoken when each fill keeps to its range."""
        for prompt, wording in self._wordings.items():
            names = sorted(_fields(wording))
            for values in itertools.product(*(ranges[name] for name in names)):
                yield prompt, self.text(prompt, dict(zip(names, values, strict=True)))


def parse_prompts(text: str, path: str) -> Prompts:
    """The wordings in ``text``. Raises DataError with the key of the first mistake."""
    file = parse_toml(text, path, _File)
    for prompt in KNOWN:
        if prompt not in file.prompts:
            raise DataError(path, f"prompts.{prompt}", "this prompt is missing")
    for prompt, wording in file.prompts.items():
        where = f"prompts.{prompt}"
        if prompt not in KNOWN:
            raise DataError(path, where, "the coach has no such prompt")
        try:
            fields = _fields(wording)
        except ValueError as error:
            raise DataError(path, where, f"{error} in {wording!r}") from None
        if unknown := fields - KNOWN[prompt]:
            allowed = ", ".join(sorted(KNOWN[prompt])) or "none"
            raise DataError(
                path, where, f"{{{min(unknown)}}} cannot be filled in here; allowed: {allowed}"
            )
        if not wording.strip():
            raise DataError(path, where, "a prompt says at least a word")
    if "{number}" not in file.half:
        raise DataError(path, "half", f"should have a {{number}}, found {file.half!r}")
    try:
        return Prompts(file.language, file.half, file.prompts)
    except ValueError as error:
        raise DataError(path, "language", str(error)) from None


def _fields(wording: str) -> frozenset[str]:
    """The fills a wording names, as plain ``{name}``. Raises ValueError for anything else."""
    parts = [part for part in string.Formatter().parse(wording) if part[1] is not None]
    for _, name, spec, conversion in parts:
        if not name or spec or conversion:
            raise ValueError("a fill is written {name}")
    return frozenset(str(name) for _, name, _, _ in parts)


MOST_WORDS = 20
"""More at a stretch nobody on a mat keeps in mind."""


def words(text: str) -> list[str]:
    """As the recogniser would hear them."""
    return re.findall(r"[a-z']+", text.lower())


def faults(text: str, grammar: Grammar) -> Iterator[str]:
    """What is wrong with a wording, a line each."""
    if len(words(text)) > MOST_WORDS:
        yield f"{len(words(text))} words are too many to keep in mind (at most {MOST_WORDS})"
    if re.search(r"[0-9_<>&]", text):
        yield "write numbers and signs as words: they are spoken"
    for clause in re.split(r"[.,;:?!]", text):
        meant = grammar.intent_of(" ".join(words(clause)))
        if meant is not None:
            yield f"the coach would hear {clause.strip()!r} as its own command: {meant}"
