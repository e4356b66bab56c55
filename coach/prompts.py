"""Prompts: prompt id -> wording. Every wording can be listed beforehand, to be rendered.

Numbers are filled in as words ("three"), in the language of the file.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ConfigDict
from unicode_rbnf import RbnfEngine

from coach.datafile import Strict, parse_toml
from coach.errors import DataError
from coach.grammar import Grammar
from coach.messages import Intent
from coach.programme import Programme
from coach.table import STATES, wanted_intents

Fill = int | str

KNOWN: Mapping[str, frozenset[str]] = {
    prompt: frozenset(fills.split())
    for prompt, fills in {
        "find_a_spot": "",
        "lay_a_mat": "",
        "lie_down": "",
        "say_arched": "",
        "say_stop": "",
        "say_words": "",
        "ask_comfortable": "",
        "ask_comfortable_again": "",
        "cat_cow_setup": "",
        "cat": "round",
        "cat_round": "round",
        "cow": "",
        "tension_knees": "",
        "tension_hand": "",
        "tension_crush": "",
        "tension_keep": "",
        "ask_tension": "",
        "ask_tension_again": "",
        "explain_tilt": "",
        "explain_draw_in": "",
        "first_legs": "",
        "first_head": "",
        "lift_to_45": "",
        "ask_stable": "",
        "ask_stable_again": "",
        "lift_to_90": "",
        "keep_flat": "",
        "feet_down": "",
        "bend_knees": "",
        "hands_under_hips": "",
        "first_again": "",
        "descent_intro": "",
        "descent_warning": "",
        "lower": "",
        "count": "count",
        "arched_in_descent": "",
        "descent_flat": "",
        "stop_point_intro": "",
        "lift": "",
        "floor_is": "floor",
        "floor_is_full": "floor",
        "set_intro": "set reps",
        "only_perfect": "",
        "inhale": "",
        "perfect": "perfect",
        "rep_lost": "",
        "rep_lost_hips": "",
        "floor_raised": "floor",
        "set_ends_early": "",
        "reset_back": "",
        "rest": "rest set",
        "help": "words",
        "how_many_none": "",
        "how_many": "perfect",
        "how_many_left": "left",
        "paused": "",
        "waiting_quietly": "",
        "well_trained": "",
        "stopped": "",
        "tally": "perfect",
        "floor_remembered": "floor",
        "goodbye": "",
        "pain_rest": "",
        "pain_next_time": "",
        "pain_professional": "",
    }.items()
}
"""Every prompt the coach uses, with the fills its wording may name."""

_HELP_ORDER: tuple[Intent, ...] = (
    "ready",
    "yes",
    "no",
    "done",
    "arched",
    "pain",
    "skip",
    "resume",
    "pause",
    "stop",
)
"""What help offers, the most needed first; six is what a person keeps in mind."""
_HELP_LENGTH = 6


class _File(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True)
    language: str
    prompts: dict[str, str]


class Prompts:
    """The wordings of one language. Made by parse_prompts."""

    def __init__(self, language: str, wordings: Mapping[str, str]) -> None:
        self.language = language
        self._wordings = dict(wordings)
        self._numbers = RbnfEngine.for_language(language)

    def text(self, prompt: str, fills: Mapping[str, Fill]) -> str:
        """The wording as it is spoken. KeyError for a prompt or fill that does not exist."""
        spelled = {
            name: self._numbers.format_number(fill).text if isinstance(fill, int) else fill
            for name, fill in fills.items()
        }
        text = self._wordings[prompt].format_map(spelled)
        return text[:1].upper() + text[1:]

    def wordings(self, ranges: Mapping[str, Sequence[Fill]]) -> Iterator[tuple[str, str]]:
        """Every (prompt, text) that can be spoken when each fill keeps to its range."""
        for prompt, wording in self._wordings.items():
            names = sorted(_fields(wording))
            for values in itertools.product(*(ranges[name] for name in names)):
                yield prompt, self.text(prompt, dict(zip(names, values, strict=True)))


def help_words(grammar: Grammar, state: str) -> str:
    """What can be said in ``state``, as help says it."""
    wanted = wanted_intents(state)
    offered = [intent for intent in _HELP_ORDER if intent in wanted][:_HELP_LENGTH]
    if "stop" in wanted and "stop" not in offered:
        offered[-1] = "stop"
    return " or ".join(grammar.sentences(intent)[0] for intent in offered)


def fill_ranges(programme: Programme, grammar: Grammar) -> dict[str, Sequence[Fill]]:
    """What every fill can be in a session of ``programme``."""
    return {
        "count": range(1, programme.rep.counts + 1),
        "floor": range(1, programme.rep.counts + 1),
        "perfect": range(programme.sets * programme.reps + 1),
        "left": range(programme.reps + 1),
        "reps": (programme.reps,),
        "round": range(1, programme.cat_cow.rounds + 1),
        "set": range(1, programme.sets + 1),
        "rest": (programme.rest_seconds,),
        "words": tuple({help_words(grammar, s): None for s in STATES if wanted_intents(s)}),
    }


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
    try:
        return Prompts(file.language, file.prompts)
    except ValueError as error:
        raise DataError(path, "language", str(error)) from None


def _fields(wording: str) -> frozenset[str]:
    """The fills a wording names, as plain ``{name}``. Raises ValueError for anything else."""
    parts = [part for part in string.Formatter().parse(wording) if part[1] is not None]
    for _, name, spec, conversion in parts:
        if not name or spec or conversion:
            raise ValueError("a fill is written {name}")
    return frozenset(str(name) for _, name, _, _ in parts)
