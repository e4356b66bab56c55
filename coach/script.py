"""Script: what a state says and does, step by step, from the numbers of the programme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from coach.messages import ToneName
from coach.programme import Programme
from coach.prompts import Fill
from coach.reps import Tally
from coach.units import Samples, samples

COUNT: Samples = samples(1.0)
"""One count of the descent: one-one-thousand."""

LISTENING_LAG: Samples = samples(0.7)
"""A word may be this long under way before the first partial result shows it."""

LONGEST_UTTERANCE: Samples = samples(3.0)
"""How long a verdict waits for a person who began to speak before it was due."""


POSTURE: Samples = samples(4.0)
"""To take up another position without being told to."""

BETWEEN_TONES: Samples = samples(0.5)
"""Two tones that are closer to each other would be one."""


@dataclass(frozen=True, slots=True)
class Step:
    """Say something, mark something, wait.

    ``length`` runs from the end of the words; from their beginning when ``on_beat``. An
    interrupted script goes on at the last ``anchor``, behind a step that is played ``once``.
    A step that ``asks`` waits for an answer, and asks ``again`` in other words.
    Where the words are left out, the step takes ``length`` or ``unsaid``, whichever is longer;
    ``in_words`` they never are. Its ``tone`` sounds either way.
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
    tone: ToneName | None = None
    unsaid: Samples = 0
    in_words: bool = False


Script = tuple[Step, ...]


def cue(
    prompt: str, pause_seconds: float = 0.5, *, tone: ToneName | None = None, **fills: Fill
) -> Step:
    """A cue, and a pause after its words."""
    return Step(prompt, tuple(fills.items()), samples(pause_seconds), anchor=True, tone=tone)


def pose(prompt: str, pause_seconds: float, *, tone: ToneName | None = None) -> Step:
    """A cue to take up another position."""
    return replace(cue(prompt, pause_seconds, tone=tone), unsaid=POSTURE)


def once(prompt: str, **fills: Fill) -> Step:
    """A cue that is over once it began, even when it is interrupted."""
    return Step(prompt, tuple(fills.items()), once=True)


def ask(prompt: str, again: str) -> Step:
    """A question that waits for its answer."""
    return Step(prompt, anchor=True, again=again)


def beats(programme: Programme) -> dict[str, Samples]:
    """The prompts that are on a beat, and how long the beat is: their words must fit into it."""
    breath = samples(programme.cat_cow.breath_seconds)
    return {"count": COUNT, "cat": breath, "cat_round": breath, "cow": breath}


def waiting(_programme: Programme) -> Script:
    """Where to lie, what to wear, what to say; then the question whether to begin."""
    return (
        *map(cue, ("find_a_spot", "lay_a_mat", "lie_down", "say_arched", "say_stop", "say_words")),
        ask("ask_comfortable", "ask_comfortable_again"),
    )


def cat_cow(programme: Programme) -> Script:
    """Cat and cow in turn, at breathing pace."""
    breath = samples(programme.cat_cow.breath_seconds)
    steps = [pose("cat_cow_setup", 2.0)]
    for round_ in range(1, programme.cat_cow.rounds + 1):
        steps.append(Step("cat", (("round", round_),), breath, on_beat=True, anchor=True))
        steps.append(Step("cow", (), breath, on_beat=True))
    return tuple(steps)


def tension_check(_programme: Programme) -> Script:
    """The hand under the back, and the question whether it is felt."""
    return (
        pose("tension_knees", 2.0),
        cue("tension_hand", 2.0),
        cue("tension_crush", 2.0),
        cue("tension_keep", 1.0),
        ask("ask_tension", "ask_tension_again"),
    )


def tension_explained(_programme: Programme) -> Script:
    """The same in other words, for who does not feel it."""
    return (
        cue("explain_tilt", 1.0),
        cue("explain_draw_in", 2.0),
        ask("ask_tension", "ask_tension_again"),
    )


def first_lift(programme: Programme) -> Script:
    """The first lift, to 45 degrees only."""
    return (pose("first_legs", 1.5), *_lift_to_45(programme, "first_head"))


def easier_lift(programme: Programme, setbacks: int) -> Script:
    """The same with bent knees; after more setbacks with the hands under the hips."""
    easier = "bend_knees" if setbacks == 1 else "hands_under_hips"
    return (cue(easier, 2.0), *_lift_to_45(programme, "first_again"))


def _lift_to_45(programme: Programme, before: str) -> Script:
    lift = cue("lift_to_45", programme.rep.lift_seconds, tone="start")
    return (
        cue(before, programme.rep.inhale_seconds),
        replace(lift, mark="lift_to_45"),
        ask("ask_stable", "ask_stable_again"),
    )


def higher_lift(programme: Programme) -> Script:
    """From 45 degrees on to 90, and down again to rest."""
    return (
        cue("lift_to_90", programme.rep.lift_seconds, tone="start"),
        cue("keep_flat", 1.0),
        pose("feet_down", 2.0),
    )


def slow_descent(programme: Programme) -> Script:
    """The first descent, and what it is about."""
    return (cue("descent_intro"), cue("descent_warning", 1.0), *descent(programme))


def descent(programme: Programme) -> Script:
    """A lift and a descent all the way, to feel where the back wants to lift."""
    flat = replace(once("descent_flat"), tone="perfect", unsaid=BETWEEN_TONES)
    return (*_lift(programme), *_lower(programme, programme.rep.counts), flat)


def arched_in_descent() -> Script:
    """The answer to an arched back where the floor is looked for."""
    return (pose("arched_in_descent", 2.0, tone="arched"),)


def rep(programme: Programme, floor: int, perfect: int) -> Script:
    """A rep of a set, down to the floor and no further; the ``perfect``-th if it is one."""
    verdict = Step(
        "perfect",
        (("perfect", perfect),),
        BETWEEN_TONES,
        once=True,
        mark="perfect",
        tone="perfect",
    )
    return (*_lift(programme), *_lower(programme, floor), verdict)


def floor_found(floor: int, *, arched: bool) -> Script:
    """The floor, said back."""
    return (cue("floor_is" if arched else "floor_is_full", 1.0, floor=floor),)


def set_intro(programme: Programme, number: int) -> Script:
    """What comes in this set; it ends the rest before it."""
    tone: ToneName | None = "rest_over" if number > 1 else None
    intro = cue("set_intro", tone=tone, set=number, reps=programme.reps)
    return (intro, cue("only_perfect", 1.0))


def rep_lost(tally: Tally, *, floor_raised: bool) -> Script:
    """A rep that does not count, and what follows from it."""
    if tally.set_is_over:
        return (cue("set_ends_early", 2.0, tone="arched"),)
    wordings = ("rep_lost", "rep_lost_hips")
    lost = pose(wordings[tally.reps_done % len(wordings)], 2.0, tone="arched")
    if floor_raised:
        return (lost, cue("floor_raised", 1.0, floor=tally.working_floor))
    return (lost,)


def rest(programme: Programme, next_set: int) -> Script:
    """The rest before a set."""
    seconds = programme.rest_seconds
    waits = [Step(length=samples(1.0), on_beat=True, anchor=True)] * seconds
    return (cue("rest", 0.0, rest=seconds, set=next_set), *waits)


def how_many(tally: Tally) -> Script:
    """The answer to how many."""
    if tally.set == 0:
        return (cue("how_many_none"),)
    so_far = cue("how_many", perfect=tally.perfect)
    if tally.reps_left == 0:
        return (so_far,)
    return (so_far, cue("how_many_left", left=tally.reps_left))


def farewell(tally: Tally) -> Script:
    """The words at the end of a whole session."""
    return (cue("well_trained", 1.0), *_summary(tally), cue("goodbye"))


def stopped(tally: Tally) -> Script:
    """The words at the end of a session that was stopped."""
    return (cue("stopped", 1.0), *_summary(tally))


def advice_on_pain(_programme: Programme) -> Script:
    """What to do about pain, now and next time."""
    return (cue("pain_rest", 1.0), cue("pain_next_time"), cue("pain_professional"))


def _summary(tally: Tally) -> Script:
    if tally.set == 0:
        return ()
    floor = cue("floor_remembered", floor=tally.working_floor)
    return (cue("tally", perfect=tally.perfect), floor)


def _lift(programme: Programme) -> Iterator[Step]:
    yield cue("inhale", programme.rep.inhale_seconds, tone="start")
    yield Step("lift", length=samples(programme.rep.lift_seconds), mark="lift")


def _lower(programme: Programme, counts: int) -> Iterator[Step]:
    """The way down on the beat; an arched back is waited for until the grace is over."""
    yield Step("lower", length=samples(programme.rep.lower_seconds))
    for count in range(1, counts + 1):
        yield Step("count", (("count", count),), COUNT, on_beat=True, mark="count")
    grace = samples(programme.rep.grace_seconds) + LISTENING_LAG
    yield Step(length=grace, on_beat=True, anchor=True, mark="bottom", settle=LONGEST_UTTERANCE)


OF_EFFECT: Mapping[str, Callable[[Programme], Script]] = {
    "begin_cat_cow": cat_cow,
    "begin_tension_check": tension_check,
    "explain_tension": tension_explained,
    "begin_first_rep": first_lift,
    "begin_slow_descent": slow_descent,
    "advise_on_pain": advice_on_pain,
}
"""The effects of the table that do nothing but play a script."""
