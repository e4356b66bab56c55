"""Passing time: the seconds of a rest or a hold, with announcements on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from coach.dialogue.steps import Script, Step, own, own_poses
from coach.messages.prompt_ids import PromptId
from coach.training.exercise import Hold
from coach.units import Samples, samples

SECOND: Samples = samples(1.0)
FIVE_LEFT = 5
"""How many seconds before the end of a rest or a hold the coach announces them."""

Passed = Callable[[int, int, Samples], None]
"""Called at every second with the seconds that have passed, their total, and the sample."""


def seconds_pass(total: int, half: PromptId, passed: Passed) -> Iterator[Step]:
    """A step for each of ``total`` seconds, on the beat.

    The last five seconds are announced, and from 20 seconds on the half, by the prompt ``half``.
    """
    said: dict[int, PromptId] = {total - FIVE_LEFT: "five_left"}
    if total >= 4 * FIVE_LEFT:
        said[total // 2] = half
    for number in range(total):
        yield Step(
            said.get(number),
            length=SECOND,
            on_beat=True,
            anchor=True,
            reached=_at(number, total, passed),
        )


def in_fives(seconds_left: int) -> int:
    """A number of seconds as it is told: rounded up to whole fives."""
    return -(-seconds_left // FIVE_LEFT) * FIVE_LEFT


def hold(held: Hold, side: str | None, total: int, passed: Passed) -> Script:
    """A hold of ``total`` seconds; ``side`` is None where it has no sides."""
    setup = list(own_poses("hold_setup", held.setup_for(side), 2.0))
    if held.arched is not None:
        setup.append(own("arched_means", held.arched, 1.0))
    end = own("hold_end", held.end, 1.0, tone="perfect")
    return (
        *setup,
        own("hold_begin", held.begin, 0.0, tone="start"),
        *seconds_pass(total, "half_held", passed),
        replace(end, reached=_at(total, total, passed)),
    )


def _at(number: int, total: int, passed: Passed) -> Callable[[Samples], None]:
    return lambda now: passed(number, total, now)
