"""Doubts: "stop" or pain that may be the coach's own voice. It falls silent, listens, and asks."""

from __future__ import annotations

import numpy as np
import pytest
from _pytest.mark import ParameterSet

from coach.messages.events import Heard, Spoken, Suspected
from coach.messages.facts import RepEnded, SessionEnded, StateChanged
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.simulation.rehearsal import parse_rehearsal
from coach.units import samples
from tests.session.test_corners import TO_THE_SET, prompts, states
from tests.stories import Headphones, Recorder, rehearse, scripted_engine

STOP = "{when: {state: working, said: two}, after_s: 0.1, says: stop, lost_s: 0.15}"
HURTS = "{when: {state: working, said: two}, after_s: 0.1, says: it hurts, lost_s: 0.15}"
DIZZY = "{when: {state: working, said: two}, after_s: 0.1, says: i'm dizzy, lost_s: 0.15}"
AT_ONCE = "{when: {state: in_doubt}, after_s: 0.8, says: %s}"
ASKED = "{when: {state: in_doubt, said: %s}, after_s: 2.5, says: '%s'}"
OVER_THE_QUESTION = (
    "{when: {state: in_doubt, said: doubt_stop}, after_s: 0.2, says: stop, lost_s: 0.15}"
)


def told(*user: str, settings: str = "{sets: 1, reps: 3}", limit_s: int = 170) -> Recorder:
    """A session of somebody who goes to the sets at once, and then does what stands in ``user``."""
    lines = "".join(f"  - {line}\n" for line in user)
    head = f"settings: {settings}\nremembered: {{sits: false}}\nclips: .\nlimit_s: {limit_s}\n"
    return rehearse(parse_rehearsal(f"{head}user:{TO_THE_SET}{lines}", "doubt.yaml"))


def outcomes(recorder: Recorder) -> list[str]:
    return [event.outcome for event in recorder.of(SessionEnded)]


def test_it_is_silent_from_the_word_until_the_question_two_seconds_later() -> None:
    stop = Utterance(samples(9.0), "stop")
    recorder, lost = Recorder(), samples(0.15)
    recogniser = ScriptedRecogniser([stop])
    engine = scripted_engine(recogniser, [recorder], canceller=Headphones())
    microphone = speech_sound([stop], samples(14))
    engine.process(microphone[: stop.at - lost])
    engine.lose(lost)
    sounds = engine.process(microphone[stop.at :])
    assert sounds is not None
    speaker = np.concatenate([np.zeros(stop.at, np.int16), sounds])

    (heard,), (suspected,) = recorder.of(Heard), recorder.of(Suspected)
    assert (heard.text, heard.accepted, heard.doubtful) == ("stop", False, True)
    assert heard.reacted == suspected.at < stop.end + samples(0.2)
    question = next(event for event in recorder.of(Spoken) if event.prompt == "doubt_stop")
    assert question.start == heard.decided + samples(2.0)
    assert not np.any(speaker[suspected.at + samples(0.01) : question.start])
    assert np.any(speaker[question.start : question.end])


def thoroughly(*row: str | list[str]) -> ParameterSet:
    return pytest.param(*row, marks=pytest.mark.thorough)


@pytest.mark.whole_session
@pytest.mark.parametrize(
    ("doubted", "then", "visited", "ended"),
    [
        # said again, or something else that is urgent, in the silence
        (STOP, AT_ONCE % "stop", ["in_doubt", "stopped"], ["stopped"]),
        thoroughly(STOP, AT_ONCE % "it hurts", ["in_doubt", "stopped"], ["pain"]),
        (HURTS, AT_ONCE % "it hurts", ["in_doubt", "stopped"], ["pain"]),
        thoroughly(HURTS, AT_ONCE % "stop", ["in_doubt", "stopped"], ["stopped"]),
        (STOP, AT_ONCE % "pause", ["in_doubt", "paused"], ["abandoned"]),
        (STOP, AT_ONCE % "keep going", ["in_doubt", "working", "plank"], ["abandoned"]),
        # the answer
        (STOP, ASKED % ("doubt_stop", "yes"), ["in_doubt", "stopped"], ["stopped"]),
        thoroughly(HURTS, ASKED % ("doubt_pain", "yes"), ["in_doubt", "stopped"], ["pain"]),
        thoroughly(STOP, ASKED % ("doubt_stop", "it hurts"), ["in_doubt", "stopped"], ["pain"]),
        (DIZZY, AT_ONCE % "i'm dizzy", ["in_doubt", "stopped"], ["pain"]),
        (DIZZY, ASKED % ("doubt_alarm", "yes"), ["in_doubt", "stopped"], ["pain"]),
        thoroughly(
            DIZZY, ASKED % ("doubt_alarm", "no"), ["in_doubt", "working", "plank"], ["abandoned"]
        ),
        (STOP, ASKED % ("doubt_stop", "no"), ["in_doubt", "working", "plank"], ["abandoned"]),
        thoroughly(
            HURTS, ASKED % ("doubt_pain", "no"), ["in_doubt", "working", "plank"], ["abandoned"]
        ),
        # what was said before the question was meant for something else
        (STOP, AT_ONCE % "'yes'", ["in_doubt", "working", "asking_there"], ["abandoned"]),
        thoroughly(
            HURTS, AT_ONCE % "'yes'", ["in_doubt", "working", "asking_there"], ["abandoned"]
        ),
        # the question itself may be what is heard
        (STOP, OVER_THE_QUESTION, ["in_doubt", "working", "asking_there"], ["abandoned"]),
    ],
)
def test_what_becomes_of_a_doubt(
    doubted: str, then: str, visited: list[str], ended: list[str]
) -> None:
    recorder = told(doubted, then)
    assert states(recorder)[states(recorder).index("in_doubt") :] == visited
    assert outcomes(recorder) == ended


@pytest.mark.whole_session
def test_a_rep_that_a_doubt_breaks_off_begins_anew_and_is_not_lost() -> None:
    recorder = told(STOP, ASKED % ("doubt_stop", "no"))
    assert [(rep.rep, rep.perfect) for rep in recorder.of(RepEnded)] == [
        (1, True),
        (2, True),
        (3, True),
    ]
    back = next(event.at for event in recorder.of(StateChanged) if event.source == "in_doubt")
    after = [event.prompt for event in recorder.of(Spoken) if event.start >= back]
    assert after[:4] == ["inhale", "lift", "lower", "count"]


@pytest.mark.whole_session
def test_the_question_is_asked_once_and_repeated_on_request() -> None:
    again = "{when: {state: in_doubt, said: doubt_stop}, after_s: 2.5, says: say again}"
    assert prompts(told(STOP)).count("doubt_stop") == 1
    assert prompts(told(STOP, again)).count("doubt_stop") == 2


@pytest.mark.whole_session
def test_a_doubt_in_a_pause_leads_back_into_the_pause() -> None:
    recorder = told(
        "{when: {state: working, said: two}, after_s: 0.1, says: pause}",
        "{when: {state: paused, said: paused}, after_s: 0.5, says: stop, lost_s: 0.15}",
        ASKED % ("doubt_stop", "no"),
        "{when: {said: doubt_stop}, after_s: 9, says: resume}",
    )
    visited = states(recorder)
    assert visited[visited.index("paused") :] == [
        "paused",
        "in_doubt",
        "paused",
        "working",
        "plank",
    ]


@pytest.mark.whole_session
def test_after_the_end_it_only_listens() -> None:
    ends = "{when: {state: working, said: two}, after_s: 0.1, says: it hurts}"
    doubted = "{when: {state: stopped, said: pain_rest}, after_s: 0.5, says: stop, lost_s: 0.15}"
    again = "{when: {state: stopped, said: pain_rest}, after_s: 2, says: stop}"
    left_alone, insisted = told(ends, doubted), told(ends, doubted, again)
    assert outcomes(left_alone) == outcomes(insisted) == ["pain"]
    assert prompts(left_alone, "stopped").count("pain_rest") == 2
    assert "pain_professional" in prompts(left_alone)
    assert "pain_professional" not in prompts(insisted)


@pytest.mark.whole_session
def test_a_coach_on_call_that_nobody_has_called_only_listens() -> None:
    doubted = "{when: {said: greeting}, after_s: 1, says: stop, lost_s: 0.15}"
    recorder = told(doubted, settings="{opening: greeting}", limit_s=30)
    assert prompts(recorder) == ["greeting", "greeting"]
    assert states(recorder) == ["waiting"]


@pytest.mark.whole_session
def test_who_said_nothing_is_still_asked_whether_they_are_there() -> None:
    """A doubt that nobody settles shows nobody."""
    recorder = told(
        "{when: {said: greeting}, after_s: 6, says: ready}",
        "{when: {said: ask_there}, after_s: 0.2, says: stop, lost_s: 0.15}",
        settings="{sets: 2, reps: 1, opening: greeting}",
        limit_s=200,
    )
    visited = states(recorder)
    at = visited.index("in_doubt")
    assert visited[at - 1 : at + 2] == ["asking_there", "in_doubt", "asking_there"]
    assert prompts(recorder, "in_doubt")[:3] == ["doubt_stop", "ask_there", "ask_there_again"]
