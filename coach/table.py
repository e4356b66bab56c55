"""Table: the state machine as data. Every (state, trigger) pair is a row or ignored by name.

A row without ``dest`` stays in its state. Rows of one (state, trigger) are tried in order; the
first whose guard holds is taken. An effect is a script of ``script.OF_EFFECT`` or a method of
Session.
"""

from __future__ import annotations

from dataclasses import dataclass

from coach.grammar import INTENTS
from coach.messages import Intent

ACTIVE = (
    "waiting",
    "cat_cow",
    "tension_check",
    "first_rep",
    "slow_descent",
    "stop_point",
    "working",
    "resting",
)
FINAL = ("finished", "stopped")
STATES = (*ACTIVE, "paused", *FINAL)

PLAYED = "played"
"""The state has said and done all it had to, down to the last pause."""

UNANSWERED = "unanswered"
"""A question stood unanswered for as long as the coach has patience."""

TRIGGERS: tuple[str, ...] = (*INTENTS, PLAYED, UNANSWERED)


@dataclass(frozen=True, slots=True)
class Row:
    state: str
    trigger: str
    dest: str | None
    effect: str
    guard: str | None = None


def _everywhere() -> list[Row]:
    """What a person may always say while the session is on."""
    rows = []
    for state in ACTIVE:
        rows += [
            Row(state, "stop", "stopped", "end_stopped"),
            Row(state, "pain", "stopped", "end_in_pain"),
            Row(state, "pause", "paused", "hold"),
            Row(state, "repeat", None, "say_again"),
            Row(state, "how_many", None, "tell_how_many"),
        ]
        if state != "tension_check":
            rows.append(Row(state, "help", None, "help"))
    return rows


def _return_from_pause() -> list[Row]:
    return [
        Row("paused", trigger, state, "go_on", f"paused_in_{state}")
        for state in ACTIVE
        for trigger in ("resume", "ready")
    ]


ROWS: tuple[Row, ...] = (
    Row("waiting", "ready", "cat_cow", "begin_cat_cow"),
    Row("waiting", "yes", "cat_cow", "begin_cat_cow"),
    Row("waiting", "skip", "cat_cow", "begin_cat_cow"),
    Row("waiting", UNANSWERED, None, "ask_again", "patient"),
    Row("waiting", UNANSWERED, "paused", "hold"),
    Row("cat_cow", "done", "tension_check", "begin_tension_check"),
    Row("cat_cow", "skip", "tension_check", "begin_tension_check"),
    Row("cat_cow", PLAYED, "tension_check", "begin_tension_check"),
    Row("tension_check", "done", "first_rep", "begin_first_rep"),
    Row("tension_check", "yes", "first_rep", "begin_first_rep"),
    Row("tension_check", "ready", "first_rep", "begin_first_rep"),
    Row("tension_check", "skip", "first_rep", "begin_first_rep"),
    Row("tension_check", "no", None, "explain_tension"),
    Row("tension_check", "help", None, "explain_tension"),
    Row("tension_check", UNANSWERED, None, "ask_again", "patient"),
    Row("tension_check", UNANSWERED, "paused", "hold"),
    Row("first_rep", "yes", None, "lift_higher", "at_45_degrees"),
    Row("first_rep", "yes", None, "carry_on"),
    Row("first_rep", "no", None, "bend_knees"),
    Row("first_rep", "arched", None, "bend_knees"),
    Row("first_rep", "skip", "slow_descent", "begin_slow_descent"),
    Row("first_rep", PLAYED, "slow_descent", "begin_slow_descent"),
    Row("first_rep", UNANSWERED, None, "ask_again", "patient"),
    Row("first_rep", UNANSWERED, "paused", "hold"),
    Row("slow_descent", "arched", "stop_point", "begin_stop_point_arched", "in_rep"),
    Row("slow_descent", "arched", None, "reset_back"),
    Row("slow_descent", "skip", "stop_point", "begin_stop_point"),
    Row("slow_descent", PLAYED, "stop_point", "begin_stop_point"),
    Row("stop_point", "arched", None, "note_arch", "in_rep"),
    Row("stop_point", "arched", None, "reset_back"),
    Row("stop_point", PLAYED, None, "lower_again", "descents_to_come"),
    Row("stop_point", PLAYED, None, "tell_floor", "floor_untold"),
    Row("stop_point", PLAYED, "working", "begin_set"),
    Row("stop_point", "skip", "working", "begin_set"),
    Row("working", "arched", None, "lose_rep", "in_rep"),
    Row("working", "arched", None, "reset_back"),
    Row("working", PLAYED, None, "begin_rep", "reps_left"),
    Row("working", PLAYED, "resting", "begin_rest", "sets_left"),
    Row("working", PLAYED, "finished", "end_finished"),
    Row("working", "skip", "resting", "begin_rest", "sets_left"),
    Row("working", "skip", "finished", "end_finished"),
    Row("resting", "ready", "working", "begin_set"),
    Row("resting", "done", "working", "begin_set"),
    Row("resting", "yes", "working", "begin_set"),
    Row("resting", "skip", "working", "begin_set"),
    Row("resting", PLAYED, "working", "begin_set"),
    *_everywhere(),
    *_return_from_pause(),
    Row("paused", "stop", "stopped", "end_stopped"),
    Row("paused", "pain", "stopped", "end_in_pain"),
    Row("paused", "repeat", None, "say_again"),
    Row("paused", "how_many", None, "tell_how_many"),
    Row("paused", "help", None, "help"),
    # The words of farewell are a courtesy: they give way, and pain is always answered.
    Row("finished", "stop", None, "leave"),
    Row("finished", "pain", "stopped", "end_in_pain"),
    Row("finished", PLAYED, None, "leave"),
    Row("stopped", "stop", None, "leave"),
    Row("stopped", "pain", None, "advise_on_pain"),
    Row("stopped", PLAYED, None, "leave"),
)

_LATER = (
    *("easier", "harder", "slower", "faster", "restart", "bulging", "neck", "breathing"),
    *("why", "how_often", "my_floor", "what_next"),
)

IGNORED: dict[str, frozenset[str]] = {
    "waiting": frozenset({"done", "arched", "no", "resume", PLAYED, *_LATER}),
    "cat_cow": frozenset({"ready", "arched", "yes", "no", "resume", UNANSWERED, *_LATER}),
    "tension_check": frozenset({"arched", "resume", PLAYED, *_LATER}),
    "first_rep": frozenset({"ready", "done", "resume", *_LATER}),
    "slow_descent": frozenset({"ready", "done", "yes", "no", "resume", UNANSWERED, *_LATER}),
    "stop_point": frozenset({"ready", "done", "yes", "no", "resume", UNANSWERED, *_LATER}),
    "working": frozenset({"ready", "done", "yes", "no", "resume", UNANSWERED, *_LATER}),
    "resting": frozenset({"arched", "no", "resume", UNANSWERED, *_LATER}),
    "paused": frozenset(
        {"done", "arched", "yes", "no", "pause", "skip", PLAYED, UNANSWERED, *_LATER}
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
    common = {*_everywhere(), *_return_from_pause()}
    lines = ["stateDiagram-v2", "    [*] --> waiting"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in ROWS:
        if row not in common and row.dest is not None:
            arrows.setdefault((row.state, row.dest), []).append(_label(row))
    for (source, dest), labels in arrows.items():
        lines.append(f"    {source} --> {dest}: {', '.join(dict.fromkeys(labels))}")
    lines += [
        "    note right of paused : pause leads here from anywhere, resume leads back",
        "    note right of stopped : stop and pain lead here from anywhere",
    ]
    lines += [f"    {state} --> [*]" for state in FINAL]
    return "\n".join(lines)


def _label(row: Row) -> str:
    return f"{row.trigger} [{row.guard}]" if row.guard else row.trigger
