"""Table: the state machine as data. Every (state, trigger) pair is a row or ignored by name.

A row without ``dest`` stays in its state. Rows of one (state, trigger) are tried in order; the
first whose guard holds is taken. An effect is a method of Session or of one of its rooms: Opening,
FloorSearch, Sets, Changes, Holds, Answers. A routine may leave parts out: a part leads on to
whichever comes next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.grammar import INTENTS
from coach.messages import Intent
from coach.programme import PARTS

OPEN = ("waiting", "planning")
"""Before the first part of the training."""

ACTIVE = (*OPEN, *PARTS[: PARTS.index("working") + 1], "offering_easier", "resting", "plank")
FINAL = ("finished", "stopped")
STATES = (*ACTIVE, "paused", *FINAL)

PLAYED = "played"
"""The state has said and done all it had to, down to the last pause."""

UNANSWERED = "unanswered"
"""A question stood unanswered for as long as the coach has patience."""

ON_CALL: frozenset[Intent] = frozenset({"ready", "help", "stop", "pain"})
"""What counts in ``waiting`` where nobody was asked: not every "yes" of a room is meant."""

TRIGGERS: tuple[str, ...] = (*INTENTS, PLAYED, UNANSWERED)

ANSWERED: tuple[Intent, ...] = (
    *("how_many", "bulging", "neck", "breathing", "why", "how_often", "my_floor", "what_next"),
)
"""Questions that are answered in a sentence wherever they come."""


@dataclass(frozen=True, slots=True)
class Row:
    state: str
    trigger: str
    dest: str | None
    effect: str
    guard: str | None = None


BEGINS: Mapping[str, str] = {part: f"begin_{part}" for part in PARTS}
"""The effect that begins a part."""


def _onward(state: str, *triggers: str) -> list[Row]:
    """From a part to the next one that the routine has."""
    later = PARTS[PARTS.index(state) + 1 :] if state in PARTS else PARTS
    return [
        row
        for trigger in triggers
        for row in (
            *(Row(state, trigger, part, BEGINS[part], f"{part}_is_next") for part in later),
            Row(state, trigger, "finished", "end_finished"),
        )
    ]


def _question(state: str) -> list[Row]:
    """What becomes of a question that nobody answers."""
    return [
        Row(state, UNANSWERED, None, "ask_again", "patient"),
        Row(state, UNANSWERED, "paused", "hold"),
    ]


def _everywhere() -> list[Row]:
    """What a person may always say while the session is on."""
    rows = []
    for state in ACTIVE:
        rows += [
            Row(state, "stop", "stopped", "end_stopped"),
            Row(state, "pain", "stopped", "end_in_pain"),
            Row(state, "pause", "paused", "hold"),
            Row(state, "repeat", None, "say_again"),
            Row(state, "slower", None, "slow_down"),
            Row(state, "faster", None, "speed_up"),
            *(Row(state, intent, None, "answer") for intent in ANSWERED),
        ]
        if state != "tension_check":
            rows.append(Row(state, "help", None, "help"))
        rows += _other_exercise(state)
    return rows


def _other_exercise(state: str) -> list[Row]:
    """Easier and harder: the lifts begin anew with the exercise, a set goes on with it."""
    if state == "offering_easier":
        return []
    if state == "plank":
        return [Row(state, trigger, None, "tell_hold") for trigger in ("easier", "harder")]
    dest = "first_rep" if state in ("first_rep", "slow_descent", "stop_point") else None
    verb = "begin" if dest else "go_on" if state == "working" else "plan"
    return [
        Row(state, "easier", dest, f"{verb}_easier", "has_easier"),
        Row(state, "easier", None, "tell_easiest"),
        Row(state, "harder", dest, f"{verb}_harder", "has_harder"),
        Row(state, "harder", None, "tell_not_harder"),
    ]


def _return_from_pause() -> list[Row]:
    return [
        Row("paused", trigger, state, "go_on", f"paused_in_{state}")
        for state in ACTIVE
        for trigger in ("resume", "ready")
    ]


def _take_up() -> list[Row]:
    """A session that was cut off goes on in the part it was in."""
    return [Row("planning", PLAYED, part, "take_up", f"taken_up_in_{part}") for part in PARTS]


ROWS: tuple[Row, ...] = (
    Row("waiting", "ready", "planning", "begin_planning"),
    Row("waiting", "yes", "planning", "begin_planning"),
    Row("waiting", "skip", "planning", "begin_planning"),
    Row("waiting", "restart", None, "begin_waiting"),
    Row("waiting", "stop", None, "fall_silent", "on_call"),
    *_question("waiting"),
    Row("planning", "yes", None, "agree"),
    Row("planning", "no", "stopped", "end_unwell", "asked_if_well"),
    Row("planning", "no", None, "decline"),
    Row("planning", "skip", None, "ask_again", "asked_if_well"),
    Row("planning", "skip", None, "skip_question"),
    Row("planning", "restart", None, "plan_again"),
    *_take_up(),
    *_onward("planning", PLAYED),
    *_question("planning"),
    Row("stretching", "done", None, "next_stretch", "stretches_left"),
    Row("stretching", "skip", None, "next_stretch", "stretches_left"),
    Row("stretching", PLAYED, None, "next_stretch", "stretches_left"),
    *_onward("stretching", "done", "skip", PLAYED),
    Row("stretching", "restart", None, "begin_stretching"),
    *_onward("cat_cow", "done", "skip", PLAYED),
    Row("cat_cow", "restart", None, "begin_cat_cow"),
    *_onward("tension_check", "done", "yes", "ready", "skip"),
    Row("tension_check", "no", None, "explain_tension"),
    Row("tension_check", "help", None, "explain_tension"),
    Row("tension_check", "restart", None, "begin_tension_check"),
    *_question("tension_check"),
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
    *_onward("first_rep", "skip", PLAYED),
    Row("first_rep", "restart", None, "begin_first_rep"),
    *_question("first_rep"),
    Row("slow_descent", "arched", "stop_point", "begin_stop_point_arched", "in_rep_before_stop"),
    Row("slow_descent", "arched", None, "note_arch_at_once", "in_rep"),
    Row("slow_descent", "arched", None, "reset_back"),
    *_onward("slow_descent", "skip", PLAYED),
    Row("slow_descent", "restart", None, "begin_slow_descent"),
    Row("stop_point", "arched", None, "note_arch", "in_rep"),
    Row("stop_point", "arched", None, "reset_back"),
    Row("stop_point", PLAYED, None, "lower_again", "descents_to_come"),
    Row("stop_point", PLAYED, None, "tell_floor", "floor_untold"),
    *_onward("stop_point", PLAYED, "skip"),
    Row("stop_point", "restart", None, "search_again"),
    Row("working", "arched", None, "lose_rep", "in_rep"),
    Row("working", "arched", None, "reset_back"),
    Row("working", PLAYED, "offering_easier", "offer_easier", "too_hard"),
    Row("working", PLAYED, None, "begin_rep", "reps_left"),
    Row("working", PLAYED, "resting", "begin_rest", "sets_left"),
    Row("working", "skip", "resting", "begin_rest", "sets_left"),
    *_onward("working", PLAYED, "skip"),
    Row("working", "restart", None, "introduce_again"),
    Row("offering_easier", "yes", "working", "go_on_easier"),
    Row("offering_easier", "easier", "working", "go_on_easier"),
    Row("offering_easier", "no", "working", "keep_exercise"),
    Row("offering_easier", "skip", "working", "keep_exercise"),
    Row("offering_easier", "restart", None, "offer_easier"),
    *_question("offering_easier"),
    Row("resting", "ready", "working", "begin_working"),
    Row("resting", "done", "working", "begin_working"),
    Row("resting", "yes", "working", "begin_working"),
    Row("resting", "skip", "working", "begin_working"),
    Row("resting", PLAYED, None, "ask_who_is_there", "nobody_heard"),
    Row("resting", PLAYED, "working", "begin_working"),
    Row("resting", "restart", None, "begin_rest"),
    *_question("resting"),
    Row("plank", "arched", None, "break_hold", "holding"),
    Row("plank", "arched", None, "carry_on"),
    Row("plank", "done", None, "break_hold", "holding"),
    *_onward("plank", "done", "skip", PLAYED),
    Row("plank", "restart", None, "begin_plank"),
    *_everywhere(),
    *_return_from_pause(),
    Row("paused", "stop", "stopped", "end_stopped"),
    Row("paused", "pain", "stopped", "end_in_pain"),
    Row("paused", "repeat", None, "say_again"),
    Row("paused", "help", None, "help"),
    Row("paused", PLAYED, None, "give_up", "on_call"),
    Row("paused", PLAYED, None, "carry_on"),
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

IGNORED: dict[str, frozenset[str]] = {
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

URGENT: frozenset[Intent] = frozenset({"stop", "pain", "pause", "arched"})


def wanted_intents(state: str) -> frozenset[Intent]:
    """The intents that the state has a row for."""
    triggers = {row.trigger for row in ROWS if row.state == state}
    return frozenset(intent for intent in INTENTS if intent in triggers)


def urgent_intents(state: str) -> frozenset[Intent]:
    """Of these, the ones that silence the coach at once: ``arched`` where there are reps."""
    return wanted_intents(state) & URGENT


def diagram() -> str:
    """The table as a mermaid state diagram; what one may always say is left out for the eye."""
    common = {*_everywhere(), *_return_from_pause(), *_take_up()}
    lines = ["stateDiagram-v2", "    [*] --> waiting"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in ROWS:
        if row not in common and row.dest is not None and not _leaves_out(row):
            arrows.setdefault((row.state, row.dest), []).append(_label(row))
    for (source, dest), labels in arrows.items():
        lines.append(f"    {source} --> {dest}: {', '.join(dict.fromkeys(labels))}")
    lines += [
        "    note right of planning : a session that was cut off goes on where it was",
        "    note right of paused : pause leads here from anywhere, resume leads back",
        "    note right of stopped : stop and pain lead here from anywhere",
    ]
    lines += [f"    {state} --> [*]" for state in FINAL]
    return "\n".join(lines)


def _leaves_out(row: Row) -> bool:
    """Whether a row leads past a part: only where a routine has less than all of them."""
    if row.state not in (*PARTS, "planning") or row.dest not in (*PARTS, "finished"):
        return False
    order = ("planning", *PARTS, "finished")
    return order.index(str(row.dest)) != order.index(row.state) + 1


def _label(row: Row) -> str:
    if row.guard and not row.guard.endswith("_is_next"):
        return f"{row.trigger} [{row.guard}]"
    return row.trigger
