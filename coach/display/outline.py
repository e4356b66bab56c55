"""Outline: what is known of a session before it begins, for whatever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.display.pace import Pace, pace
from coach.hearing.grammar import Grammar
from coach.messages.states import STATES, Part, State
from coach.session.table import wanted_intents
from coach.session.wordings import help_offers
from coach.training.programme import Programme


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a session in advance; ``offers`` has what can be said in each state."""

    sets: int
    reps: int
    offers: Mapping[State, tuple[str, ...]]
    parts: tuple[Part, ...]
    pace: Pace


def outline(programme: Programme, grammar: Grammar) -> Outline:
    """The outline of a session of ``programme``."""
    offers = {state: help_offers(grammar, wanted_intents(state)) for state in STATES}
    routine = programme.routine
    return Outline(routine.sets, routine.reps, offers, routine.parts, pace(programme))
