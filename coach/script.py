"""Script: what a state says and does, step by step, from the numbers of the programme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coach.programme import Programme
from coach.prompts import Fill
from coach.units import Samples, samples

COUNT: Samples = samples(1.0)
"""One count of the descent: one-one-thousand."""

LISTENING_LAG: Samples = samples(0.7)
"""A word may be this long under way before the first partial result shows it."""

LONGEST_UTTERANCE: Samples = samples(3.0)
"""How long a verdict waits for a person who began to speak before it was due."""


@dataclass(frozen=True, slots=True)
class Step:
    """Say something, mark something, wait.

    ``length`` runs from the end of the words; from their beginning when ``on_beat``. An
    interrupted script goes on at the last ``anchor``, behind a step that is played ``once``.
    A step that ``asks`` waits for an answer, and asks ``again`` in other words.
    """

    prompt: str | None = None
    fills: tuple[tuple[str, Fill], ...] = ()
    length: Samples = 0
    on_beat: bool = False
    anchor: bool = False
    mark: str | None = None
    once: bool = False
    again: str | None = None
    settle: Samples = 0


Script = tuple[Step, ...]


def cue(prompt: str, pause_seconds: float = 0.5, **fills: Fill) -> Step:
    """A cue, and a pause after its words."""
    return Step(prompt, tuple(fills.items()), samples(pause_seconds), anchor=True)


def once(prompt: str, **fills: Fill) -> Step:
    """A cue that is over once it began, even when it is interrupted."""
    return Step(prompt, tuple(fills.items()), once=True)


def ask(prompt: str, again: str) -> Step:
    """A question that waits for its answer."""
    return Step(prompt, anchor=True, again=again)


def beats(programme: Programme) -> dict[str, Samples]:
    """The prompts that are on a beat, and how long the beat is: their words must fit into it."""
    breath = samples(programme.cat_cow.breath_seconds)
    return {"count": COUNT, "cat": breath, "cow": breath}


def waiting() -> Script:
    return (
        *map(cue, ("find_a_spot", "lay_a_mat", "lie_down", "say_arched", "say_stop", "say_words")),
        ask("ask_comfortable", "ask_comfortable_again"),
    )


def cat_cow(programme: Programme) -> Script:
    breath = samples(programme.cat_cow.breath_seconds)
    steps = [cue("cat_cow_setup", 2.0)]
    for round_ in range(1, programme.cat_cow.rounds + 1):
        steps.append(Step("cat", (("round", round_),), breath, on_beat=True, anchor=True))
        steps.append(Step("cow", (), breath, on_beat=True))
    return tuple(steps)


def tension_check() -> Script:
    return (
        cue("tension_knees", 2.0),
        cue("tension_hand", 2.0),
        cue("tension_crush", 2.0),
        cue("tension_keep", 1.0),
        ask("ask_tension", "ask_tension_again"),
    )


def tension_explained() -> Script:
    return (
        cue("explain_tilt", 1.0),
        cue("explain_draw_in", 2.0),
        ask("ask_tension", "ask_tension_again"),
    )


def first_lift(programme: Programme, setbacks: int) -> Script:
    """To 45 degrees; after a setback with bent knees, after more with the hands under the hips."""
    if setbacks == 0:
        opening = [cue("first_legs", 1.5), cue("first_head", programme.rep.inhale_seconds)]
    else:
        easier = "bend_knees" if setbacks == 1 else "hands_under_hips"
        opening = [cue(easier, 2.0), cue("first_again", programme.rep.inhale_seconds)]
    return (
        *opening,
        cue("lift_to_45", programme.rep.lift_seconds),
        ask("ask_stable", "ask_stable_again"),
    )


def higher_lift(programme: Programme) -> Script:
    return (
        cue("lift_to_90", programme.rep.lift_seconds),
        cue("keep_flat", 1.0),
        cue("feet_down", 2.0),
    )


def slow_descent(programme: Programme) -> Script:
    """The first descent, and what it is about."""
    return (cue("descent_intro"), cue("descent_warning", 1.0), *descent(programme))


def descent(programme: Programme) -> Script:
    """A lift and a descent all the way, to feel where the back wants to lift."""
    return (*_lift(programme), *_lower(programme, programme.rep.counts), once("descent_flat"))


def rep(programme: Programme, floor: int, perfect: int) -> Script:
    """A rep of a set, down to the floor and no further; the ``perfect``-th if it is one."""
    verdict = Step("perfect", (("perfect", perfect),), samples(0.5), once=True, mark="perfect")
    return (*_lift(programme), *_lower(programme, floor), verdict)


def _lift(programme: Programme) -> Iterator[Step]:
    yield cue("inhale", programme.rep.inhale_seconds)
    yield Step("lift", length=samples(programme.rep.lift_seconds), mark="lift")


def _lower(programme: Programme, counts: int) -> Iterator[Step]:
    """The way down on the beat; an arched back is waited for until the grace is over."""
    yield Step("lower", length=samples(programme.rep.lower_seconds))
    for count in range(1, counts + 1):
        yield Step("count", (("count", count),), COUNT, on_beat=True, mark="count")
    grace = samples(programme.rep.grace_seconds) + LISTENING_LAG
    yield Step(length=grace, on_beat=True, mark="bottom", settle=LONGEST_UTTERANCE)
