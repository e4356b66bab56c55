"""Events option: what a service tells other programs, and what it takes from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from coach.app.assembly import Coach
from coach.app.ears import Ears
from coach.app.supervision import LOOKING
from coach.cli.events_option import OpenEvents, WatchedNotifier, first_of, opened_events
from coach.display.buttons import Press, RecordedPresses
from coach.messages.facts import StateChanged
from coach.training.history import History, Training
from tests.app.notices import RecordedNotices
from tests.devices.events.test_event_socket import Program
from tests.private_pulse import wait_until
from tests.stories import lesson

OPENED = StateChanged(0, None, "waiting", None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events"


@pytest.fixture
def opened(path: Path) -> Iterator[OpenEvents]:
    """A coach that nobody listens to; what it hears with is not asked for."""
    with opened_events(path, Coach(lesson(), object.__new__(Ears))) as opened:
        yield opened


def taken(opened: OpenEvents) -> Press:
    """The next press, which is on its way."""
    found: list[Press] = []

    def came() -> bool:
        press = opened.presses(0)
        found.extend([] if press is None else [press])
        return bool(found)

    wait_until(came, "a press")
    return found[0]


def test_start_begins_a_session_that_waits_and_does_nothing_in_one(
    opened: OpenEvents, path: Path
) -> None:
    (feed,) = opened.observers
    feed(OPENED)
    with closing(Program(path)) as program:
        program.next()
        program.say(b"start\n")
        started = taken(opened)
        assert (started.intent, started.origin) == ("ready", "bridge")
        feed(StateChanged(0, "waiting", "screening", "ready"))
        program.say(b"start\nstop\n")
        assert taken(opened) == Press("stop", "stop", "bridge")
        assert opened.presses(0) is None


SUNDAY = date(2026, 11, 29).toordinal()


@pytest.mark.parametrize(
    ("days_ago", "today", "last", "this_week"),
    [
        ([], SUNDAY, None, 0),
        ([6, 5, 0], SUNDAY, "2026-11-29", 3),
        ([6, 5, 0], SUNDAY - 1, "2026-11-28", 2),  # the first is of the week before
        ([9, 2], SUNDAY + 1, "2026-11-28", 0),  # on a Monday a week begins
        ([-3], SUNDAY, "2026-11-29", 1),  # a clock that was wrong
    ],
)
def test_past_weeks_are_told_before_any_session(
    opened: OpenEvents,
    path: Path,
    days_ago: list[int],
    today: int,
    last: str | None,
    this_week: int,
) -> None:
    trainings = [Training(today - ago, "finished", "dead_bug", reps=3) for ago in days_ago]
    opened.remembered(History(tuple(trainings)), today)
    with closing(Program(path)) as program:
        told = program.next()
    assert (told["last_session"], told["sessions_this_week"]) == (last, this_week)


def test_a_device_that_is_looked_for_is_a_problem(opened: OpenEvents, path: Path) -> None:
    notices = RecordedNotices()
    watched = WatchedNotifier(notices, opened.look)
    with closing(Program(path)) as program:
        assert program.next()["problems"] == []
        watched.status(LOOKING)
        watched.ready()
        watched.beat()
        watched.stopping()
        assert program.next()["problems"] == ["microphone"]
        watched.status("waiting")
    assert (notices.lines, notices.beats) == ([LOOKING, "ready", "stopping", "waiting"], 1)


def test_presses_come_from_wherever_there_are_some() -> None:
    stop, pause = Press("stop", "stop"), Press("pause", "pause", "bridge")
    take = first_of(RecordedPresses([]).take, RecordedPresses([(0, pause)]).take)
    assert (take(0), take(0)) == (pause, None)
    both = first_of(RecordedPresses([(0, stop)]).take, RecordedPresses([(0, pause)]).take)
    assert (both(0), both(0), both(0)) == (stop, pause, None)


def test_where_no_socket_is_wanted_there_is_none() -> None:
    with opened_events(None, Coach(lesson(), object.__new__(Ears))) as opened:
        opened.remembered(History(), SUNDAY)
        opened.look(True)
        assert (opened.observers, opened.presses(0)) == ((), None)
