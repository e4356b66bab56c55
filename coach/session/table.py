"""Table: the state machine as data. Every pair of state and trigger is a row or ignored by name.

Each room defines its own rows; this module joins them into one table. Rows of one state and trigger
are tried in order, and the first whose guard holds is taken. A routine may lack parts, so each part
has a row to every later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from coach.dialogue.machine import OfDest, Row
from coach.messages.intents import ENDING, INTENTS, TRIGGERS, URGENT, Intent, Trigger
from coach.messages.states import ACTIVE, PARTS, Part, State
from coach.session import (
    corrections,
    course,
    difficulty,
    doubts,
    endings,
    intake,
    pairing,
    pauses,
    questions,
    ratings,
    screening,
    speaking_style,
)
from coach.session.endings import Endings
from coach.session.part import Onward, PartRows
from coach.session.parts import (
    cat_cow,
    first_rep,
    plank,
    sets,
    slow_descent,
    stop_point,
    stretching,
    tension_check,
)
from coach.session.ratings import Ratings
from coach.session.workout import Workout

PART_ROWS: Mapping[Part, PartRows] = {
    room.PART.part: room.PART
    for room in (
        *(stretching, cat_cow, tension_check, first_rep),
        *(slow_descent, stop_point, sets, plank),
    )
}


@cache
def part_of(state: State) -> Part | None:
    """The part that a state belongs to; None for a state outside of all parts."""
    return next((part for part, rows in PART_ROWS.items() if state in rows.states), None)


def _whole(rows: tuple[Row | Onward, ...]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            yield from _onward(row)


def _onward(onward: Onward) -> Iterator[Row]:
    """A row to each later part, guarded by whether the session has it, and one to the end,
    where the person may be asked how hard it was."""
    state = onward.state
    left = part_of(state)
    after = 0 if left is None else PARTS.index(left) + 1
    for trigger in onward.triggers:
        for part in PARTS[after:]:
            if part not in PART_ROWS:
                raise KeyError(f"{part} is a Part without rows: add its module to PART_ROWS")
            begin = PART_ROWS[part].room.begin
            yield Row(state, trigger, part, begin, OfDest(Workout.is_in_session))
        yield Row(state, trigger, "rating", Ratings.ask_effort, Ratings.is_effort_due)
        yield Row(state, trigger, "finished", Endings.finish)


_BEFORE_SETS = PARTS[: PARTS.index("working")]


def _back(part: Part) -> Iterator[Row]:
    """A row to each earlier part, guarded by whether the session has it, and one to itself."""
    for earlier in reversed(PARTS[: PARTS.index(part)]):
        begin = PART_ROWS[earlier].room.begin
        yield Row(part, "go_back", earlier, begin, OfDest(Workout.is_in_session))
    yield Row(part, "go_back", None, PART_ROWS[part].room.begin)


COMMON: tuple[Row, ...] = (
    *endings.EVERYWHERE,
    *endings.DENIALS,
    *difficulty.EVERYWHERE,
    *corrections.EVERYWHERE,
    *course.EVERYWHERE,
    *(row for part in _BEFORE_SETS for row in _back(part)),
    *questions.EVERYWHERE,
    *speaking_style.EVERYWHERE,
    *pairing.EVERYWHERE,
    *pauses.RETURNS,
    *pauses.REST,
    *pauses.DEVICES,
    *doubts.EVERYWHERE,
    *doubts.RETURNS,
)
"""The rows that many states share; the diagram leaves them out."""

ROWS: tuple[Row, ...] = (
    *screening.ROWS,
    *ratings.ROWS,
    *_whole(intake.ROWS),
    *(row for part in PARTS for row in _whole(PART_ROWS[part].rows)),
    *COMMON,
    *endings.PAUSED,
    *doubts.ROWS,
    *endings.FAREWELL,
)

_SOMEWHERE: Mapping[Intent, Collection[State]] = {
    "undo": (*corrections.STATES, *corrections.SEARCHING),
    "discount": corrections.STATES,
    "not_me": ("screening", "stopped", "in_doubt"),
    "skip_plank": ACTIVE,
    "skip_stretching": ("waiting", "planning", "stretching"),
    "another_set": ("working", "resting", "plank"),
    "go_back": ("screening", *_BEFORE_SETS),
    **dict.fromkeys(speaking_style.REQUESTS, speaking_style.STATES),
    "pair": pairing.STATES,
    "number": ("rating", "checking_rating"),
    "tired": (*pauses.TIRED, "working", "offering_break", "plank"),
}
"""The intents that mean something in a few states only, with those."""

_FAREWELL: frozenset[Trigger] = frozenset({*ENDING, "doubted", "played", "device_lost"})

_IGNORED: Mapping[State, frozenset[Trigger]] = {
    **intake.IGNORED,
    **screening.IGNORED,
    **ratings.IGNORED,
    **{state: frozenset(each) for part in PARTS for state, each in PART_ROWS[part].ignored.items()},
    "paused": frozenset(
        {
            *("done", "arched", "no", "pause", "skip", "restart"),
            *("easier", "harder", "slower", "faster", "unanswered"),
        }
    ),
    "in_doubt": doubts.IGNORED,
    "finished": frozenset(TRIGGERS) - _FAREWELL,
    "stopped": frozenset(TRIGGERS) - _FAREWELL - {"resume", "not_me", "no"},
}


_ASKING: frozenset[State] = frozenset(row.state for row in ROWS if row.trigger == "not_understood")


def _unasked(state: State) -> frozenset[Trigger]:
    """An answer can be missed only where the session asks."""
    missed: Trigger = "not_understood"
    return frozenset() if state in _ASKING else frozenset({missed})


def _meant_elsewhere(state: State) -> frozenset[Trigger]:
    return frozenset(intent for intent, states in _SOMEWHERE.items() if state not in states)


def _unheard(state: State) -> frozenset[Trigger]:
    """What cannot happen: a device can be found only after it was lost, which leaves the session
    paused or waiting; of what is heard then, some may be in doubt."""
    found: Trigger = "device_found"
    return frozenset() if state in ("waiting", "paused", "in_doubt") else frozenset({found})


IGNORED: Mapping[State, frozenset[Trigger]] = {
    state: triggers | _unheard(state) | _unasked(state) | _meant_elsewhere(state)
    for state, triggers in _IGNORED.items()
}


@cache
def wanted_intents(state: State) -> frozenset[Intent]:
    """The intents that the state has a row for."""
    triggers = {row.trigger for row in ROWS if row.state == state}
    return frozenset(intent for intent in INTENTS if intent in triggers)


@cache
def urgent_intents(state: State) -> frozenset[Intent]:
    """The wanted intents that silence the coach at once."""
    return wanted_intents(state) & URGENT
