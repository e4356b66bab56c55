"""Openings: the fastest way into a part of a session, whatever parts its routine has before it."""

from __future__ import annotations

from itertools import takewhile

from coach.app.programme_files import load_programme
from coach.messages.states import Part
from coach.simulation.fakes import Utterance
from coach.units import samples


def parts_before(part: Part) -> list[Part]:
    """The parts that a person who does not sit a lot, and so does not stretch, goes through."""
    earlier = takewhile(lambda each: each != part, load_programme().routine.parts)
    return [each for each in earlier if each != "stretching"]


def skips_to(part: Part) -> list[str]:
    """What is said to go from the first part to ``part`` at once: a word for each part between."""
    return ["skip" for _ in parts_before(part)]


def way_to(part: Part) -> list[Utterance]:
    """What a person says, every two seconds, of whom it is known that they do not sit a lot.

    The first "skip" leaves the question out whether they have done leg lifts before.
    """
    words = ["ready", "skip", *skips_to(part)]
    return [Utterance(samples(1 + 2 * turn), word) for turn, word in enumerate(words)]
