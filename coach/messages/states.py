"""States: the states of a session, and the parts that it is made of."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal[
    "waiting",
    "screening",
    "planning",
    "stretching",
    "cat_cow",
    "tension_check",
    "first_rep",
    "slow_descent",
    "stop_point",
    "working",
    "offering_break",
    "offering_easier",
    "resting",
    "asking_there",
    "plank",
    "rating",
    "checking_rating",
    "paused",
    "in_doubt",
    "finished",
    "stopped",
]
STATES: tuple[State, ...] = get_args(State)
"""A session opens in the first one."""

Part = Literal[
    "stretching",
    "cat_cow",
    "tension_check",
    "first_rep",
    "slow_descent",
    "stop_point",
    "working",
    "plank",
]
"""A part of a session, named after the state that it begins in."""
PARTS: tuple[Part, ...] = get_args(Part)
"""In the order in which a session goes through them."""

Final = Literal["finished", "stopped"]
FINAL: tuple[Final, ...] = get_args(Final)

Interruption = Literal["paused", "in_doubt"]
"""A state in which the session stands still; it goes on in the one that was interrupted."""
INTERRUPTIONS: tuple[Interruption, ...] = get_args(Interruption)

ACTIVE: tuple[State, ...] = tuple(
    state for state in STATES if state not in (*INTERRUPTIONS, *FINAL)
)
"""The states in which a session can be paused and stopped."""
