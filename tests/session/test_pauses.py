"""Pauses: a session in which the microphone or the speaker goes and comes back."""

from __future__ import annotations

import pytest

from coach.messages.events import DeviceFound, DeviceLost, Gone, Heard, Spoken
from coach.messages.facts import RepEnded, SessionEnded, StateChanged
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import RATE_HZ, Samples, samples
from tests.openings import way_to
from tests.stories import Recorder, lesson, scripted_engine

OPENING = way_to("working")
"""The fastest way to the first rep of a set."""

Happens = tuple[float, str, Gone]
"""At so many seconds a device is ``lost`` or ``found``."""


def play(
    said: list[Utterance],
    happens: list[Happens],
    length_s: float,
    reps: int = 3,
    exercise: str | None = None,
) -> Recorder:
    recorder = Recorder()
    engine = scripted_engine(
        ScriptedRecogniser(said), [recorder], lesson(2, reps, exercise=exercise)
    )
    sound, now = speech_sound(said, samples(length_s)), 0
    for at_s, what, gone in happens:
        at = samples(at_s)
        if at > now:
            engine.process(sound[now:at])
        now = at
        if what == "lost":
            engine.lose_device(gone, "unplugged")
        else:
            engine.find_device(gone, "the same")
    engine.process(sound[now:])
    return recorder


def counts(recorder: Recorder) -> list[Samples]:
    return [event.start for event in recorder.of(Spoken) if event.prompt == "count"]


def said_after(recorder: Recorder, at_s: float) -> list[str]:
    return [event.prompt for event in recorder.of(Spoken) if event.start >= samples(at_s)]


def states(recorder: Recorder) -> list[str]:
    return [event.dest for event in recorder.of(StateChanged)]


@pytest.fixture(scope="module")
def in_rep_s() -> float:
    """Half a second into the second count of the way down."""
    return counts(play(OPENING, [], 60))[1] / RATE_HZ + 0.5


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("microphone", ["cannot_hear"]),
        ("speaker", []),
        ("microphone and speaker", []),
    ],
)
def test_a_lost_device_breaks_the_rep_off_and_is_told_if_that_can_be_heard(
    in_rep_s: float, gone: Gone, told: list[str]
) -> None:
    recorder = play(OPENING, [(in_rep_s, "lost", gone)], 120)
    assert states(recorder)[-2:] == ["working", "paused"]
    assert recorder.of(StateChanged)[-1].trigger == "device_lost"
    assert said_after(recorder, in_rep_s) == told
    assert recorder.of(RepEnded) == []
    assert recorder.of(DeviceLost) == [DeviceLost(samples(in_rep_s), gone, "unplugged")]


@pytest.mark.parametrize(
    ("gone", "words"),
    [("microphone", "ready"), ("speaker", "yes"), ("microphone and speaker", "resume")],
)
def test_once_it_is_back_the_coach_asks_and_the_rep_begins_anew(
    in_rep_s: float, gone: Gone, words: str
) -> None:
    back_s = in_rep_s + 20
    ready = Utterance(samples(back_s + 15), words)
    happens: list[Happens] = [(in_rep_s, "lost", gone), (back_s, "found", gone)]
    recorder = play([*OPENING, ready], happens, back_s + 45)
    assert [at.at for at in recorder.of(DeviceFound)] == [samples(back_s)]
    assert said_after(recorder, back_s)[:2] == ["sound_is_back", "when_you_like"]
    assert states(recorder)[-3:] == ["working", "paused", "working"]
    assert [rep.rep for rep in recorder.of(RepEnded)] == [1]
    assert len([at for at in counts(recorder) if at > ready.at]) >= 3


@pytest.mark.parametrize(("reps", "rest"), [(1, []), (2, ["Perfect, number two."])])
def test_a_rep_that_has_its_verdict_is_not_done_again_after_a_pause(
    reps: int, rest: list[str]
) -> None:
    bar = "hanging_leg_raise"  # which is taken again after every pause
    judged_s = play(OPENING, [], 120, reps, bar).of(RepEnded)[0].at / RATE_HZ
    pause_s = judged_s + 0.1
    happens: list[Happens] = [(pause_s, "lost", "speaker"), (pause_s + 1, "found", "speaker")]
    ready = Utterance(samples(pause_s + 10), "ready")
    recorder = play([*OPENING, ready], happens, pause_s + 60, reps, bar)
    assert [rep.rep for rep in recorder.of(RepEnded)] == list(range(1, reps + 1))
    assert "resting" in states(recorder)[-2:]
    said = [event.text for event in recorder.of(Spoken) if event.start > samples(pause_s)]
    assert [text for text in said if text.startswith("Perfect")] == rest


def test_yes_to_nobody_s_question_ends_no_pause(in_rep_s: float) -> None:
    """The coach asks whether to train on when the sound is back, and at no other time."""
    pause, yes = Utterance(samples(in_rep_s), "pause"), Utterance(samples(in_rep_s + 15), "yes")
    recorder = play([*OPENING, pause, yes], [], in_rep_s + 30)
    assert states(recorder)[-1] == "paused"
    assert yes.words in [heard.text for heard in recorder.of(Heard)]


def test_nobody_goes_on_with_a_coach_who_is_mute_but_can_stop(in_rep_s: float) -> None:
    lost: list[Happens] = [(in_rep_s, "lost", "speaker")]
    ready = Utterance(samples(in_rep_s + 5), "ready")
    stop = Utterance(samples(in_rep_s + 10), "stop")
    assert states(play([*OPENING, ready], lost, 90))[-1] == "paused"
    stopped = play([*OPENING, ready, stop], lost, 90)
    assert [event.outcome for event in stopped.of(SessionEnded)] == ["stopped"]


def test_nobody_begins_with_a_coach_who_is_mute() -> None:
    happens: list[Happens] = [(10.0, "lost", "speaker"), (30.0, "found", "speaker")]
    early, late = (Utterance(samples(at_s), "ready") for at_s in (20, 60))
    assert states(play([early], happens, 50)) == ["waiting"]
    assert states(play([early, late], happens, 70))[:2] == ["waiting", "planning"]


def test_what_is_lost_while_paused_is_told_and_the_pause_goes_on(in_rep_s: float) -> None:
    pause = Utterance(samples(in_rep_s), "pause")
    lost_s, back_s = in_rep_s + 10, in_rep_s + 30
    happens: list[Happens] = [(lost_s, "lost", "microphone"), (back_s, "found", "microphone")]
    recorder = play([*OPENING, pause], happens, back_s + 20)
    assert said_after(recorder, lost_s) == ["cannot_hear", "sound_is_back", "when_you_like"]
    assert states(recorder)[-1] == "paused"


def test_one_after_the_other_is_found(in_rep_s: float) -> None:
    recorder = play(
        OPENING,
        [
            (in_rep_s, "lost", "microphone and speaker"),
            (in_rep_s, "found", "speaker"),
            (in_rep_s + 20, "found", "microphone"),
        ],
        in_rep_s + 40,
    )
    heard = said_after(recorder, in_rep_s)
    assert heard == ["cannot_hear", "sound_is_back", "when_you_like"]


def test_who_has_not_begun_is_asked_again_once_that_can_be_answered() -> None:
    """And is asked nothing meanwhile."""
    happens: list[Happens] = [
        (40.0, "lost", "microphone"),
        (50.0, "lost", "speaker"),
        (60.0, "found", "microphone and speaker"),
    ]
    recorder = play([Utterance(samples(100), "ready")], happens, 110)
    said = [event for event in recorder.of(Spoken) if samples(40) <= event.start < samples(100)]
    prompts = [event.prompt for event in said]
    assert prompts[:3] == ["cannot_hear", "sound_is_back", "ask_comfortable"]
    assert set(prompts[3:]) == {"ask_comfortable_again", "help"}
    assert states(recorder)[:2] == ["waiting", "planning"]


@pytest.mark.parametrize(
    ("gone", "said"), [("microphone", [("not_you", False)]), ("speaker", [("stopped", True)])]
)
def test_a_farewell_is_for_who_can_hear_it(gone: Gone, said: list[tuple[str, bool]]) -> None:
    stop = Utterance(samples(5), "stop")
    recorder = play([stop], [(7.0, "lost", gone)], 30)
    assert [(each.prompt, each.interrupted) for each in recorder.of(Spoken)][-1:] == said
    assert len(recorder.of(SessionEnded)) == 1
