"""Wordings: what can be filled into the prompts of a session, and what help offers to say."""

from __future__ import annotations

from collections.abc import Sequence, Set

from coach.dialogue.language import Language
from coach.dialogue.steps import Fill
from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.messages.prompt_ids import FillName
from coach.messages.states import STATES
from coach.session.intake import ON_CALL
from coach.session.passing_time import FIVE_LEFT, in_fives
from coach.session.reps import MOST_EXTRA_SETS
from coach.session.table import wanted_intents
from coach.training.care import HIGHEST_LEVEL
from coach.training.exercise import TEMPOS_SECONDS
from coach.training.holding import LONGEST_HOLD_SECONDS
from coach.training.programme import Programme

_HELP_ORDER: tuple[Intent, ...] = (
    "ready",
    "yes",
    "no",
    "number",
    "done",
    "arched",
    "pain",
    "skip",
    "resume",
    "pause",
    "stop",
)
"""What help offers, the most needed first."""

_HELP_LENGTH = 6
"""How many of them help offers at most: as many as a person can keep in mind."""


def help_words(grammar: Grammar, language: Language, wanted: Set[Intent]) -> str:
    """What can be said where the ``wanted`` intents are accepted, in one phrase."""
    return language.alternatives(help_offers(grammar, wanted))


def help_offers(grammar: Grammar, wanted: Set[Intent]) -> tuple[str, ...]:
    """A sentence for each of the most needed ``wanted`` intents, six at most, "stop" among them."""
    offered = [intent for intent in _HELP_ORDER if intent in wanted][:_HELP_LENGTH]
    if "stop" in wanted and "stop" not in offered:
        offered[-1] = "stop"
    return tuple(grammar.sentences(intent)[0] for intent in offered)


def answer_words(grammar: Grammar, language: Language, wanted: Set[Intent]) -> str:
    """What answers a question where the ``wanted`` intents are accepted, in one phrase."""
    given: Sequence[Intent] = ("yes", "no") if "no" in wanted else ("ready",)
    return language.alternatives(grammar.sentences(intent)[0] for intent in given)


def fill_ranges(
    programme: Programme, grammar: Grammar, language: Language
) -> dict[FillName, Sequence[Fill]]:
    """All values of every fill in a session of ``programme``, so that they can be rendered."""
    routine = programme.routine
    most_sets = routine.sets + MOST_EXTRA_SETS
    holds = [hold.seconds for hold in programme.holds.values()]
    longest = max(routine.rest_seconds, round(LONGEST_HOLD_SECONDS), *holds)
    counts = max(exercise.tempo.counts for exercise in programme.exercises.values())
    wanted = (*map(wanted_intents, STATES), ON_CALL)
    offers = [
        offer(grammar, language, each)
        for each in wanted
        if each
        for offer in (help_words, answer_words)
    ]
    return {
        "count": range(1, counts + 1),
        "digit": range(10),
        "floor": [halves / 2 for halves in range(2, 2 * counts + 1)],
        "hour": range(1, 13),
        "minutes": range(1, 60),
        "perfect": range(most_sets * routine.reps + 1),
        "level": range(HIGHEST_LEVEL + 1),
        "left": range(routine.reps + 1),
        "reps": range(1, routine.reps + 1),
        "round": range(1, programme.cat_cow_rounds + 1),
        "seconds_left": range(0, in_fives(longest) + 1, FIVE_LEFT),
        "sets_left": range(1, most_sets),
        "set": range(1, most_sets + 1),
        "rest": (routine.rest_seconds,),
        "seconds": TEMPOS_SECONDS,
        "exercise": tuple({exercise.name: None for exercise in programme.exercises.values()}),
        "words": tuple(dict.fromkeys(offers)),
    }
