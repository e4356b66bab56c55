"""Scripts: what the parts around the lifts say and do, from the numbers of the programme."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from coach.dialogue.steps import Fill, Script, Step, ask, cue, once, own, own_poses, pose
from coach.messages.actions import ToneName
from coach.messages.facts import Mistake
from coach.messages.prompt_ids import PromptId
from coach.session.reps import Tally
from coach.training.exercise import Exercise, Hold
from coach.training.programme import Programme, Routine
from coach.units import Samples, samples

SECOND: Samples = samples(1.0)
FIVE_LEFT = 5
"""Seconds before the end of a rest or a hold at which that is said."""

REMINDERS: Mapping[Mistake, PromptId] = {
    "momentum": "mind_momentum",
    "breath": "mind_breath",
    "head": "mind_head",
    "ribs": "mind_ribs",
    "belly": "mind_belly",
}
"""The cue against each mistake."""


def beats(programme: Programme) -> dict[PromptId, Samples]:
    """The prompts that are on a beat, and how long the beat is: their words must fit into it."""
    breath = samples(programme.routine.cat_cow.breath_seconds)
    count = min(exercise.count for exercise in programme.exercises.values())
    return {
        "count": count,
        "half_count": count // 2,
        "cat": breath,
        "cat_round": breath,
        "cow": breath,
    }


def waiting() -> Script:
    """Where to lie, what to wear, what to say; then the question whether to begin."""
    opening: tuple[PromptId, ...] = ("find_a_spot", "lay_a_mat", "lie_down", "say_stop")
    return (*map(cue, opening), cue("say_words"), ask("ask_comfortable", "ask_comfortable_again"))


def greeting() -> Script:
    """That there is a coach, and how to begin."""
    return (cue("greeting"),)


def welcome(*, new: bool) -> Script:
    """What has to be known before a session that was called for; more for who is ``new``."""
    guidance: tuple[PromptId, ...] = ("find_a_spot", "lay_a_mat") if new else ()
    return (*map(cue, guidance), cue("say_stop"), *((cue("say_words"),) if new else ()))


def who_is_there() -> Script:
    """The question after a set in which nobody said anything."""
    return (ask("ask_there", "ask_there_again"),)


def on_hold(told: PromptId, gives_up_minutes: float | None) -> Script:
    """That it pauses, and the time in which to come back."""
    return (once(told), *coming_back(gives_up_minutes))


def coming_back(minutes: float | None) -> Script:
    """So much time without a word; none at all where the coach waits for ever."""
    if minutes is None:
        return ()
    return (Step(length=samples(60.0 * minutes), on_beat=True, anchor=True),)


def stretch(hold: Hold, side: str | None) -> Script:
    """A stretch, on a side where it has sides."""
    return tuple(_hold(hold, side, hold.seconds, None))


def plank(hold: Hold, seconds: int) -> Script:
    """The plank; ``held`` is marked with every second of it that is over."""
    return tuple(_hold(hold, None, seconds, "held"))


def _hold(hold: Hold, side: str | None, seconds: int, mark: str | None) -> Iterator[Step]:
    yield from own_poses("hold_setup", hold.setup_for(side), 2.0)
    if hold.arched is not None:
        yield own("arched_means", hold.arched, 1.0)
    yield own("hold_begin", hold.begin, 0.0, tone="start")
    yield from _seconds(seconds, "half_held", mark)
    yield replace(own("hold_end", hold.end, 1.0, tone="perfect"), mark=mark, fills=_second(seconds))


def _second(number: int) -> tuple[tuple[str, Fill], ...]:
    """The fill that tells how many seconds of a hold are over."""
    return (("second", number),)


def _seconds(seconds: int, half: PromptId, mark: str | None = None) -> Iterator[Step]:
    """Time that passes, with its half and its last five seconds announced."""
    said: dict[int, PromptId] = {seconds - FIVE_LEFT: "five_left"}
    if seconds >= 4 * FIVE_LEFT:
        said[seconds // 2] = half
    for number in range(seconds):
        announced = Step(said.get(number), _second(number), SECOND, on_beat=True, anchor=True)
        yield replace(announced, mark=mark)


def cat_cow(routine: Routine) -> Script:
    """Cat and cow in turn, at breathing pace."""
    breath = samples(routine.cat_cow.breath_seconds)
    steps = [pose("cat_cow_setup", 2.0)]
    for round_ in range(1, routine.cat_cow.rounds + 1):
        steps.append(Step("cat", (("round", round_),), breath, on_beat=True, anchor=True))
        steps.append(Step("cow", (), breath, on_beat=True))
    return tuple(steps)


def tension_check() -> Script:
    """The hand under the back, and the question whether it is felt."""
    return (
        pose("tension_knees", 2.0),
        cue("tension_hand", 2.0),
        cue("tension_crush", 2.0),
        cue("tension_keep", 1.0),
        ask("ask_tension", "ask_tension_again"),
    )


def tension_explained() -> Script:
    """The same in other words, for who does not feel it."""
    return (
        cue("explain_tilt", 1.0),
        cue("explain_draw_in", 2.0),
        ask("ask_tension", "ask_tension_again"),
    )


def set_intro(tally: Tally) -> Script:
    """What comes in this set; it ends the rest before it."""
    tone: ToneName | None = "rest_over" if tally.set > 1 else None
    intro = cue("set_intro", tone=tone, set=tally.set, reps=tally.reps_left)
    return (intro, cue("only_perfect", 1.0))


def offer_easier(easier: Exercise) -> Script:
    """So many reps were lost that something easier may be better."""
    return (ask("ask_easier", "ask_easier_again", exercise=easier.name),)


def rest(routine: Routine, next_set: int, exercise: Exercise) -> Script:
    """The rest before a set, and what comes after it."""
    return (
        cue("rest", rest=routine.rest_seconds),
        cue("next_set", 0.0, set=next_set, exercise=exercise.name),
        *_seconds(routine.rest_seconds, "half_rested"),
    )


def devices(gone: Collection[str]) -> Script:
    """What is to be said when ``gone`` is, of microphone and speaker."""
    if "speaker" in gone:
        return ()
    if "microphone" in gone:
        return (once("cannot_hear"),)
    return (*sound_is_back(), once("when_you_like"))


def sound_is_back() -> Script:
    """What tells that the coach is back."""
    return (cue("sound_is_back"),)


def farewell(tally: Tally, *, to_harder: bool, on_call: bool) -> Script:
    """The words at the end of a whole session; ``to_harder``: there is something to go on to.

    A box that is ``on_call`` tells how to begin again.
    """
    harder = (cue("earned_harder"),) if to_harder and tally.earned_harder else ()
    ending = (*_next_time(on_call=on_call), cue("goodbye"))
    return (cue("well_trained", 1.0), *_summary(tally), *harder, *ending)


def stopped(tally: Tally, *, on_call: bool) -> Script:
    """The words at the end of a session that was stopped."""
    return (cue("stopped", 1.0), *_summary(tally), *_next_time(on_call=on_call))


def _next_time(*, on_call: bool) -> Script:
    return (cue("next_time"),) if on_call else ()


def advice_on_pain() -> Script:
    """What to do about pain, now and next time."""
    return (
        cue("pain_rest", 1.0),
        cue("pain_next_time"),
        cue("pain_stretch"),
        cue("pain_professional"),
    )


def still_unwell() -> Script:
    """The words for who is not well yet: no training today."""
    return (cue("rest_today", 1.0), cue("pain_professional"))


def _summary(tally: Tally) -> Script:
    if tally.set == 0:
        return ()
    steps = [cue("tally", perfect=tally.perfect)]
    if tally.floor is not None:
        steps.append(cue("floor_remembered", floor=tally.floor))
    return tuple(steps)
