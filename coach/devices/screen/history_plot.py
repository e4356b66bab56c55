"""History plot: a PNG of perfect reps, turning points, planks, pain and effort over time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from coach.devices.memory.log import Entry
from coach.display.plain_text import as_name
from coach.errors import OutputError
from coach.training.history import Day

_FIRST_DAY = date(1970, 1, 1).toordinal()
INSTALL = "run scripts/setup --plots in the project's folder"

Value = Callable[[Entry], float | None]


def has_figures(entry: Entry) -> bool:
    """Whether an entry has reps, a plank, or a number for pain or effort."""
    figures = (entry.exercise, entry.pain_level, entry.effort, entry.hold_seconds)
    return any(it is not None for it in figures)


def can_be_drawn(entry: Entry, today: Day) -> bool:
    """Whether an entry has figures, and a day since 1970 that has come."""
    return has_figures(entry) and can_be_dated(entry, today)


def can_be_dated(entry: Entry, today: Day) -> bool:
    """Whether an entry has a day since 1970 that has come."""
    return _FIRST_DAY <= entry.day <= today


def draw(entries: Sequence[Entry], title: str) -> bytes:
    """The PNG of ``plotted``. Raises OutputError without Matplotlib."""
    figure, image = plotted(entries, title), io.BytesIO()
    figure.savefig(image, format="png", dpi=120, metadata={"Title": title})
    return image.getvalue()


def plotted(entries: Sequence[Entry], title: str) -> Any:
    """The figure, with ``title`` above it. Raises OutputError without Matplotlib.

    The days have to be those of a calendar of today: see ``can_be_drawn``.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        raise OutputError(f"a plot needs Matplotlib, which is not installed: {INSTALL}") from None
    figure = Figure(figsize=(9, 10), layout="constrained")
    figure.suptitle(title, parse_math=False)
    share, angle, rated, held = figure.subplots(4, 1, sharex=True)
    _draw_by_exercise(share, entries, _share_percent)
    _draw_by_exercise(angle, entries, lambda entry: entry.angle_degrees)
    sessions = list({entry.session: entry for entry in entries}.values())
    _draw(rated, sessions, lambda entry: entry.effort, marker="o", linestyle="--", label="effort")
    _draw(rated, sessions, lambda entry: entry.pain_level, marker="x", linestyle="", label="pain")
    _draw(held, sessions, lambda entry: entry.hold_seconds, marker=".")
    for axes, label, lowest, highest in (
        (share, "perfect reps, %", 0.0, 105.0),
        (angle, "turning point, °", -4.0, 94.0),
        (rated, "pain, effort: 0 to 10", 0.0, 10.5),
        (held, "plank, s", 0.0, None),
    ):
        axes.set_ylabel(label)
        axes.set_ylim(lowest, highest)
        axes.grid(alpha=0.3)
    for axes in (share, rated):
        if axes.has_data():
            for text in axes.legend().get_texts():
                text.set_parse_math(False)
    figure.autofmt_xdate()
    return figure


def _share_percent(entry: Entry) -> float | None:
    return 100.0 * entry.perfect / entry.reps if entry.reps else None


def _draw_by_exercise(axes: Any, entries: Sequence[Entry], value: Value) -> None:
    """Draw each exercise in a colour of its own, without a line across the time of another one."""
    trained = [(entry.exercise, entry) for entry in entries if entry.exercise is not None]
    colours = {name: f"C{n}" for n, name in enumerate(dict.fromkeys(name for name, _ in trained))}
    unnamed = set(colours)
    for exercise, run in groupby(trained, key=lambda each: each[0]):
        label = as_name(exercise) if exercise in unnamed else None
        style = {"marker": ".", "color": colours[exercise], "label": label}
        if _draw(axes, [entry for _, entry in run], value, **style):
            unnamed.discard(exercise)


def _draw(axes: Any, entries: Sequence[Entry], value: Value, **style: Any) -> bool:
    """Draw what is known; whether anything is."""
    known = [(date.fromordinal(each.day), value(each)) for each in entries]
    points = [(day, number) for day, number in known if number is not None]
    if points:
        axes.plot([day for day, _ in points], [number for _, number in points], **style)
    return bool(points)
