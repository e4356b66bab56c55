"""Table: the state machine as data. Every (state, trigger) pair is a row or ignored by name.

A row without ``dest`` stays in its state. Rows of one (state, trigger) are tried in order; the
first whose guard holds is taken. An effect is a method of Session or of one of its rooms: Intake,
FloorSearch, Sets, Difficulty, Holds, Pauses, Questions. A routine may leave parts out: a part leads
on to whichever comes next.
"""

from __future__ import annotations

from functools import cache

from coach.dialogue.machine import Row
from coach.hearing.grammar import INTENTS
from coach.messages.events import Intent
from coach.session.rows import (
    ANSWERED,
    DEVICE_FOUND,
    PLAYED,
    UNANSWERED,
    devices,
    everywhere,
    onward,
    question,
    return_from_pause,
    take_up,
)

ON_CALL: frozenset[Intent] = frozenset({"ready", "help", "stop", "pain"})
"""What counts in ``waiting`` where nobody was asked: not every "yes" of a room is meant."""

ROWS: tuple[Row, ...] = (
    # Nobody trains with a coach who is mute.
    *(Row("waiting", each, None, "carry_on", "mute") for each in ("ready", "yes", "skip")),
    Row("waiting", "ready", "planning", "begin_planning"),
    Row("waiting", "yes", "planning", "begin_planning"),
    Row("waiting", "skip", "planning", "begin_planning"),
    Row("waiting", "restart", None, "begin_waiting"),
    Row("waiting", "stop", None, "fall_silent", "on_call"),
    *question("waiting"),
    Row("planning", "yes", None, "agree"),
    Row("planning", "no", "stopped", "end_unwell", "asked_if_well"),
    Row("planning", "no", None, "decline"),
    Row("planning", "skip", None, "ask_again", "asked_if_well"),
    Row("planning", "skip", None, "skip_question"),
    Row("planning", "restart", None, "plan_again"),
    *take_up(),
    *onward("planning", PLAYED),
    *question("planning"),
    Row("stretching", "done", None, "next_stretch", "stretches_left"),
    Row("stretching", "skip", None, "next_stretch", "stretches_left"),
    Row("stretching", PLAYED, None, "next_stretch", "stretches_left"),
    *onward("stretching", "done", "skip", PLAYED),
    Row("stretching", "restart", None, "begin_stretching"),
    *onward("cat_cow", "done", "skip", PLAYED),
    Row("cat_cow", "restart", None, "begin_cat_cow"),
    *onward("tension_check", "done", "yes", "ready", "skip"),
    Row("tension_check", "no", None, "explain_tension"),
    Row("tension_check", "help", None, "explain_tension"),
    Row("tension_check", "restart", None, "begin_tension_check"),
    *question("tension_check"),
    Row("first_rep", "yes", None, "lift_higher", "half_lifted"),
    Row("first_rep", "yes", None, "carry_on"),
    *(
        row
        for trigger in ("no", "arched")
        for row in (
            Row("first_rep", trigger, None, "steady", "can_be_steadied"),
            Row("first_rep", trigger, "first_rep", "begin_easier", "has_easier"),
            Row("first_rep", trigger, None, "steady"),
        )
    ),
    *onward("first_rep", "skip", PLAYED),
    Row("first_rep", "restart", None, "begin_first_rep"),
    *question("first_rep"),
    Row("slow_descent", "arched", "stop_point", "begin_stop_point_arched", "in_rep_before_stop"),
    Row("slow_descent", "arched", None, "note_arch_at_once", "in_rep"),
    Row("slow_descent", "arched", None, "reset_back"),
    *onward("slow_descent", "skip", PLAYED),
    Row("slow_descent", "restart", None, "begin_slow_descent"),
    Row("stop_point", "arched", None, "note_arch", "in_rep"),
    Row("stop_point", "arched", None, "reset_back"),
    Row("stop_point", PLAYED, None, "lower_again", "descents_to_come"),
    Row("stop_point", PLAYED, None, "tell_floor", "floor_untold"),
    *onward("stop_point", PLAYED, "skip"),
    Row("stop_point", "restart", None, "search_again"),
    Row("working", "arched", None, "lose_rep", "in_rep"),
    Row("working", "arched", None, "reset_back"),
    Row("working", PLAYED, "offering_easier", "offer_easier", "too_hard"),
    Row("working", PLAYED, None, "begin_rep", "reps_left"),
    Row("working", PLAYED, "resting", "begin_rest", "sets_left"),
    Row("working", "skip", "resting", "begin_rest", "sets_left"),
    *onward("working", PLAYED, "skip"),
    Row("working", "restart", None, "introduce_again"),
    Row("offering_easier", "yes", "working", "go_on_easier"),
    Row("offering_easier", "easier", "working", "go_on_easier"),
    Row("offering_easier", "no", "working", "keep_exercise"),
    Row("offering_easier", "skip", "working", "keep_exercise"),
    Row("offering_easier", "restart", None, "offer_easier"),
    *question("offering_easier"),
    Row("resting", "ready", "working", "begin_working"),
    Row("resting", "done", "working", "begin_working"),
    Row("resting", "yes", "working", "begin_working"),
    Row("resting", "skip", "working", "begin_working"),
    Row("resting", PLAYED, None, "ask_who_is_there", "nobody_heard"),
    Row("resting", PLAYED, "working", "begin_working"),
    Row("resting", "restart", None, "begin_rest"),
    *question("resting"),
    Row("plank", "arched", None, "break_hold", "holding"),
    Row("plank", "arched", None, "carry_on"),
    Row("plank", "done", None, "break_hold", "holding"),
    *onward("plank", "done", "skip", PLAYED),
    Row("plank", "restart", None, "begin_plank"),
    *everywhere(),
    *return_from_pause(),
    *devices(),
    Row("paused", "stop", "stopped", "end_stopped"),
    Row("paused", "pain", "stopped", "end_in_pain"),
    Row("paused", "repeat", None, "say_again"),
    Row("paused", "help", None, "help"),
    Row("paused", PLAYED, None, "carry_on", "waited_for"),
    Row("paused", PLAYED, None, "give_up"),
    *(Row("paused", intent, None, "answer") for intent in ANSWERED),
    # The words of farewell are a courtesy: they give way, and pain is always answered.
    Row("finished", "stop", None, "leave"),
    Row("finished", "pain", "stopped", "end_in_pain"),
    Row("finished", PLAYED, None, "leave"),
    Row("stopped", "stop", None, "leave"),
    Row("stopped", "pain", None, "advise_on_pain"),
    Row("stopped", PLAYED, None, "leave"),
)

_MOVING: frozenset[str] = frozenset({"ready", "yes", "no", "resume", UNANSWERED})

_IGNORED: dict[str, frozenset[str]] = {
    "waiting": frozenset({"done", "arched", "no", "resume", PLAYED}),
    "planning": frozenset({"ready", "done", "arched", "resume"}),
    "stretching": _MOVING | {"arched"},
    "cat_cow": _MOVING | {"arched"},
    "tension_check": frozenset({"arched", "resume", PLAYED}),
    "first_rep": frozenset({"ready", "done", "resume"}),
    "slow_descent": _MOVING | {"done"},
    "stop_point": _MOVING | {"done"},
    "working": _MOVING | {"done"},
    "offering_easier": frozenset({"ready", "done", "arched", "harder", "resume", PLAYED}),
    "resting": frozenset({"arched", "no", "resume"}),
    "plank": _MOVING,
    "paused": frozenset(
        {
            *("done", "arched", "yes", "no", "pause", "skip", "restart"),
            *("easier", "harder", "slower", "faster", UNANSWERED),
        }
    ),
    "finished": frozenset({*INTENTS, UNANSWERED} - {"stop", "pain"}),
    "stopped": frozenset({*INTENTS, UNANSWERED} - {"stop", "pain"}),
}

IGNORED: dict[str, frozenset[str]] = {
    # Whoever lost a device is paused or waits.
    state: triggers if state in ("waiting", "paused") else triggers | {DEVICE_FOUND}
    for state, triggers in _IGNORED.items()
}

URGENT: frozenset[Intent] = frozenset({"stop", "pain", "pause", "arched"})


@cache
def wanted_intents(state: str) -> frozenset[Intent]:
    """The intents that the state has a row for."""
    triggers = {row.trigger for row in ROWS if row.state == state}
    return frozenset(intent for intent in INTENTS if intent in triggers)


@cache
def urgent_intents(state: str) -> frozenset[Intent]:
    """Of these, the ones that silence the coach at once: ``arched`` where there are reps."""
    return wanted_intents(state) & URGENT


COMMON: frozenset[Row] = frozenset((*everywhere(), *return_from_pause(), *devices(), *take_up()))
"""What may happen anywhere: a picture of the table is clearer without."""
