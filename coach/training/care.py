"""Care: how careful a session has to be after pain, by the number that the person gives it."""

from __future__ import annotations

from typing import Literal

Level = int
"""How strong something is, from 0, not at all, to 10, as strong as can be."""

HIGHEST_LEVEL: Level = 10

EASIER_FROM: Level = 3
"""From this level of pain on the exercise is an easier one. Until the pain is below it, the coach
asks for its level before every session."""

EASY_FROM: Level = 6
"""From this level of pain on there is nothing but an easy session, and a professional has to look
at it."""

Care = Literal["as_planned", "easier", "easy"]
"""What becomes of a session: what was planned, an easier exercise, or nothing but an easy one."""


def care_for(level: Level, *, hurt_twice: bool) -> Care:
    """How careful to be at pain of ``level``, or after pain in two sessions running."""
    if hurt_twice or level >= EASY_FROM:
        return "easy"
    return "easier" if level >= EASIER_FROM else "as_planned"
