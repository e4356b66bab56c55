"""Lifting scripts: what the reps say and do - first lift, descents, reps - step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from coach.dialogue.steps import (
    BETWEEN_TONES,
    LISTENING_LAG,
    LONGEST_UTTERANCE,
    POSTURE,
    Script,
    Step,
    ask,
    cue,
    once,
    own,
    own_poses,
    pose,
)
from coach.messages.prompt_ids import PromptId
from coach.session.reps import Tally
from coach.training.exercise import Exercise
from coach.units import samples


def set_up(exercise: Exercise) -> Script:
    """How to take up the exercise, and what to report."""
    return (
        *own_poses("setup", exercise.cues.setup, exercise.tempo.setup_seconds),
        own("arched_means", exercise.arched, 1.0),
    )


def once_more(exercise: Exercise) -> Script:
    """How to take up the exercise again, where that takes more than lying down."""
    return own_poses("once_more", exercise.cues.once_more, exercise.tempo.setup_seconds)


def how_far(exercise: Exercise) -> Script:
    """How far down it goes."""
    return (own("range", exercise.text("range"), 1.0),)


def steadier_lift(exercise: Exercise, setbacks: int) -> Script:
    """The same with something changed; after more setbacks the next thing."""
    changes = exercise.cues.steadier
    pause = max(2.0, exercise.tempo.setup_seconds)
    change = own("steadier", changes[min(setbacks, len(changes)) - 1], pause)
    return (change, *half_lift(exercise))


def half_lift(exercise: Exercise) -> Script:
    """The first lift, half of it only, and the question how that is."""
    tempo = exercise.tempo
    lift = own("half_lift", exercise.text("half_lift"), tempo.lift_seconds, tone="start")
    return (
        own("again", exercise.text("again"), tempo.inhale_seconds),
        replace(lift, mark="half_lift"),
        ask("ask_stable", "ask_stable_again"),
    )


def full_lift(exercise: Exercise) -> Script:
    """On to the top, and down again to rest."""
    down = own_poses("legs_down", [exercise.text("legs_down")], 2.0)
    return (
        own("full_lift", exercise.text("full_lift"), exercise.tempo.lift_seconds, tone="start"),
        own("keep", exercise.text("keep"), 1.0),
        *down,
    )


def slow_descent(exercise: Exercise, tally: Tally) -> Script:
    """The first descent, and what it is about: as far as the floor, where that is known."""
    whole = own("range", exercise.text("range"))
    return (
        cue("descent_intro"),
        whole if tally.floor is None else cue("floor_now", floor=tally.floor),
        cue("descent_warning", 1.0),
        *descent(exercise, tally.working_floor),
    )


def descent(exercise: Exercise, floor: float) -> Script:
    """A lift and a descent to ``floor``, to feel where the back wants to lift."""
    praise = own("flat", exercise.text("flat"), 0.0, tone="perfect")
    flat = replace(praise, anchor=False, once=True, unsaid=BETWEEN_TONES)
    return (*_lift(exercise, 0), *_lower(exercise, floor, 0), flat)


def arched_in_descent() -> Script:
    """The answer to an arched back where the floor is looked for."""
    return (pose("arched_in_descent", 2.0, tone="arched"),)


def floor_found(exercise: Exercise, floor: float) -> Script:
    """The floor, said back."""
    full = floor == exercise.tempo.counts
    return (cue("floor_is_full" if full else "floor_is", 1.0, floor=floor),)


def rep(exercise: Exercise, tally: Tally, reminder: PromptId | None) -> Script:
    """A rep of a set, down to the floor and no further; perfect if nobody objects."""
    number = tally.reps_done
    verdict = Step(
        "perfect",
        (("perfect", tally.perfect + 1),),
        BETWEEN_TONES,
        once=True,
        mark="perfect",
        tone="perfect",
    )
    return (
        *([once(reminder)] if reminder else []),
        *_lift(exercise, number),
        *_lower(exercise, tally.working_floor, number),
        verdict,
    )


def rep_lost(exercise: Exercise, tally: Tally, *, floor_raised: bool) -> Script:
    """A rep that does not count, and what follows from it."""
    if tally.set_is_over:
        return (pose("set_ends_early", 2.0, tone="arched"),)
    if tally.is_too_hard:
        return (pose("lost_too_many", 1.0, tone="arched"),)
    wordings = exercise.cues.lost
    words = wordings[tally.reps_done % len(wordings)]
    lost = replace(own("lost", words, 2.0, tone="arched"), unsaid=POSTURE)
    if floor_raised:
        return (lost, cue("floor_raised", 1.0, floor=tally.working_floor))
    return (lost,)


def _lift(exercise: Exercise, number: int) -> Iterator[Step]:
    tempo = exercise.tempo
    yield own("inhale", exercise.text("inhale", number), tempo.inhale_seconds, tone="start")
    lift = own("lift", exercise.text("lift", number), tempo.lift_seconds)
    yield replace(lift, anchor=False, mark="lift")


def _lower(exercise: Exercise, floor: float, number: int) -> Iterator[Step]:
    """The way down on the beat; an arched back is waited for until the grace is over."""
    tempo = exercise.tempo
    lower = own("lower", exercise.text("lower", number), tempo.lower_seconds)
    yield replace(lower, anchor=False)
    whole = int(floor)
    for count in range(1, whole + 1):
        yield Step("count", (("count", count),), exercise.count, on_beat=True, mark="count")
    if floor > whole:
        half = (("count", floor),)
        yield Step("half_count", half, exercise.count // 2, on_beat=True, mark="count")
    grace = samples(tempo.grace_seconds) + LISTENING_LAG
    yield Step(length=grace, on_beat=True, anchor=True, mark="bottom", settle=LONGEST_UTTERANCE)
