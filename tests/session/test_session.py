"""Whole sessions as stories, and what must hold in every one of them."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.messages.events import Heard, Spoken
from coach.messages.facts import FloorFound, RepEnded, SessionEnded, SessionResumed, StateChanged
from coach.messages.intents import INTENTS, Intent
from coach.messages.states import FINAL, STATES
from coach.settings import HearingSettings
from coach.simulation.fakes import Utterance
from coach.simulation.rehearsal import parse_rehearsal
from coach.simulation.remembered import Remembered
from coach.units import RATE_HZ, Samples, samples, seconds
from tests.openings import parts_before, way_to
from tests.stories import (
    Recorder,
    cut_off,
    lesson,
    play,
    rehearsed,
    silenced_tones,
    stories,
    transcript,
)

QUIET_STATES = {"paused", *FINAL}


def every_story() -> list[Any]:
    """A few are told in every run; their lines count for the coverage."""
    brief = {"first_timer", "late_arch", "tones_and_pain"}
    return [
        pytest.param(path, id=path.stem)
        if path.stem in brief
        else pytest.param(path, id=path.stem, marks=pytest.mark.whole_session)
        for path in stories()
    ]


@pytest.mark.parametrize("story", every_story())
def test_the_story_is_told_as_it_was_and_the_coach_never_interrupts_itself(story: Path) -> None:
    recorder = rehearsed(story)
    golden = story.with_suffix(".txt")
    assert golden.is_file(), f"read it after: python -m tests.stories {story.stem}"
    assert transcript(recorder.events) == golden.read_text()
    assert cut_off(recorder) == []
    assert silenced_tones(recorder) == []


def said(at_s: float, words: str) -> Utterance:
    return Utterance(samples(at_s), words)


def to_the_set() -> list[Utterance]:
    """The fastest way to the first rep of a set, which then begins at its introduction."""
    return way_to("working")


def began(recorder: Recorder, prompt: str) -> list[Samples]:
    return [event.start for event in recorder.of(Spoken) if event.prompt == prompt]


def test_counts_start_exactly_a_second_after_each_other() -> None:
    counts = began(play(to_the_set(), 45), "count")
    first_rep = counts[:3]
    assert [after - before for before, after in pairwise(first_rep)] == [RATE_HZ, RATE_HZ]


def test_cat_and_cow_keep_the_breathing_pace() -> None:
    recorder = play(way_to("cat_cow"), 52)
    breaths = sorted(began(recorder, "cat") + began(recorder, "cow"))
    assert len(breaths) == 10
    assert {after - before for before, after in pairwise(breaths)} == {4 * RATE_HZ}


def test_the_count_goes_down_to_the_floor_and_no_further() -> None:
    opening = way_to("slow_descent")
    two = began(play(opening, 60), "count")[1]
    arch = Utterance(two + samples(0.3), "arched")
    skip = Utterance(arch.end + samples(3), "skip")
    recorder = play([*opening, arch, skip], 115)
    assert [event.count for event in recorder.of(FloorFound)] == [2]
    set_began = next(event.at for event in recorder.of(StateChanged) if event.dest == "working")
    counts = [
        event.text
        for event in recorder.of(Spoken)
        if event.prompt == "count" and event.start > set_began
    ]
    assert len(counts) >= 6
    assert set(counts) == {"One-one-thousand.", "Two-one-thousand."}


@pytest.mark.parametrize(
    ("after_bottom_s", "perfect"),
    [(0.0, False), (0.7, False), (1.49, False), (1.52, True)],
)
def test_an_arch_counts_until_one_and_a_half_seconds_after_the_bottom(
    after_bottom_s: float, perfect: bool
) -> None:
    opening = to_the_set()
    third = began(play(opening, 60), "count")[2]
    bottom = third + RATE_HZ
    arch = Utterance(bottom + samples(after_bottom_s), "arched")
    reps = play([*opening, arch], 60).of(RepEnded)
    assert reps[0].perfect is perfect


@pytest.mark.parametrize("words", ["arched", "my back came up"])
def test_the_count_of_an_arch_is_that_of_its_start(words: str) -> None:
    opening = to_the_set()
    second = began(play(opening, 60), "count")[1]
    arch = Utterance(second + samples(0.9), words, length=HearingSettings().longest_word)
    rep = play([*opening, arch], 60).of(RepEnded)[0]
    assert (rep.perfect, rep.reason, rep.count) == (False, "arched", 2)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["how many", "help", "repeat", "pause"])
def test_a_rep_that_reached_the_bottom_keeps_its_verdict(words: str) -> None:
    opening = to_the_set()
    bottom = began(play(opening, 60), "count")[2] + RATE_HZ
    asked = Utterance(bottom + samples(0.5), words)
    back = Utterance(bottom + samples(8), "resume")
    recorder = play([*opening, asked, *([back] if words == "pause" else [])], 75)
    assert recorder.of(RepEnded)[0].perfect
    verdict = recorder.of(RepEnded)[0].at
    counts = [at for at in began(recorder, "count") if at < verdict]
    assert len(counts) == 3


@pytest.mark.slow
def test_a_question_during_the_rest_does_not_make_it_longer() -> None:
    def rest(extra: list[Utterance]) -> tuple[Samples, Samples]:
        recorder = play([*to_the_set(), *extra], 200, sets=2, reps=1)
        changes = recorder.of(StateChanged)
        at = next(index for index, event in enumerate(changes) if event.dest == "resting")
        return changes[at].at, changes[at + 1].at

    begins, ends = rest([])
    _, ends_with_question = rest([Utterance(begins + samples(40), "how many")])
    assert ends_with_question - ends < samples(8)


def test_yes_before_the_lift_is_not_an_answer() -> None:
    opening = way_to("first_rep")
    early = Utterance(opening[-1].at + samples(2.5), "yes")
    recorder = play([*opening, early], seconds(early.at) + 34)
    prompts = [event.prompt for event in recorder.of(Spoken)]
    assert "half_lift" in prompts
    assert "full_lift" not in prompts


def test_an_answer_that_began_before_the_question_is_no_answer_to_it() -> None:
    """The user's "done" that falls on the end of a part must not skip the tension check."""
    opening = way_to(parts_before("tension_check")[-1])
    watch = play(opening, 60)
    change = next(event.at for event in watch.of(StateChanged) if event.dest == "tension_check")
    early = Utterance(change - samples(0.4), "done")
    recorder = play([*opening, early], 60)
    assert [event.accepted for event in recorder.of(Heard)] == [True] * len(opening) + [False]
    assert recorder.of(StateChanged)[-1].dest == "tension_check"


@cache
def past(story: Path | None) -> Remembered:
    if story is None:
        return Remembered()
    return parse_rehearsal(story.read_text(), str(story)).remembered


Pasts = st.sampled_from([*stories(), None]).map(past)
"""Everybody there is a story of, and somebody of whom nothing at all is known."""


@pytest.mark.whole_session
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.floats(0.6, 25.0), st.sampled_from(INTENTS)), min_size=1, max_size=12),
    Pasts,
)
def test_no_sequence_of_intents_hangs_or_leaves_the_known_states(
    turns: list[tuple[float, Intent]], past: Remembered
) -> None:
    grammar = lesson().grammar
    utterances, at = [], 0.0
    for wait, intent in turns:
        at += wait + 1.0
        utterances.append(said(at, grammar.sentences(intent)[0]))
    recorder = play(utterances, at + 100, remembered=past)
    state = recorder.of(StateChanged)[-1].dest
    assert state in STATES
    # An end may be denied, after which the session goes on.
    ends = [event for event in recorder.events if isinstance(event, SessionEnded | SessionResumed)]
    assert isinstance([None, *ends][-1], SessionEnded) == (state in FINAL)
    if state not in QUIET_STATES:
        last_word = max(event.end for event in recorder.of(Spoken))
        longest_quiet = samples(lesson().programme.routine.rest_seconds + 5)
        assert samples(at + 100) - last_word < longest_quiet


@pytest.mark.whole_session
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0.5, 120.0), st.lists(st.sampled_from(INTENTS), max_size=6), Pasts)
def test_stop_always_ends_within_a_second(
    at_s: float, before: list[Intent], past: Remembered
) -> None:
    grammar = lesson().grammar
    opening = [
        said(1 + 2 * turn, grammar.sentences(intent)[0])
        for turn, intent in enumerate(before)
        if 1 + 2 * turn < at_s - 1.5
    ]
    stop = said(at_s, "stop")
    recorder = play([*opening, stop], at_s + 3, remembered=past)
    ended = recorder.of(SessionEnded)
    assert ended
    assert ended[0].at <= stop.end + RATE_HZ
    counted = [each for each in recorder.of(Spoken) if each.prompt == "count"]
    assert all(each.start <= stop.end for each in counted)
