"""Board: what lines of a coach, or of whatever else is at its socket, make of what is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.app.language_files import load_language
from coach.devices.mqtt import discovery
from coach.devices.mqtt.board import OF_HEALTH, Board
from coach.devices.mqtt.device_id import device_id
from coach.devices.mqtt.growing_delay import GrowingDelay
from coach.display.event_lines import status_line
from coach.display.status import Status
from tests.devices.mqtt.home_assistant import understood

ANYTHING = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        -1,
        10**30,
        2.5,
        float("nan"),
        "",
        "pain",
        "\0",
        [],
        ["echo", 3],
        {"a": 1},
    ]
)
FIELDS = (
    *("session", "state", "exercise", "set", "rep", "perfect", "floor", "problems", "phase"),
    *("outcome", "pain", "effort", "last_session"),
)
LINES = st.builds(
    lambda event, fields: {**fields, "event": event},
    st.sampled_from(["status", "rep", "rep_corrected", "session", "floor", "", None]),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6),
)


def board(*, health: bool = False) -> Board:
    return Board(lambda: None, health=health)


def told(*lines: dict[str, Any], health: bool = False) -> list[tuple[str, Any]]:
    """The events that come of some lines."""
    shown = board(health=health)
    for line in lines:
        shown.take(line)
    found = []
    while (event := shown.pop_event()) is not None:
        found.append((event[0], json.loads(event[1])["event_type"]))
    return found


def on(**more: Any) -> dict[str, Any]:
    return {"event": "status", "session": True, **more}


OFF = {"event": "status", "session": False}
END = {"event": "session", "phase": "end", "outcome": "finished"}
RESUMED = {"event": "session", "phase": "resumed"}


@pytest.mark.parametrize(
    ("lines", "happened"),
    [
        ([OFF, on(), END, OFF], ["started", "finished"]),
        ([OFF, on(), OFF, END], ["started", "finished"]),  # whichever comes first
        ([on(), END, OFF], ["finished"]),  # it was on already
        ([OFF, END, OFF], []),  # nobody had begun it
        ([OFF, on(), END, OFF, RESUMED, on(), END], ["started", "finished", "resumed", "finished"]),
        ([OFF, on(), on(set=2), on(set=3)], ["started"]),
    ],
)
def test_a_session_begins_and_ends_once(lines: list[dict[str, Any]], happened: list[str]) -> None:
    assert [kind for _, kind in told(*lines)] == happened


def test_how_a_session_ended_is_told_as_far_as_it_may_be() -> None:
    pain = {**END, "outcome": "pain"}
    assert told(OFF, on(), pain)[-1] == ("event/session", "stopped")
    assert told(OFF, on(), pain, health=True)[-1] == ("event/session", "pain")


def test_what_happened_while_nobody_listened_does_not_grow() -> None:
    shown = board()
    for number in range(10_000):
        shown.take({"event": "rep", "rep": number, "perfect": True})
    kept = [json.loads(event[1])["rep"] for event in iter(shown.pop_event, None)]
    assert kept == [*range(9950, 10_000)]


@given(st.lists(LINES, max_size=6))
def test_no_line_whatever_shows_health_where_it_may_not_or_brings_it_down(
    lines: list[dict[str, Any]],
) -> None:
    shown = board()
    for line in lines:
        shown.take(line)
    assert set(shown.states()).isdisjoint(OF_HEALTH)
    assert all(isinstance(value, str) for value in shown.states().values())


@pytest.mark.parametrize("health", [False, True])
def test_every_entity_has_a_topic_that_is_published(health: bool) -> None:
    names = load_language().home.model_dump()
    message = understood(json.loads(discovery.payload("flatback_1", names, health=health)))
    shown = board(health=health)
    shown.take(json.loads(status_line(Status(), health=health)))
    own = discovery.base("flatback_1")
    published = {f"{own}/{name}" for name in (*shown.states(), "bridge", "event/rep")}
    published |= {f"{own}/event/session"}
    topics = {getattr(each, "state_topic", None) for each in message.cmps.values()} - {None}
    assert topics | {each.topic for each in message.availability} <= published
    assert {*OF_HEALTH} <= {*message.cmps} if health else {*OF_HEALTH}.isdisjoint(message.cmps)


def test_the_id_stays_and_does_not_tell_the_machines_own(tmp_path: Any) -> None:
    file = tmp_path / "machine-id"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    first = device_id(file)
    assert first == device_id(file)
    assert first.startswith("flatback_")
    assert "0123456789" not in first
    file.write_text("1123456789abcdef0123456789abcdef\n")
    assert device_id(file) != first
    assert device_id(tmp_path / "gone") not in (first, device_id(file))


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_delay_grows_up_to_a_limit_and_begins_anew_after_a_success(chance: float) -> None:
    delay = GrowingDelay(1.0, 60.0, lambda: chance)
    factor = 0.5 + 0.5 * chance
    found = [delay.next() / factor for _ in range(8)]
    assert found == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    delay.succeed()
    assert delay.next() == factor
