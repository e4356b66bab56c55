"""Lifting scripts: the steps of a lift and of the descent after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Protocol

from coach.dialogue.steps import (
    BETWEEN_TONES,
    LISTENING_LAG,
    LONGEST_UTTERANCE,
    Script,
    Step,
    ask,
    once,
    own,
    own_poses,
    pose,
)
from coach.messages.prompt_ids import PromptId
from coach.session.reps import Tally
from coach.training.exercise import Exercise
from coach.units import Samples, samples

Reached = Callable[[Samples], None]


class Follower(Protocol):
    """Follows a rep through its script; each method is called with the sample of the moment."""

    def rep_began(self, now: Samples) -> None:
        """The lift of a rep begins."""
        ...

    def lift_began(self, now: Samples) -> None:
        """A lift begins that does not count as a rep."""
        ...

    def count_began(self, count: float, now: Samples) -> None:
        """Count number ``count`` of the descent begins, in whole or half counts."""
        ...

    def bottom_reached(self, now: Samples) -> None:
        """The descent is over."""
        ...

    def rep_was_perfect(self, now: Samples) -> None:
        """A rep is over, and nobody reported an arched back."""
        ...


def set_up(exercise: Exercise) -> Script:
    """How to take up the position of the exercise, and what the person is to report."""
    return (
        *own_poses("setup", exercise.cues.setup, exercise.tempo.setup_seconds),
        own("arched_means", exercise.arched, 1.0),
    )


def once_more(exercise: Exercise) -> Script:
    """How to take up the position again; empty where lying down is all it takes."""
    return own_poses("once_more", exercise.cues.once_more, exercise.tempo.setup_seconds)


def how_far(exercise: Exercise) -> Script:
    """How far to lower the legs."""
    return (own("range", exercise.text("range"), 1.0),)


def half_lift(exercise: Exercise, reached: Reached) -> Script:
    """The first lift, only half of the way, and the question whether it is stable.

    ``reached`` is called with the sample at which the lift begins.
    """
    tempo = exercise.tempo
    lift = own("half_lift", exercise.text("half_lift"), tempo.lift_seconds, tone="start")
    return (
        own("again", exercise.text("again"), tempo.inhale_seconds),
        replace(lift, reached=reached),
        ask("ask_stable", "ask_stable_again"),
    )


def descent(exercise: Exercise, floor: float, follower: Follower) -> Script:
    """A lift and a descent to count ``floor``, to feel where the back begins to arch."""
    praise = own("flat", exercise.text("flat"), 0.0, tone="perfect")
    flat = replace(praise, anchor=False, once=True, unsaid=BETWEEN_TONES)
    return (
        *_lift(exercise, 0, 0, follower.lift_began),
        *_lower(exercise, floor, 0, 0, follower),
        flat,
    )


def legs_down(exercise: Exercise) -> Script:
    """The way down to rest after a lift."""
    return own_poses("legs_down", [exercise.text("legs_down")], 2.0)


def arched_in_descent() -> Script:
    """The answer to an arched back while the person's floor is being found."""
    return (pose("arched_in_descent", 2.0, tone="arched"),)


def rep(
    exercise: Exercise, tally: Tally, follower: Follower, reminder: PromptId | None, first_turn: int
) -> Script:
    """A rep of a set, lowered to the floor; it is perfect unless an arched back is reported.

    ``first_turn`` chooses the wordings of the first rep of the first set.
    """
    number = tally.reps_done
    turn = first_turn + tally.set - 1 + number
    verdict = Step(
        "perfect",
        (("perfect", tally.perfect + 1),),
        BETWEEN_TONES,
        once=True,
        reached=follower.rep_was_perfect,
        tone="perfect",
    )
    return (
        *([once(reminder)] if reminder else []),
        *_lift(exercise, number, turn, follower.rep_began),
        *_lower(exercise, tally.working_floor, number, turn, follower),
        verdict,
    )


def _lift(exercise: Exercise, number: int, turn: int, reached: Reached) -> Iterator[Step]:
    tempo = exercise.tempo
    yield own("inhale", exercise.text("inhale", number, turn), tempo.inhale_seconds, tone="start")
    lift = own("lift", exercise.text("lift", number, turn), tempo.lift_seconds)
    yield replace(lift, anchor=False, reached=reached)


def _lower(
    exercise: Exercise, floor: float, number: int, turn: int, follower: Follower
) -> Iterator[Step]:
    """The descent, counted on the beat, and the grace period in which to report an arched back."""
    tempo = exercise.tempo
    lower = own("lower", exercise.text("lower", number, turn), tempo.lower_seconds)
    yield replace(lower, anchor=False)
    whole = int(floor)
    for count in range(1, whole + 1):
        spoken = Step("count", (("count", count),), exercise.count, on_beat=True, counts=True)
        yield replace(spoken, reached=partial(follower.count_began, count))
    if floor > whole:
        half = Step("half_count", (), exercise.count // 2, on_beat=True, counts=True)
        yield replace(half, reached=partial(follower.count_began, floor))
    yield Step(
        length=samples(tempo.grace_seconds) + LISTENING_LAG,
        on_beat=True,
        anchor=True,
        reached=follower.bottom_reached,
        settle=LONGEST_UTTERANCE,
    )
