"""Exports: what other programs read is what was done, whatever the format."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.devices.exports.fit_activity import FitEncoder
from coach.devices.exports.openweight_log import json_pieces
from coach.devices.memory.workouts import WorkoutReader
from tests.devices.exports.decoded import LOGS, decoded, of_kind, rows_of
from tests.devices.exports.done import record, remembered

sets_done = st.lists(
    st.tuples(
        st.sampled_from(["dead_bug", "straight_leg_lift", "frog_lift", "plank"]),
        st.one_of(st.text("pa", max_size=12), st.just("-")),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(sets_done, max_size=3))
def test_the_reps_and_planks_of_every_format_add_up_to_those_of_the_memory(
    encoder: FitEncoder, sessions: list[list[tuple[str, str]]]
) -> None:
    with remembered(*(record(at, sets) for at, sets in enumerate(sessions))) as connection:
        (reps, perfect) = connection.execute("SELECT count(*), total(perfect) FROM reps").fetchone()
        (held,) = connection.execute("SELECT count(*) FROM holds").fetchone()
        done = list(WorkoutReader(connection, "default").read())
    assert len(done) == sum(any(letters for _, letters in sets) for sets in sessions)
    rows = rows_of(*done)
    assert sum(int(row["reps"] or 0) for row in rows) == reps
    assert sum(int(row["duration_seconds"] or 0) for row in rows) == 20 * held
    logs = LOGS.validate_json(b"".join(json_pieces(done)) or b"[]")
    logged = [each for log in logs for exercise in log.exercises for each in exercise.sets]
    assert sum(each.reps or 0 for each in logged) == reps
    extended = [(each.model_extra or {}).get("flatback:perfectReps", 0) for each in logged]
    assert sum(extended) == perfect
    assert sum(each.durationSeconds or 0 for each in logged) == 20 * held
    sets = [each for one in done for each in of_kind(decoded(encoder.encode(one)), "set")]
    assert sum(each["repetitions"] or 0 for each in sets) == reps
    assert sum(each["repetitions"] is None for each in sets) == held
