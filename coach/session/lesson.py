"""Lesson: what a session is made from, for as many sessions as there will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.dialogue.delivery import USUAL_RATE_WPM, Delivery
from coach.dialogue.prompts import Prompts
from coach.dialogue.verbosity import Verbosity
from coach.hearing.grammar import Grammar
from coach.session.session import Session
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Block


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a session is made from: the grammar of what a person can say, the prompts, the
    programme, and the rendered sound of every wording, ``cues``, mono int16 at 16 kHz. The rest is
    how it speaks at first; see Delivery.
    """

    grammar: Grammar
    prompts: Prompts
    programme: Programme
    cues: Mapping[str, Block]
    verbosity: Verbosity = "full"
    gain_db: float = 0.0
    rate_wpm: int = USUAL_RATE_WPM

    def session(self, plan: Plan) -> Session:
        """A new session that follows ``plan``."""
        delivery = Delivery(self.gain_db, self.verbosity, self.rate_wpm)
        return Session(self.programme, plan, self.prompts, self.grammar, delivery)
