"""Workout CSV: a row for each set, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coach.devices.exports.workout_csv import COLUMNS, csv_pieces
from coach.devices.memory.workouts import WorkoutSet
from tests.devices.exports.decoded import rows_of
from tests.devices.exports.done import WORKOUT


def test_a_row_of_the_csv_is_a_set_in_the_columns_of_hevy() -> None:
    rows = rows_of(WORKOUT)
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        **dict.fromkeys(COLUMNS, ""),
        **{"title": "Flatback", "start_time": "24 Apr 2024, 10:00"},
        **{"end_time": "24 Apr 2024, 10:15", "exercise_title": "Lying Leg Raise"},
        "description": "Ended: stopped. Pain 4 of 10. Effort 7 of 10.",
        "exercise_notes": "Perfect reps: 3 of 4, 5 of 5.",
        **{"set_index": "0", "set_type": "normal", "reps": "4"},
    }
    figures = [(row["exercise_title"], row["set_index"], row["reps"]) for row in rows]
    assert figures[1:] == [
        ("Lying Leg Raise", "1", "5"),
        ("Frog Lift", "0", "2"),
        ("Plank", "0", ""),
    ]
    assert [row["duration_seconds"] for row in rows] == ["", "", "", "20"]
    assert rows[3]["exercise_notes"] == "Ended early."


def test_several_workouts_have_one_heading() -> None:
    assert len(rows_of(WORKOUT, WORKOUT)) == 8
    assert list(csv_pieces([])) == []


@given(
    st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", "=", "+", "-", "@", "\uff1d"])
)
def test_no_cell_of_the_csv_would_be_taken_for_a_formula(
    exercise: str, outcome: str, first: str
) -> None:
    sets = (WorkoutSet(first + exercise, 0.0, 9.0, 1, 1), WorkoutSet("\t" + exercise, 9.0, 18.0, 1))
    text = b"".join(csv_pieces([replace(WORKOUT, outcome=first + outcome, sets=sets)])).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    for cell in (cell for row in rows for cell in row):
        assert not unicodedata.normalize("NFKC", cell).lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r", "\n", "\0"))
        assert cell.isprintable()
