"""Verbosity: what is left out, what never is, and that a session goes through without it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.app.language_files import load_language
from coach.dialogue.steps import POSTURE
from coach.dialogue.verbosity import (
    EXPLANATIONS,
    LEFT_OUT,
    PRACTISED,
    SHORTER,
    TONE_INSTEAD,
    Brevity,
    Kind,
    Verbosity,
)
from coach.messages.events import Heard, Spoken, ToneBegan
from coach.messages.facts import SessionEnded, StateChanged
from coach.messages.intents import INTENTS, Intent
from coach.messages.prompt_ids import PROMPTS, PromptId
from coach.session.cues import beats
from coach.simulation.fakes import Utterance
from coach.simulation.rehearsal import SessionSettings, parse_rehearsal
from coach.units import RATE_HZ, Samples, samples
from tests.openings import way_to
from tests.stories import SESSIONS, Recorder, cut_off, lesson, play, rehearse, silenced_tones

VERBOSITIES: tuple[Verbosity, ...] = get_args(Verbosity)
InEveryVerbosity = pytest.mark.parametrize("verbosity", VERBOSITIES)
AnyStory = pytest.mark.parametrize(
    "story",
    [
        "first_timer",
        "questions",
        pytest.param("never_arches", marks=pytest.mark.thorough),
        pytest.param("two_sets", marks=pytest.mark.thorough),
    ],
)
pytestmark = pytest.mark.whole_session
ALWAYS_SAID = {"safety", "question", "answer", "news", "count"}
KIND_OF = load_language().prompts.kinds


def of_kind(*kinds: Kind) -> set[PromptId]:
    return {prompt for prompt, kind in KIND_OF.items() if kind in kinds}


# The data


def test_every_prompt_is_of_one_kind() -> None:
    assert set(KIND_OF) == set(PROMPTS)
    assert set(KIND_OF.values()) == set(get_args(Kind))


@InEveryVerbosity
def test_safety_questions_answers_news_and_counts_are_always_said(verbosity: Verbosity) -> None:
    brevity = Brevity(verbosity, KIND_OF)
    for prompt, kind in KIND_OF.items():
        if kind in ALWAYS_SAID:
            brevity.note_said(prompt)
            assert not brevity.leaves_out(prompt), prompt


def test_all_that_is_said_about_pain_and_stop_is_safety() -> None:
    prompts = {prompt for prompt in PROMPTS if "pain" in prompt or "stop" in prompt.split("_")}
    assert prompts - {"stop_point_intro", "next_stop_point", "plan_after_pain"} <= of_kind("safety")


@pytest.mark.parametrize(
    ("verbosity", "prompt", "first", "later"),
    [
        ("full", "inhale", False, False),
        ("full", "perfect", False, False),
        ("short", "inhale", False, True),
        ("short", "perfect", False, False),
        ("short", "say_stop", False, False),
        ("tones", "inhale", True, True),
        ("tones", "perfect", True, True),
        ("tones", "say_stop", False, False),
    ],
)
def test_what_is_left_out_the_first_time_and_later(
    verbosity: Verbosity, prompt: PromptId, *, first: bool, later: bool
) -> None:
    brevity = Brevity(verbosity, KIND_OF)
    assert brevity.leaves_out(prompt) is first
    brevity.note_said(prompt)
    assert brevity.leaves_out(prompt) is later


def test_what_stands_for_a_prompt_is_said_where_that_is_not() -> None:
    left_out = {p for kinds in LEFT_OUT.values() for p in of_kind(*kinds)}
    assert {*SHORTER, *TONE_INSTEAD} <= left_out
    assert not set(SHORTER.values()) & left_out


@InEveryVerbosity
def test_what_a_person_knows_is_left_out_and_never_safety_or_the_breath(
    verbosity: Verbosity,
) -> None:
    brevity = Brevity(verbosity, KIND_OF)
    brevity.is_familiar = brevity.is_practised = True
    assert {p for p in (*EXPLANATIONS, *PRACTISED) if not brevity.leaves_out(p)} == set()
    assert not {KIND_OF[p] for p in EXPLANATIONS | PRACTISED} - {"guidance", "verdict"}
    assert not {"lift", "lower", "arched_means", "say_hurts"} & (EXPLANATIONS | PRACTISED)


# Sessions


@cache
def in_verbosity(story: str, verbosity: Verbosity) -> Recorder:
    path = SESSIONS / f"{story}.yaml"
    rehearsal = parse_rehearsal(path.read_text(), str(path))
    sizes = rehearsal.settings
    wanted = SessionSettings(sets=sizes.sets, reps=sizes.reps, verbosity=verbosity)
    return rehearse(rehearsal.model_copy(update={"settings": wanted}))


@InEveryVerbosity
@AnyStory
def test_a_session_goes_through_to_its_end_and_the_coach_never_interrupts_itself(
    story: str, verbosity: Verbosity
) -> None:
    recorder = in_verbosity(story, verbosity)
    assert [event.outcome for event in recorder.of(SessionEnded)] == ["finished"]
    assert cut_off(recorder) == []
    assert silenced_tones(recorder) == []


def prompts(recorder: Recorder) -> list[str]:
    return [event.prompt for event in recorder.of(Spoken)]


def test_the_less_is_said_the_sooner_it_is_over() -> None:
    told = {each: in_verbosity("never_arches", each) for each in VERBOSITIES}
    ends = [told[each].of(SessionEnded)[0].at for each in VERBOSITIES]
    assert ends == sorted(ends, reverse=True)
    assert set(prompts(told["full"])) <= {*prompts(told["short"]), "cat", "cow"}
    guidance = of_kind("guidance", "verdict")
    assert not guidance & set(prompts(told["tones"]))
    assert {"arched_means", "say_stop", "floor_is_full", "set_intro", "tally"} <= set(
        prompts(told["tones"])
    )


def test_in_short_every_instruction_is_said_once() -> None:
    said = in_verbosity("two_sets", "short").of(Spoken)
    instructions = [each for each in said if each.prompt in of_kind("guidance")]
    texts = [each.text for each in instructions]
    assert len(texts) == len(set(texts))
    assert {"inhale", "lift", "lower", "only_perfect"} <= {each.prompt for each in instructions}


def reps_in(recorder: Recorder, *, set_: int) -> list[str]:
    """What is said in one set, from its introduction on."""
    said = prompts(recorder)
    begins = [place for place, prompt in enumerate(said) if prompt == "set_intro"]
    return said[begins[set_ - 1] : [*begins, len(said)][set_]]


def test_from_the_second_set_on_there_are_fewer_words_but_the_breath() -> None:
    recorder = in_verbosity("two_sets", "full")
    first, second = reps_in(recorder, set_=1), reps_in(recorder, set_=2)
    assert set(PRACTISED) <= set(first)
    assert not PRACTISED & set(second)
    assert {"lift", "lower", "count"} <= set(second)


def test_who_has_trained_twice_lately_hears_no_explanation() -> None:
    recorder = in_verbosity("knows_it_well", "full")
    assert not (EXPLANATIONS | PRACTISED - {"inhale"}) & set(prompts(recorder))
    assert {"say_hurts", "say_stop", "arched_means", "lie_down"} <= set(prompts(recorder))


def to_the_set(verbosity: Verbosity) -> Recorder:
    return play(way_to("working"), 60, reps=2, verbosity=verbosity)


def test_a_rep_by_tones_has_its_breath_its_lift_and_its_beat() -> None:
    """Start tone, inhale, lift, turn; counts to the sample; the perfect tone at its verdict."""
    recorder = to_the_set("tones")
    tempo = lesson().programme.exercises["straight_leg_lift"].tempo
    began = next(event.at for event in recorder.of(StateChanged) if event.dest == "working")
    tones = [event for event in recorder.of(ToneBegan) if event.at >= began]
    counts = [event.start for event in recorder.of(Spoken) if event.prompt == "count"]
    assert [tone.name for tone in tones[:4]] == ["start", "perfect", "start", "perfect"]
    movement = tempo.inhale_seconds + tempo.lift_seconds + tempo.lower_seconds
    assert counts[0] == tones[0].at + samples(movement)
    assert {after - before for before, after in pairwise(counts[:3])} == {RATE_HZ}
    assert tones[1].at > counts[2] + RATE_HZ + samples(tempo.grace_seconds)


def test_another_position_is_given_time_without_words() -> None:
    recorder = play(
        [Utterance(samples(1.0), "ready"), Utterance(samples(2.5), "skip")], 12, verbosity="tones"
    )
    change = next(event.at for event in recorder.of(StateChanged) if event.dest == "cat_cow")
    first = next(event.start for event in recorder.of(Spoken) if event.prompt == "cat_round")
    assert first == change + POSTURE


@pytest.mark.parametrize("verbosity", ["short", "tones"])
def test_an_instruction_that_was_cut_off_was_not_said(verbosity: Verbosity) -> None:
    """Paused in the middle of it, and resumed: it begins anew, in words if it had any."""
    said = [(1.0, "ready"), (2.2, "skip"), (3.4, "pause"), (9.0, "resume")]
    utterances = [Utterance(samples(at_s), words) for at_s, words in said]
    cues = play(utterances, 30, verbosity=verbosity).of(Spoken)
    setups = [each.interrupted for each in cues if each.prompt == "cat_cow_setup"]
    assert setups == ([True, False] if verbosity == "short" else [])


def test_say_again_brings_back_the_words_that_were_left_out() -> None:
    turns = [(1.0, "ready"), (2.5, "skip"), (13.0, "say again")]
    said = [Utterance(samples(at_s), words) for at_s, words in turns]
    spoken = play(said, 21, verbosity="tones").of(Spoken)
    assert [event.prompt for event in spoken][-3:] == ["cat_round", "cow", "cat_round"]


def test_what_was_being_said_ends_where_a_tone_takes_over() -> None:
    """ "Ready" is said over the question; no words follow, and the question falls silent."""
    watch = play([], 18, verbosity="tones").of(Spoken)
    asked = next(each.start for each in watch if each.prompt == "ask_comfortable")
    ready = Utterance(asked + samples(0.5), "ready")
    recorder = play([ready], 18, verbosity="tones")
    question = next(each for each in recorder.of(Spoken) if each.prompt == "ask_comfortable")
    (heard,) = recorder.of(Heard)
    assert question.interrupted
    assert question.end == heard.decided


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.floats(0.6, 25.0), st.sampled_from(INTENTS)), min_size=1, max_size=12),
    st.sampled_from(VERBOSITIES),
)
def test_whatever_is_said_the_coach_never_interrupts_itself(
    turns: list[tuple[float, Intent]], verbosity: Verbosity
) -> None:
    grammar = lesson().grammar
    utterances, at = [], 0.0
    for wait, intent in turns:
        at += wait + 1.0
        utterances.append(Utterance(samples(at), grammar.sentences(intent)[0]))
    recorder = play(utterances, at + 20, sets=2, reps=2, verbosity=verbosity)
    assert cut_off(recorder) == []
    assert silenced_tones(recorder) == []


def test_what_is_said_on_the_beat_ends_before_the_next() -> None:
    longest: dict[str, Samples] = dict(beats(lesson().programme).items())
    spoken = in_verbosity("never_arches", "full").of(Spoken)
    on_a_beat = [event for event in spoken if event.prompt in longest]
    assert len(on_a_beat) > 20
    for event in on_a_beat:
        assert event.end - event.start < longest[event.prompt]
