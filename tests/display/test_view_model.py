"""View: which events lead to what is seen; the signs and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from coach.app.language_files import LANGUAGES, load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.display.outline import outline
from coach.display.seen import QUIETEST_DBFS, Seen
from coach.display.signs import parse_signs
from coach.display.view_model import ViewModel
from coach.errors import DataError
from coach.hearing.grammar import Grammar
from coach.messages.actions import ToneName
from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    EchoRemains,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    NotUnderstood,
    Refusal,
    SpeechBegan,
    ToneBegan,
)
from coach.messages.facts import (
    CountBegan,
    ExerciseChosen,
    FloorFound,
    HoldEnded,
    RepCorrected,
    RepEnded,
    SecondsPassed,
    SetBegan,
    StateChanged,
)
from coach.messages.states import STATES, State
from coach.session.table import wanted_intents
from coach.session.wordings import help_words
from coach.units import silence
from tests.stories import SESSIONS, rehearsed

SIGNS = load_language().signs
KNOWN_BEFORE = outline(load_programme(None, None).resized(3, 10), load_grammar())


def view() -> ViewModel:
    return ViewModel(SIGNS, KNOWN_BEFORE)


def seen_after(*events: Event) -> Seen:
    shown = view()
    for event in events:
        shown(event)
    return shown.seen


def entered(state: State, at: int = 0) -> StateChanged:
    return StateChanged(at, None, state, None)


def says(prompt: str, text: str = "Something.", at: int = 0) -> SpeechBegan:
    return SpeechBegan(prompt, text, at)


def heard(text: str, *, refused: Refusal | None = None) -> Heard:
    accepted = refused is None
    return Heard("ready", text, 1.0, 0, 1, 1, 1, urgent=False, accepted=accepted, refused=refused)


IN_DOUBT = Heard("stop", "stop", 1.0, 0, 1, 1, 1, urgent=True, accepted=False, doubtful=True)


def set_began(number: int) -> SetBegan:
    return SetBegan(0, "plank_lift", number, 3, 10, 2.5, 3.0)


def rep(number: int, *, perfect: bool) -> RepEnded:
    reason = None if perfect else "arched"
    return RepEnded(0, "plank_lift", 1, number, 10, perfect, reason, 2.0)


def test_a_rep_that_does_not_count_is_shown_no_more() -> None:
    told = (set_began(1), rep(1, perfect=True), rep(2, perfect=False), rep(3, perfect=True))
    seen = seen_after(*told, RepCorrected(0, "plank_lift", 1, 3, None))
    assert (seen.marks, seen.perfect) == ((True, False), 1)
    seen = seen_after(*told, RepCorrected(0, "plank_lift", 1, 2, perfect=True))
    assert (seen.marks, seen.perfect) == ((True, True, True), 3)


# What to do now


@pytest.mark.parametrize(
    ("events", "sign"),
    [
        ([], "Lie down"),
        ([entered("paused")], "On hold"),
        ([entered("in_doubt")], "Listening"),
        ([entered("working"), says("inhale")], "Breathe in"),
        ([entered("working"), says("inhale"), says("how_many")], "Breathe in"),
        ([entered("working"), says("lower"), entered("resting")], "Rest"),
        ([entered("first_rep"), says("ask_stable")], "Stable?"),
        ([entered("working"), ToneBegan("start", 0)], "Lift"),
        ([entered("working"), says("inhale", at=5), ToneBegan("start", 5)], "Breathe in"),
        ([entered("plank"), ToneBegan("start", 0)], "Hold"),
        ([entered("waiting"), ToneBegan("start", 0)], "Lie down"),
    ],
)
def test_the_sign_is_that_of_the_last_prompt_tone_or_state(
    events: Sequence[Event], sign: str
) -> None:
    assert seen_after(*events).sign == sign


def count(number: float) -> CountBegan:
    return CountBegan(0, number, 3)


def passed(number: int, total: int = 60) -> SecondsPassed:
    return SecondsPassed(0, number, total)


@pytest.mark.parametrize(
    ("events", "number"),
    [
        ([says("lower")], None),
        ([count(1), says("count")], 1),
        ([count(1), says("count"), count(2), says("count")], 2),
        ([count(2), count(2.5), says("half_count")], 2.5),
        ([count(2), says("count"), says("perfect")], None),
        ([count(2), rep(1, perfect=True)], None),
    ],
)
def test_the_number_of_a_descent_is_its_count(
    events: Sequence[Event], number: float | None
) -> None:
    assert seen_after(entered("working"), set_began(1), *events).number == number


@pytest.mark.parametrize(
    ("events", "number"),
    [
        ([entered("resting"), says("rest")], None),
        ([entered("resting"), passed(0)], 60),
        ([entered("resting"), passed(0), passed(1), passed(2)], 58),
        ([entered("resting"), passed(30), says("half_rested"), passed(31)], 29),
        ([entered("resting"), passed(1), says("how_many")], None),
        ([entered("resting"), passed(1), says("how_many"), passed(1)], 59),
        ([entered("resting"), passed(1), entered("paused")], None),
        ([entered("plank"), passed(0, 20)], 0),
        ([entered("plank"), passed(2, 20)], 2),
        ([entered("plank"), passed(20, 20), says("hold_end")], None),
    ],
)
def test_the_number_of_a_rest_runs_down_and_that_of_a_hold_runs_up(
    events: Sequence[Event], number: float | None
) -> None:
    assert seen_after(*events).number == number


@pytest.mark.whole_session
@pytest.mark.parametrize(("story", "rests"), [("by_tones", 1), ("questions", 0), ("two_sets", 0)])
def test_in_whole_sessions_the_numbers_are_those_of_the_facts(story: str, rests: int) -> None:
    shown = view()
    reps, holds, fives = [], [], []
    for event in rehearsed(SESSIONS / f"{story}.yaml").events:
        before = shown.seen.number
        shown(event)
        match event:
            case RepEnded(perfect=True):
                reps.append((before, event.count))
            case HoldEnded(whole=True):
                holds.append((before, event.seconds))
            case SpeechBegan(prompt="five_left") if shown.seen.state == "resting":
                fives.append((before, 5))
    assert reps
    assert (len(holds), len(fives)) == (1, rests)
    assert [(before, after) for before, after in (*reps, *holds, *fives) if before != after] == []


# How far, what was heard, and what can be said


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([ExerciseChosen(0, "dead_bug", "easier")], {"exercise": "dead bug"}),
        ([set_began(2)], {"set": 2, "floor": 2.5, "exercise": "plank lift", "marks": ()}),
        (
            [set_began(1), rep(1, perfect=True), rep(2, perfect=False)],
            {"marks": (True, False), "perfect": 1},
        ),
        # Another exercise in a set is told as a set; the reps of it stay.
        ([set_began(1), rep(1, perfect=True), set_began(1)], {"marks": (True,)}),
        ([set_began(1), rep(1, perfect=True), set_began(2)], {"marks": (), "perfect": 1}),
        ([FloorFound(0, "dead_bug", 1.5)], {"floor": 1.5}),
        ([says("inhale", "Inhale.")], {"said": "Inhale."}),
        ([heard("ready")], {"heard": "ready", "heard_note": ""}),
        ([heard("ready", refused="not now")], {"heard": "ready", "heard_note": " (not now)"}),
        (
            [heard("yes", refused="own voice")],
            {"heard": "yes", "heard_note": " (my own voice)"},
        ),
        ([NotUnderstood(0)], {"heard": "…", "heard_note": " (no answer that I know)"}),
        ([IN_DOUBT], {"heard": "stop", "heard_note": " (in doubt)"}),
    ],
)
def test_facts_are_shown(events: Sequence[Event], shown: dict[str, object]) -> None:
    seen = seen_after(*events)
    assert {name: getattr(seen, name) for name in shown} == shown


@pytest.mark.parametrize(
    ("states", "trained", "in_a_set"),
    [
        (["cat_cow"], "", False),
        (["tension_check"], "", False),
        (["stop_point"], "plank lift", False),
        (["working"], "plank lift", True),
        (["resting"], "plank lift", True),
        (["offering_easier"], "plank lift", True),
        (["working", "paused"], "plank lift", True),
        (["working", "in_doubt"], "plank lift", True),
        (["working", "paused", "in_doubt"], "plank lift", True),
        (["plank", "paused"], "", False),
        (["working", "paused", "working", "plank"], "", False),
        (["finished"], "", False),
    ],
)
def test_exercise_and_set_belong_to_the_states_that_train_them(
    states: Sequence[State], trained: str, in_a_set: bool
) -> None:
    seen = seen_after(set_began(1), *map(entered, states))
    assert (seen.trained, seen.in_a_set) == (trained, in_a_set)


def test_before_the_first_set_there_is_none() -> None:
    seen = seen_after(ExerciseChosen(0, "dead_bug", "easier"), entered("working"))
    assert (seen.trained, seen.in_a_set) == ("dead bug", False)


@pytest.mark.parametrize("state", STATES)
def test_what_can_be_said_is_what_help_would_say(state: State, grammar: Grammar) -> None:
    language = load_language().language
    offered = language.alternatives(seen_after(entered(state)).offers)
    assert offered == help_words(grammar, language, wanted_intents(state))


# Trouble


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([DeviceLost(0, "microphone", "unplugged")], "The microphone is gone. Plug it in again."),
        (
            [DeviceLost(0, "speaker", "unplugged"), DeviceFound(0, "speaker", "USB")],
            "The speaker is back.",
        ),
        ([MicrophoneClipped(0), MicrophoneClipped(9)], SIGNS.notices.clipped),
        ([AudioLost(0, 8000)], "0.5 seconds of sound were lost."),
        ([MemoryFailed(0)], "What you do now cannot be written down."),
        ([EchoRemains(0)], SIGNS.notices.echo_remains),
    ],
)
def test_trouble_is_told_once(events: Sequence[Event], told: str) -> None:
    assert [notice.text for notice in seen_after(*events).notices] == [told]


@pytest.mark.parametrize(
    ("event", "stays"), [(MicrophoneClipped(0), False), (DeviceLost(0, "speaker", "gone"), True)]
)
def test_a_notice_goes_by_itself_unless_it_still_holds(event: Event, stays: bool) -> None:
    shown = view()
    shown(event)
    for _ in range(21):
        shown.add(silence(16000), silence(16000))
    assert bool(shown.seen.notices) == stays


# The level


@pytest.mark.parametrize(
    ("peak", "dbfs"), [(0, QUIETEST_DBFS), (32767, 0.0), (-32768, 0.0), (328, -40.0), (1, -90.3)]
)
def test_the_level_is_the_peak(peak: int, dbfs: float) -> None:
    shown = view()
    block = silence(320)
    block[17] = peak
    shown.add(block, silence(320))
    assert shown.seen.level_dbfs == pytest.approx(dbfs, abs=0.05)
    assert shown.seen.at == 320


def test_the_level_falls_slowly_and_rises_at_once() -> None:
    shown = view()
    loud = np.full(1600, 32767, np.int16)
    levels = []
    for block in (loud, silence(1600), silence(1600), loud):
        shown.add(block, block)
        levels.append(round(shown.seen.level_dbfs, 1))
    assert levels == [0.0, -2.4, -4.8, 0.0]


# The signs


TEXT = (LANGUAGES / "en" / "signs.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('plank = "Turn over"\n', "", "signs.toml: states.plank: this sign is missing"),
        ("[prompts]", '[prompts]\ncucumber = "Eat"', "prompts.cucumber: the coach has no such"),
        ('"Lie down"', '"Lie comfortably"', "states.waiting: a word has at most 9 letters"),
        ('"Lie down"', '""', "states.waiting: a sign is a few words without accents"),
        ('"Lie down"', '"Grüezi"', "states.waiting: a sign is a few words without accents"),
        ("[tones.start]", '[tones.start]\nsleeping = "Lift"', "tones.start.sleeping: the coach"),
        ("[tones.start]", "[tones.gong]", "tones.gong: "),
        ("clipped =", "clopped =", "notices.clopped: this key is not known"),
    ],
)
def test_a_mistake_in_the_signs_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(DataError, match=r"signs\.toml") as raised:
        parse_signs(TEXT.replace(old, new, 1), "signs.toml")
    assert told in str(raised.value)


@pytest.mark.parametrize("tone", ["start", "perfect", "arched"])
def test_tones_that_stand_for_words_have_signs_in_a_set(tone: ToneName) -> None:
    assert SIGNS.tones[tone]["working"]


def test_what_does_not_count_is_shown_with_its_reason_for_six_seconds() -> None:
    shown_at = view()
    shown_at(heard("yes", refused="too soon"))
    for shown in (True, False):
        assert (shown_at.seen.heard_note == " (said before I asked)") is shown
        assert (shown_at.seen.heard == "yes") is shown
        shown_at.add(silence(6 * 16_000), silence(6 * 16_000))
    shown_at(heard("ready"))
    shown_at.add(silence(16_000 * 60), silence(16_000 * 60))
    assert shown_at.seen.heard == "ready"
