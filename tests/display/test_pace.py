"""Pace: about how long a session still takes is about how long it took in whole sessions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach.app.language_files import load_grammar
from coach.display.outline import outline
from coach.display.view_model import ViewModel
from coach.messages.facts import SetBegan, StateChanged
from coach.messages.states import State
from coach.units import seconds, silence
from tests.display.test_view_model import SIGNS, set_began, view
from tests.stories import SESSIONS, lesson, rehearsed


@pytest.mark.whole_session
@pytest.mark.parametrize("story", ["first_timer", "never_arches"])
def test_what_is_left_is_about_what_it_took(story: str) -> None:
    """In sessions in which nothing is cut short."""
    shown = ViewModel(SIGNS, outline(lesson(1, 3).programme, load_grammar()))
    events = rehearsed(SESSIONS / f"{story}.yaml").events
    changes = [event for event in events if isinstance(event, StateChanged)]
    (end,) = [event.at for event in changes if event.dest == "finished"]
    told = []
    for event in events:
        if isinstance(event, StateChanged) and event.at > shown.seen.at:
            pause = silence(event.at - shown.seen.at)
            shown.add(pause, pause)
        shown(event)
        if isinstance(event, StateChanged) and shown.seen.way.now is not None:
            told.append((event.dest, shown.seen.minutes_left, seconds(end - event.at) / 60))
    assert len(told) >= 7
    # Rounded up, and a sixth more or less
    wrong = [each for each in told if not each[2] / 1.17 <= (each[1] or 0) <= each[2] * 1.17 + 1]
    assert wrong == []


@pytest.mark.parametrize(
    ("states", "known"),
    [
        ([], False),
        (["planning"], True),
        (["working"], True),
        (["working", "paused"], True),
        (["plank"], True),
        (["plank", "rating"], False),
        (["plank", "finished"], False),
    ],
)
def test_it_is_told_while_there_is_something_left(states: Sequence[State], known: bool) -> None:
    shown = view()
    for state in states:
        shown(StateChanged(0, None, state, None))
    assert (shown.seen.minutes_left is not None) == known


@pytest.mark.parametrize(("set_number", "more_than"), [(1, 9), (2, 5), (3, 2)])
def test_with_every_set_it_gets_less(set_number: int, more_than: int) -> None:
    shown = view()
    shown(StateChanged(0, None, "working", None))
    began: SetBegan = set_began(set_number)
    shown(began)
    assert more_than < (shown.seen.minutes_left or 0) < more_than + 5
