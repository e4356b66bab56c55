"""Repeating: who trained lately can go straight to the sets, as last time."""

from __future__ import annotations

import pytest

from coach.app.programme_files import load_programme
from coach.messages.events import Heard, Spoken
from coach.messages.facts import SessionEnded, StateChanged
from coach.simulation.rehearsal import parse_rehearsal
from coach.units import seconds
from tests.stories import Recorder, rehearse

pytestmark = pytest.mark.whole_session

IN_TIME_SECONDS = 60.0
IS_THERE = "{when: {said: ask_there}, after_s: 3, says: 'yes', times: always}"
PROBED = "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2}"


def trains(*user: str, past: str = PROBED) -> Recorder:
    """A session of somebody who trained a few days ago, and does what stands in ``user``."""
    begins = "{when: {state: waiting, said: ask_comfortable}, after_s: 2, says: ready}"
    lines = "".join(f"  - {line}\n" for line in (begins, *user, IS_THERE))
    head = f"settings: {{sets: 1, reps: 1}}\nremembered: {{sits: true, sessions: [{past}]}}"
    return rehearse(parse_rehearsal(f"{head}\nclips: .\nuser:\n{lines}", "repeating.yaml"))


def states(recorder: Recorder) -> list[str]:
    return [event.dest for event in recorder.of(StateChanged)]


@pytest.mark.parametrize("name", sorted(load_programme().exercises))
def test_every_exercise_begins_within_a_minute_after_ready(name: str) -> None:
    recorder = trains(
        "{when: {said: ask_same}, after_s: 6, says: 'yes'}",
        past=f"{{days_ago: 2, exercise: {name}, reps: 9, perfect: 8, floor: 2}}",
    )
    ready = next(heard for heard in recorder.of(Heard) if heard.intent == "ready")
    lift = next(said for said in recorder.of(Spoken) if said.prompt == "lift")
    assert states(recorder)[:3] == ["waiting", "planning", "working"]
    assert seconds(lift.start - ready.decided) <= IN_TIME_SECONDS


def test_the_same_is_no_half_count_lower() -> None:
    recorder = trains("{when: {said: ask_same}, after_s: 4, says: 'yes'}")
    said = [event.prompt for event in recorder.of(Spoken)]
    assert {"plan_all_perfect", "half_count", "probe_intro"}.isdisjoint(said)
    assert [event.floor for event in recorder.of(SessionEnded)] == [2.0]


@pytest.mark.parametrize("answer", ["no", "skip"])
def test_who_wants_it_otherwise_is_led_through_every_part(answer: str) -> None:
    recorder = trains(f"{{when: {{said: ask_same}}, after_s: 4, says: '{answer}'}}")
    assert states(recorder)[:3] == ["waiting", "planning", "stretching"]


def test_who_thinks_better_of_it_is_asked_again() -> None:
    recorder = trains(
        "{when: {said: ask_same}, after_s: 4, says: 'yes'}",
        "{when: {state: planning, said: plan_as_last_time}, after_s: 1, says: start over}",
        "{when: {state: planning, said: plan_as_last_time}, after_s: 10, says: 'no'}",
    )
    said = [event.prompt for event in recorder.of(Spoken)]
    assert said.count("ask_same") == 2
    assert states(recorder)[:3] == ["waiting", "planning", "stretching"]


def test_who_asks_for_something_easier_is_not_asked_for_the_same() -> None:
    recorder = trains(
        "{when: {state: waiting, said: find_a_spot}, after_s: 1, says: easier}",
        "{when: {state: stretching}, after_s: 1, says: stop}",
    )
    assert "ask_same" not in [event.prompt for event in recorder.of(Spoken)]
