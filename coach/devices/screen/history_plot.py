"""History plot: a PNG of perfect reps, turning points and ratings of pain and effort over time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from coach.devices.memory.log import Entry
from coach.display.plain_text import as_name
from coach.errors import OutputError
from coach.training.history import Day

_FIRST_DAY = date(1970, 1, 1).toordinal()
INSTALL = "run scripts/setup --plots in the project's folder"


def has_figures(entry: Entry) -> bool:
    """Whether an entry has reps, or a number for pain or effort."""
    return any(it is not None for it in (entry.exercise, entry.pain_level, entry.effort))


def can_be_drawn(entry: Entry, today: Day) -> bool:
    """Whether an entry has figures, and a day since 1970 that has come."""
    return has_figures(entry) and _FIRST_DAY <= entry.day <= today


def draw(entries: Sequence[Entry]) -> bytes:
    """The PNG; entries without an exercise are left out. Raises OutputError without Matplotlib.

    The days have to be those of a calendar of today: see ``can_be_drawn``.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        raise OutputError(f"a plot needs Matplotlib, which is not installed: {INSTALL}") from None
    figure = Figure(figsize=(9, 8), layout="constrained")
    perfect, floor, rated = figure.subplots(3, 1, sharex=True)
    lines: dict[str, list[Entry]] = {}
    for kind, levels in _ratings(entries).items():
        rated.plot([day for day, _ in levels], [level for _, level in levels], "o--", label=kind)
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
    floor.set_ylabel("turning point, counts")
    rated.set_ylabel("pain, effort: 0 to 10")
    if rated.has_data():
        rated.legend()
    for axes in (perfect, floor, rated):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    if lines:
        for text in perfect.legend().get_texts():
            text.set_parse_math(False)
    figure.autofmt_xdate()
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return image.getvalue()


def _ratings(entries: Sequence[Entry]) -> dict[str, list[tuple[date, int]]]:
    """The numbers that the person gave, with their days, by "pain" and "effort"."""
    found: dict[str, list[tuple[date, int]]] = {}
    for entry in entries:
        for kind, level in (("pain", entry.pain_level), ("effort", entry.effort)):
            if level is not None:
                found.setdefault(kind, []).append((date.fromordinal(entry.day), level))
    return found
