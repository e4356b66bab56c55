"""History plot: a PNG of perfect reps and floor over time, with a line for each exercise."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

from coach.devices.memory.log import Entry
from coach.display.plain_text import as_name
from coach.errors import OutputError
from coach.training.history import Day

_FIRST_DAY = date(1970, 1, 1).toordinal()
INSTALL = "run scripts/setup --plots in the project's folder"


def can_be_drawn(entry: Entry, today: Day) -> bool:
    """Whether an entry has an exercise, and a day since 1970 that has come."""
    return entry.exercise is not None and _FIRST_DAY <= entry.day <= today


def draw(entries: Iterable[Entry]) -> bytes:
    """The PNG; entries without an exercise are left out. Raises OutputError without Matplotlib.

    The days have to be those of a calendar of today: see ``can_be_drawn``.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        raise OutputError(f"a plot needs Matplotlib, which is not installed: {INSTALL}") from None
    figure = Figure(figsize=(9, 6), layout="constrained")
    perfect, floor = figure.subplots(2, 1, sharex=True)
    lines: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.exercise is not None:
            lines.setdefault(entry.exercise, []).append(entry)
    for exercise, line in lines.items():
        days = [date.fromordinal(entry.day) for entry in line]
        name = as_name(exercise)
        perfect.plot(days, [entry.perfect for entry in line], marker=".", label=name)
        found = [(day, entry.floor) for day, entry in zip(days, line, strict=True) if entry.floor]
        floor.plot([day for day, _ in found], [count for _, count in found], marker=".", label=name)
    perfect.set_ylabel("perfect reps")
    floor.set_ylabel("floor, counts")
    for axes in (perfect, floor):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    if lines:
        for text in perfect.legend().get_texts():
            text.set_parse_math(False)
    figure.autofmt_xdate()
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return image.getvalue()
