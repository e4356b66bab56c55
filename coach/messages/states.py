"""States: the states of a session, and the parts that it is made of."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal[
    "waiting",
    "planning",
    "stretching",
    "cat_cow",
    "tension_check",
    "first_rep",
    "slow_descent",
    "stop_point",
    "working",
    "offering_easier",
    "resting",
    "plank",
    "paused",
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

ACTIVE: tuple[State, ...] = tuple(
    state for state in STATES if state not in FINAL and state != "paused"
)
"""The states in which a session can be paused and stopped."""
