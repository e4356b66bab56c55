"""The table: every pair of state and trigger is decided, and every row can be taken."""

from itertools import product

from coach.dialogue.machine import OfDest, Row
from coach.messages.intents import INTENTS, TRIGGERS, Trigger
from coach.messages.states import ACTIVE, FINAL, INTERRUPTIONS, PARTS, STATES, State
from coach.session.diagram import diagram
from coach.session.pauses import Pauses
from coach.session.table import (
    IGNORED,
    PART_ROWS,
    ROWS,
    part_of,
    urgent_intents,
    wanted_intents,
)
from coach.session.workout import Workout
from coach.training.plan import Plan
from tests.stories import lesson


def rows_of(state: State, trigger: Trigger) -> list[Row]:
    return [row for row in ROWS if (row.state, row.trigger) == (state, trigger)]


def test_every_pair_is_a_row_or_ignored_by_name() -> None:
    """A pair without a row is in its room's ``IGNORED``, or in the ``ignored`` of its part."""
    undecided = [
        pair
        for pair in product(STATES, TRIGGERS)
        if bool(rows_of(*pair)) == (pair[1] in IGNORED[pair[0]])
    ]
    assert undecided == [], "give each pair a row, or ignore it by name, not both"


def test_every_effect_and_guard_is_of_a_room_of_the_session() -> None:
    """Else making the session fails: each is resolved then."""
    assert lesson().session(Plan("straight_leg_lift")).state == "waiting"


def test_a_guarded_row_is_followed_by_one_that_always_holds() -> None:
    """Else an utterance that was accepted would be answered by nothing."""
    for state, trigger in product(STATES, TRIGGERS):
        rows = rows_of(state, trigger)
        if rows and all(row.guard == OfDest(Pauses.has_interrupted) for row in rows):
            assert {row.dest for row in rows} == set(ACTIVE)
        elif rows:
            assert rows[-1].guard is None, (state, trigger)
            assert all(row.guard for row in rows[:-1]), (state, trigger)


def test_stop_and_pain_end_the_session_from_anywhere() -> None:
    endings: tuple[Trigger, ...] = ("stop", "pain")
    for state, trigger in product((*ACTIVE, *INTERRUPTIONS), endings):
        # To a box nobody has called there is nothing to end: it falls silent.
        rows = [row for row in rows_of(state, trigger) if row.guard != Workout.is_on_call]
        assert {row.dest for row in rows} == {"stopped"}, (state, trigger)
        assert trigger in urgent_intents(state)


def test_what_would_end_the_session_leads_into_doubt_from_wherever_it_is_under_way() -> None:
    for state in (*ACTIVE, "paused"):
        rows = [row for row in rows_of(state, "doubted") if row.guard != Workout.is_on_call]
        assert {row.dest for row in rows} == {"in_doubt"}, state


def test_what_is_in_doubt_ends_nothing() -> None:
    ended = [row for row in ROWS if row.trigger == "doubted" and row.dest in FINAL]
    assert ended == []


def test_a_doubt_leads_back_to_wherever_it_arose() -> None:
    returns: tuple[Trigger, ...] = ("no", "resume", "played")
    for trigger in returns:
        dests = [row.dest for row in rows_of("in_doubt", trigger)]
        assert dests == [*ACTIVE, "paused"]


def test_pain_is_answered_even_after_the_end() -> None:
    assert [state for state in FINAL if "pain" not in wanted_intents(state)] == []


def test_arched_is_urgent_during_a_rep_or_a_plank_and_nowhere_else() -> None:
    in_rep = {"first_rep", "slow_descent", "stop_point", "working", "plank"}
    assert {state for state in STATES if "arched" in urgent_intents(state)} == in_rep


def test_every_state_can_be_reached_and_left() -> None:
    assert {row.dest for row in ROWS if row.dest} | {"waiting"} == set(STATES)
    left = {row.state for row in ROWS if row.dest not in (None, row.state)}
    assert {*ACTIVE, *INTERRUPTIONS} <= left


def test_every_part_begins_in_the_state_of_its_name_and_no_state_has_two() -> None:
    assert [part for part in PARTS if part_of(part) != part] == []
    states = [state for part in PARTS for state in PART_ROWS[part].states]
    assert sorted(states) == sorted(set(states))


def test_the_diagram_shows_every_state() -> None:
    drawing = diagram()
    assert drawing.startswith("stateDiagram-v2\n")
    assert [state for state in STATES if state not in drawing] == []


def test_a_state_wants_the_intents_that_it_does_not_ignore() -> None:
    wanted = {state: wanted_intents(state) for state in STATES}
    assert wanted == {state: set(INTENTS) - IGNORED[state] for state in STATES}
