"""The table: every pair of state and trigger is decided, and everything it names exists."""

import itertools
from collections import Counter

import pytest

from coach.hearing.grammar import INTENTS
from coach.session.diagram import diagram
from coach.session.difficulty import Difficulty
from coach.session.floor_search import FloorSearch
from coach.session.holds import Holds
from coach.session.intake import Intake
from coach.session.pauses import Pauses
from coach.session.questions import Questions
from coach.session.rows import ACTIVE, FINAL, STATES, TRIGGERS
from coach.session.session import Session
from coach.session.sets import Sets
from coach.session.table import IGNORED, ROWS, urgent_intents, wanted_intents
from coach.training.plan import Plan
from tests.stories import lesson

ROOMS = (Session, Intake, FloorSearch, Sets, Holds, Difficulty, Questions, Pauses)


def test_every_pair_is_a_row_or_ignored_by_name() -> None:
    decided = Counter({(row.state, row.trigger) for row in ROWS})
    decided.update((state, trigger) for state in STATES for trigger in IGNORED[state])
    assert decided == Counter(itertools.product(STATES, TRIGGERS))


def test_rows_name_states_and_triggers_that_exist() -> None:
    for row in ROWS:
        assert row.state in STATES
        assert row.trigger in TRIGGERS
        assert row.dest is None or row.dest in STATES


def test_every_effect_exists() -> None:
    """A session looks all of them up when it is made."""
    lesson().session(Plan("straight_leg_lift"))
    effects = {name for room in ROOMS for name in vars(room) if not name.startswith("_")}
    assert {row.effect for row in ROWS} <= effects


def test_every_guard_exists() -> None:
    session = lesson().session(Plan("straight_leg_lift"))
    known = session.guards(None)
    for row in ROWS:
        somewhere = row.guard is not None and row.guard.startswith(("paused_in_", "taken_up_in_"))
        assert row.guard is None or somewhere or row.guard in known, row


def test_a_guarded_row_is_followed_by_one_that_always_holds() -> None:
    """Else an utterance that was accepted would be answered by nothing."""
    for state in STATES:
        for trigger in TRIGGERS:
            rows = [row for row in ROWS if (row.state, row.trigger) == (state, trigger)]
            returns = rows and all((row.guard or "").startswith("paused_in_") for row in rows)
            if returns:
                assert {row.dest for row in rows} == set(ACTIVE)
            elif rows:
                assert rows[-1].guard is None, (state, trigger)
                assert all(row.guard for row in rows[:-1]), (state, trigger)


@pytest.mark.parametrize("state", [*ACTIVE, "paused"])
def test_stop_and_pain_end_the_session_from_anywhere(state: str) -> None:
    for trigger in ("stop", "pain"):
        rows = [row for row in ROWS if (row.state, row.trigger) == (state, trigger)]
        # To a box nobody has called there is nothing to end: it falls silent.
        assert {row.dest for row in rows if row.guard != "on_call"} == {"stopped"}
        assert trigger in urgent_intents(state)


def test_pain_is_answered_even_after_the_end() -> None:
    for state in FINAL:
        assert "pain" in wanted_intents(state)


def test_arched_is_urgent_during_a_rep_or_a_plank_and_nowhere_else() -> None:
    in_rep = {"first_rep", "slow_descent", "stop_point", "working", "plank"}
    assert {state for state in STATES if "arched" in urgent_intents(state)} == in_rep


def test_every_state_can_be_reached_and_left() -> None:
    assert {row.dest for row in ROWS if row.dest} | {"waiting"} == set(STATES)
    for state in (*ACTIVE, "paused"):
        assert any(row.state == state and row.dest not in (None, state) for row in ROWS)


def test_the_diagram_shows_every_state() -> None:
    drawing = diagram()
    assert drawing.startswith("stateDiagram-v2\n")
    for state in STATES:
        assert state in drawing


def test_a_state_wants_the_intents_that_it_does_not_ignore() -> None:
    wanted = {state: wanted_intents(state) for state in STATES}
    assert wanted == {state: set(INTENTS) - IGNORED[state] for state in STATES}
