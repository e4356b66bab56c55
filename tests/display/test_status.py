"""Status: what home automation is told of whole sessions, and what it is never told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from coach.display.event_lines import is_told, line_of, status_line
from coach.display.status import Status, StatusFeed
from coach.messages.events import (
    DeviceFound,
    DeviceLost,
    EchoRemains,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    SpeechBegan,
    Spoken,
)
from coach.messages.facts import (
    ExerciseChosen,
    Outcome,
    PainRated,
    RepCorrected,
    RepEnded,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.messages.intents import Trigger
from coach.messages.states import State
from coach.training.history import History
from tests.stories import SESSIONS, rehearsed

OPENED = StateChanged(0, None, "waiting", None)
ABOUT_HEALTH = (
    *("pain", "alarm", "effort", "screening", "rating", "advised", "level"),
    *("trigger", "reason", "unwell", "easy", "text", "intent"),
)


def moved(source: State, dest: State, trigger: Trigger = "played") -> StateChanged:
    return StateChanged(0, source, dest, trigger)


def told(events: Iterable[Event], *, health: bool) -> list[dict[str, Any]]:
    """Everything that goes over the socket, the status only where it has changed."""
    lines: list[str] = []
    before = Status()

    def tell(event: Event | None, status: Status) -> None:
        nonlocal before
        line = None if event is None else line_of(event, before, status, health=health)
        present = status_line(status, health=health)
        lines.extend([] if line is None else [line])
        lines.extend([] if present == status_line(before, health=health) else [present])
        before = status

    feed = StatusFeed(tell)
    for event in events:
        feed(event)
    return [json.loads(line) for line in lines]


def statuses(events: Iterable[Event], *, health: bool = False) -> list[dict[str, Any]]:
    return [line for line in told(events, health=health) if line["event"] == "status"]


def states(events: Iterable[Event], *, health: bool = False) -> list[str]:
    """The states of the status, without repetitions."""
    found = [line["state"] for line in statuses(events, health=health)]
    return [each for i, each in enumerate(found) if found[i - 1 : i] != [each]]


@pytest.mark.slow
@pytest.mark.parametrize("story", ["pain", "after_pain", "effort", "screened_for_help"])
def test_nothing_about_health_is_told_to_who_does_not_ask(story: str) -> None:
    events = rehearsed(SESSIONS / f"{story}.yaml").events
    public = json.dumps(told(events, health=False))
    assert [word for word in ABOUT_HEALTH if word in public] == []
    whole = json.dumps(told(events, health=True))
    assert [word for word in ABOUT_HEALTH if word in whole] != []


@pytest.mark.slow
def test_a_session_counts_as_its_journal_does() -> None:
    """Two sets, and reps that are corrected afterwards."""
    recorder = rehearsed(SESSIONS / "corrected.yaml")
    assert recorder.of(RepCorrected)
    for at, event in enumerate(recorder.events):
        if isinstance(event, SessionEnded):
            until = statuses(recorder.events[:at])[-1]
            assert until["perfect_reps"] == event.perfect_reps
            assert until["floor"] == event.floor
    last_set = recorder.of(SetBegan)[-1]
    ended = statuses(recorder.events)[-1]
    assert (ended["set"], ended["sets"]) == (last_set.set, last_set.sets)
    assert ended["exercise"] == recorder.of(ExerciseChosen)[-1].exercise
    assert ended["session"] is False


def test_a_question_about_health_looks_like_what_was_before_it() -> None:
    events: list[Event] = [
        OPENED,
        *(moved("waiting", "screening"), moved("screening", "paused", "pause")),
        *(moved("paused", "screening", "resume"), moved("screening", "planning")),
        *(moved("planning", "rating"), moved("rating", "checking_rating")),
        *(moved("checking_rating", "planning"), moved("planning", "plank")),
        *(moved("plank", "rating"), moved("rating", "paused", "unanswered")),
        *(moved("paused", "rating", "resume"), moved("rating", "finished")),
    ]
    on_hold = ["planning", "paused", "planning", "plank", "paused", "plank"]
    assert states(events) == [*on_hold, "finished"]
    assert [line["to"] for line in told(events, health=False) if line["event"] == "state"] == [
        *("waiting", *on_hold, "finished")
    ]
    assert "checking_rating" in states(events, health=True)


@pytest.mark.parametrize("word", ["stop", "pain", "alarm"])
def test_pain_ends_a_session_as_a_stop_does(word: Trigger) -> None:
    outcome: Outcome = "stopped" if word == "stop" else "pain"
    events: list[Event] = [
        OPENED,
        moved("waiting", "planning", "ready"),
        SessionEnded(0, outcome, 3, 2.5),
        moved("planning", "stopped", word),
    ]
    stopped: list[Event] = [
        *events[:2],
        SessionEnded(0, "stopped", 3, 2.5),
        moved("planning", "stopped"),
    ]
    assert told(events, health=False) == told(stopped, health=False)


def test_pain_in_the_farewell_is_told_to_nobody() -> None:
    finished: list[Event] = [
        OPENED,
        moved("waiting", "planning", "ready"),
        SessionEnded(0, "finished", 3, 2.5),
        moved("planning", "finished"),
    ]
    events = [*finished, SessionEnded(0, "pain", 3, 2.5), moved("finished", "stopped", "pain")]
    assert told(events, health=False) == told(finished, health=False)
    assert {"pain", "finished"} <= {line.get("outcome") for line in told(events, health=True)}


def test_what_was_trained_is_told_until_the_next_session_begins() -> None:
    reps: list[Event] = [
        SetBegan(0, "dead_bug", 1, 3, 10, 3.0, 3.0),
        *(RepEnded(0, "dead_bug", 1, rep, 10, True, None, 3.0) for rep in (1, 2)),
    ]
    first: list[Event] = [
        OPENED,
        moved("waiting", "working"),
        *reps,
        moved("working", "finished"),
        OPENED,
    ]
    assert statuses(first)[-1]["perfect_reps"] == 2
    again = [*first, moved("waiting", "planning", "ready")]
    assert statuses(again)[-1]["perfect_reps"] == 0
    assert [line["session"] for line in statuses(again)][-3:] == [False, False, True]


def test_what_is_wrong_is_told_until_it_is_mended_or_the_next_session_opens() -> None:
    events: list[Event] = [
        *(OPENED, MemoryFailed(0), MicrophoneClipped(0), EchoRemains(0)),
        *(DeviceLost(0, "microphone and speaker", "?"), DeviceFound(0, "speaker", "one")),
    ]
    assert statuses(events)[-1]["problems"] == ["clipping", "echo", "memory", "microphone"]
    assert statuses([*events, OPENED])[-1]["problems"] == []


def test_a_microphone_that_is_looked_for_before_there_is_a_session_is_a_problem() -> None:
    seen: list[Status] = []
    feed = StatusFeed(lambda _event, status: seen.append(status))
    feed.look(looking=True)
    feed.look(looking=True)
    assert [each.problems for each in seen] == [{"microphone"}]
    feed(OPENED)
    feed(DeviceLost(0, "speaker", "?"))
    feed.look(looking=True)
    assert seen[-1].problems == {"speaker"}


def test_what_is_remembered_is_told_before_any_session() -> None:
    seen: list[Status] = []
    feed = StatusFeed(lambda _event, status: seen.append(status))
    feed.remember(History(floors={"dead_bug": 2.5}, pain_level=4), "2026-11-29", 3)
    feed(ExerciseChosen(0, "dead_bug", "plan_as_last_time"))
    line = json.loads(status_line(seen[-1], health=False))
    assert (line["floor"], line["last_session"], line["sessions_this_week"]) == (
        *(2.5, "2026-11-29", 3),
    )
    assert json.loads(status_line(seen[-1], health=True))["pain"] == 4
    feed(PainRated(0, 6))
    assert seen[-1].pain == 6


def test_what_was_said_and_heard_goes_over_no_socket() -> None:
    heard = Heard("pain", "it hurts", 1.0, 0, 1, 1, 1, urgent=True)
    said = Spoken("lift", "Lift.", 0, 1, interrupted=False)
    assert [is_told(event) for event in (heard, said, SpeechBegan("lift", "Lift.", 0))] == [
        *(False, False, False)
    ]
    assert told([OPENED, heard, said], health=True) == told([OPENED], health=True)
